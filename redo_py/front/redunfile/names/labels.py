"""How targets are written from anywhere in a project.

`//sub/x` is a path from the root, `//sub:test` the name `test` of the redunfile in sub/, `//:test` the root's, `:test`
that of the redunfile at hand. Inside this package a name of the root is `test`, any other `//sub:test`: its label.
"""

from __future__ import annotations

from redo_py.ir.paths import rooted

EVERYTHING = "..."  # at the end of a path: all that lies below


def label(folder: str, name: str) -> str:
    """The one spelling of `name` of the redunfile in `folder`, "" for the root."""
    return f"//{folder}:{name}" if folder else name


def split_label(text: str, folder: str) -> tuple[str, str] | None:
    """(folder, name) of what is written as a label, `folder` being at hand; None for a plain name or a path."""
    if text[:1] == ":":
        return folder, text[1:]
    if text[:2] == "//":
        where, colon, name = text[2:].rpartition(":")
        if colon and name and "/" not in name:
            return folder_at(f"//{where}", folder), name
    return None


def folder_of(name: str) -> str:
    """The folder of the redunfile that a label belongs to."""
    return name[2:].rpartition(":")[0] if name[:2] == "//" else ""


def plain_name(name: str) -> str:
    """The name of a label, as its own redunfile knows it."""
    return name.rpartition(":")[2] if name[:2] == "//" else name


def folder_at(text: str, folder: str) -> str:
    """The folder that `text` means in `folder`; "" is the root."""
    path = rooted(text, folder)
    return "" if path == "." else path


def below(folder: str, path: str) -> bool:
    """Is `path` the folder `folder`, or something in it? Everything is in the root, ""."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def names_for(text: str, here: str) -> list[str]:
    """What records may call the name or path `text` of a command line that was written in the folder `here`."""
    written = split_label(text, here)
    if written is not None and text[:2] == "//":
        return [label(*written), rooted(text, "")]
    name = written[1] if written else text
    found = [] if "/" in name else [label(folder, name) for folder in upward(here)]
    return [*found, rooted(text, here)]


def upward(folder: str) -> list[str]:
    """`folder`, the folders above it, and the root, ""."""
    found = [folder]
    while found[-1]:
        found.append(found[-1].rpartition("/")[0])
    return found

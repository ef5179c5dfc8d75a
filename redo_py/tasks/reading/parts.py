"""What the identity of code is made of, and the references that lead from one piece of code to the next."""

from __future__ import annotations

from redo_py.ground.hashing import CODE, digest, hasher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.tasks.reading.scopes import Chain

    Part = tuple[bytes, str, int]  # digest, file as shown to the user ("" if it has none), line (0 if it has none)
    Parts = dict[str, Part]  # by name, such as "pipeline.summarize" or "numpy (installed)"
    Reference = tuple[str, str, Chain]  # kind, module, chain

# kinds of Reference
NAME = "name"  # a chain from a name of the module: ("helper",), ("helpers", "clean"), ("Sample", "load")
HINT = "hint"  # the same from an annotation: it leads to classes of the project and says nothing else
VIA = "via"  # the same from an import, whose own name says which one is meant
IMPORTED = "imported"  # what an import inside of a function takes, as TAKEN
OPENED = "opened"  # the code looks into tasks, whichever it gets hold of: their own code is reached, too
DOCUMENTED = "documented"  # the code reads docstrings: those of all modules that are reached count
TAKEN = "taken"  # what an import takes from a module: "pkg.helpers" and ("clean",); all of the module if it is ()

CHANGED, NEW, GONE = "changed", "new", "gone"  # what may have become of a part


class CodeDigest(bytes):
    """What a task's code is by itself, for a process that has imported less, and the modules that have to be imported
    there because they change what it reaches."""

    modules: tuple[str, ...] = ()


class Node:
    """What reaching one name of a module means. It depends on the module alone, so all tasks share it."""

    __slots__ = ("parts", "references", "task")

    def __init__(self, parts: Parts, references: list[Reference], task: Any = None) -> None:
        self.parts = parts
        self.references = references
        self.task = task  # what the name is bound to, if that is one


class Home:
    """Where a chain from a name leads: what it is bound to."""

    __slots__ = ("counts", "rest", "text")

    def __init__(self, text: str, rest: Chain, counts: bool) -> None:
        self.text = text
        self.rest = rest  # what is taken from there
        self.counts = counts  # whether no other part of the code need tell if something else stands there


def digest_of_parts(parts: Parts) -> bytes:
    """The digest of the parts' names and digests; their places do not count."""
    state = hasher(CODE)
    for name in sorted(parts):
        text = name.encode("utf-8", "surrogatepass")
        state.update(len(text).to_bytes(8, "little") + text + parts[name][0])
    return state.digest()


def differing_parts(old: Parts, new: Parts) -> list[tuple[str, str, str, int]]:
    """(part, CHANGED | NEW | GONE, file, line) for each part that differs, by name; [] if the code is the same."""
    differing = [name for name in sorted({*old, *new}) if _digest(old, name) != _digest(new, name)]
    return [(name, _change(old, new, name), *(new.get(name) or old[name])[1:]) for name in differing]


def _digest(parts: Parts, name: str) -> bytes:
    return parts[name][0] if name in parts else b""


def _change(old: Parts, new: Parts, name: str) -> str:
    if name not in old:
        return NEW
    return CHANGED if name in new else GONE


def digest_text(text: str) -> bytes:
    """The digest of a normalised text."""
    return digest(CODE, text.encode("utf-8", "surrogatepass"))

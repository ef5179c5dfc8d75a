"""Paths from a folder and from the root, and the operations that turn one into the other in values known late.

A path is a text relative to the project's root, or absolute. Seen from a folder below the root it is another text.
"""

from __future__ import annotations

from redo_py.values.file import File, PathLike, normal_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def joined(folder: str, path: str) -> str:
    """`path` as seen from `folder`, from the root."""
    return normal_path(f"{folder}/{path}" if folder and not path.startswith("/") else path)


def relative(path: str, folder: str) -> str:
    """`path`, from the root, as seen from `folder`; absolute ones stay."""
    if not folder or path.startswith("/"):
        return path
    parts, starts = path.split("/"), folder.split("/")
    shared = 0
    while shared < min(len(parts), len(starts)) and parts[shared] == starts[shared]:
        shared += 1
    return "/".join([".."] * (len(starts) - shared) + parts[shared:]) or "."


def rooted(text: str, folder: str) -> str:
    """What `text`, written in the redunfile of `folder`, means from the root: `//x` is x, and "." the root itself."""
    return normal_path(text.lstrip("/") or ".") if text[:2] == "//" else joined(folder, text)


def from_root(value: Any, folder: str) -> Any:
    """`value` with its texts, paths as seen from `folder`, from the root. Files know their paths already."""
    return _each(value, lambda item: rooted(item, folder) if isinstance(item, str) else item)


def from_folder(value: Any, folder: str) -> Any:
    """`value` with its files as they are seen from `folder`, for texts that are made of them."""
    return _each(value, lambda item: File(relative(item.path, folder)) if isinstance(item, PathLike) else item)


def _each(value: Any, new: Callable[[Any], Any]) -> Any:
    """`value` with `new` done to all that is in its lists and tuples, at any depth."""
    if isinstance(value, list):
        return [_each(item, new) for item in value]
    if isinstance(value, tuple):
        return tuple([_each(item, new) for item in value])
    return new(value)

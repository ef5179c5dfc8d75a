"""Paths as the language sees them: texts relative to the project's root."""

from __future__ import annotations

from redo_py.values.file import normal_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


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


def folders_of(path: str) -> Iterator[str]:
    """The folders above `path`, the nearest first."""
    end = path.rfind("/")
    while end > 0:
        path = path[:end]
        yield path
        end = path.rfind("/")

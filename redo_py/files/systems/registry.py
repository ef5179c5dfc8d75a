"""Which file system a path belongs to."""

from __future__ import annotations

from redo_py.files.systems.filesystem import FileSystem
from redo_py.files.systems.local import LocalFileSystem
from redo_py.ground.errors import UsageError
from redo_py.values.file import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LOCAL = LocalFileSystem()

_made: dict[str, FileSystem] = {"file": LOCAL}  # by scheme


def _objects() -> FileSystem:
    from redo_py.files.systems.objects import ObjectFileSystem

    return ObjectFileSystem()


def _memory() -> FileSystem:
    from redo_py.files.systems.memory import MemoryFileSystem

    return MemoryFileSystem()


def _web() -> FileSystem:
    from redo_py.files.systems.web import WebFileSystem

    return WebFileSystem()


# scheme -> what makes its file system, when the first path needs it
_makers: dict[str, Callable[[], FileSystem]] = {
    "s3": _objects,
    "gs": _objects,
    "az": _objects,
    "memory": _memory,
    "http": _web,
    "https": _web,
}


def get_filesystem(path: str = "", *, url: str = "", proto: str = "") -> FileSystem:
    """The file system of `path` (or `url`), or of the scheme `proto`. Raises UsageError for an unknown scheme."""
    text = path or url
    scheme = proto or (text.partition("://")[0] if is_url(text) else "file")
    scheme = "file" if scheme == "local" else scheme
    found = _made.get(scheme)
    if found is None:
        maker = _makers.get(scheme)
        if maker is None:
            raise UsageError("unknown-scheme", scheme=scheme, path=text, known=", ".join(schemes()))
        found = maker()
        _made.update(dict.fromkeys(found.schemes, found))
    return found


def register_filesystem(kind: type[FileSystem]) -> type[FileSystem]:
    """Let `kind`, which is made without arguments, have the paths of its `schemes`. A decorator, too."""
    for scheme in kind.schemes:
        _made.pop(scheme, None)
        _makers[scheme] = kind
    return kind


def list_filesystems() -> list[FileSystem]:
    """One of each kind that is known; each is made if need be."""
    found = [get_filesystem(proto=scheme) for scheme in schemes()]
    return list({id(each): each for each in found}.values())


def schemes() -> list[str]:
    """The schemes that are known."""
    return sorted({*_made, *_makers})

"""FileSystem: what one kind of place must be able to do. Register another one with `register_filesystem`.

Paths are whole, scheme included: `s3://bucket/key`. They arrive without trailing slashes.
"""

from __future__ import annotations

from redo_py.files.api import ABSENT, FILE
from redo_py.files.trouble import RedunFileNotFoundError, read_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Any, ClassVar


class Status:
    """What a file system says of one path without reading it."""

    __slots__ = ("kind", "mark", "path", "size", "weak")

    def __init__(self, path: str, kind: int = ABSENT, size: int = 0, mark: str = "", weak: str = "") -> None:
        self.path = path
        self.kind = kind  # see files.api
        self.size = size  # -1 if it is not told
        self.mark = mark  # changes with the content, as an ETag does; "" when only reading tells
        self.weak = weak  # the same, but good only for a while; "" if there is nothing of the kind


class FileSystem:
    """One kind of place. What cannot be done is raised as one of the errors of files.trouble."""

    name: ClassVar[str] = ""  # for people
    schemes: ClassVar[tuple[str, ...]] = ()  # of the URLs that are its own

    def statuses(self, paths: Sequence[str]) -> list[Status]:
        """What is at each path. A folder need not be told from nothing."""
        raise NotImplementedError

    def open(self, path: str, mode: str) -> IO[bytes]:
        """A stream of bytes; `mode` is "rb", "wb", "ab" or "xb". What is written is there when the stream is closed,
        and is not if it is left by an error, where that can be."""
        raise NotImplementedError

    def below(self, folder: str) -> list[Status]:
        """All files below the folder, sorted by their paths; [] if there is no folder."""
        raise NotImplementedError

    def remove(self, path: str) -> None:
        """Remove the file; fine if there is none."""
        raise read_only(path)

    def copy(self, source: str, destination: str) -> None:
        """Copy a file within the file system."""
        with self.open(source, "rb") as origin, self.open(destination, "wb") as target:
            pour(origin, target)

    def touch(self, path: str) -> None:
        """Make an empty file where there is none; an object that is there has no time that one could set."""
        if self.status(path).kind == ABSENT:
            self.open(path, "wb").close()

    def make_folder(self, path: str) -> None:
        """Make the folder; nothing to do where folders are only parts of names."""

    def remove_folder(self, path: str, recursive: bool) -> None:
        """Remove the folder: whatever is below. Raises RedunOSError if it is not empty and must be."""
        found = self.below(path)
        if found and not recursive:
            from redo_py.files.trouble import not_empty

            raise not_empty(path)
        for status in found:
            self.remove(status.path)

    # What follows from these

    def status(self, path: str) -> Status:
        """What is at the path."""
        return self.statuses([path])[0]

    def is_folder(self, path: str) -> bool:
        """Whether anything is below the path."""
        return bool(self.below(path))

    def size(self, path: str) -> int:
        """The bytes of the file."""
        status = self.status(path)
        if status.kind != FILE:
            raise RedunFileNotFoundError.at(path)
        return status.size

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self.schemes)})"


def pour(origin: IO[bytes], target: IO[Any]) -> None:
    """Copy what is left in one stream to the other."""
    while chunk := origin.read(PIECE):
        target.write(chunk)


PIECE = 1 << 20  # bytes that are read at once

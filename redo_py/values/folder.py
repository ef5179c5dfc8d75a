"""Folders and sets of files as values; and those that are identified by their path alone."""

from __future__ import annotations

import posixpath

from redo_py.values.access import FileAccess
from redo_py.values.file import File, Observed, PathLike, normal_path
from redo_py.values.filing import filing
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

GLOB = "glob://"  # what the path of a set of files begins with, so that no file is mistaken for it
SHARDS = "shards://"  # the same of a set whose names count without what makes them unique


class FolderAccess:
    """The verbs of a folder; whoever inherits them has a `path`."""

    __slots__ = ()
    path: str

    def __iter__(self) -> Iterator[Any]:
        """A File for every file below, in the order of their paths."""
        return iter(self.files())

    def files(self) -> list[Any]:
        """A File for every file below, in the order of their paths."""
        return [self._file(path) for path in filing().below(self.path)]

    @property
    def pattern(self) -> str:
        """The glob pattern that matches all that is below."""
        return f"{self.path}/**"

    def file(self, relative: str) -> Any:
        """The File at a path relative to the folder."""
        return self._file(f"{self.path.rstrip('/')}/{relative}")

    def rel_path(self, path: Any) -> str:
        """`path`, which lies below the folder, relative to it. Raises ValueError for another one."""
        text, top = normal_path(path), self.path.rstrip("/") + "/"
        if self.path == "." and not text.startswith("/"):
            return text
        if not text.startswith(top):
            raise ValueError(f"{text} is not below {self.path}")
        return text[len(top) :]

    def exists(self) -> bool:
        """Whether there is such a folder."""
        return filing().is_folder(self.path)

    def isdir(self) -> bool:
        """The same as `exists`."""
        return self.exists()

    def mkdir(self) -> None:
        """Make it and the folders above; fine if it is there."""
        filing().make_folder(self.path)

    def rmdir(self, recursive: bool = False) -> None:
        """Remove it, with all that is in it if `recursive`; else it must be empty. Fine if it is not there."""
        filing().remove_folder(self.path, recursive)

    def copy_to(self, destination: Any, skip_if_exists: bool = False) -> Any:
        """Copy all files below to another Dir, or to a path; gives the destination as a Dir."""
        target: Any = self.at(destination) if isinstance(destination, str) else destination
        for file in self.files():
            file.copy_to(target.file(self.rel_path(file.path)), skip_if_exists=skip_if_exists)
        return target.at(target.path)

    def shell_copy_to(self, destination: str, as_mount: bool = False) -> str:
        """A shell command that copies all that is below to the folder `destination`."""
        from redo_py.values.shell import copy_command

        return copy_command(self.path, str(destination), recursive=True)

    def stage(self, local: Any = None) -> Any:
        """A StagingDir: this folder, and where a script is to find or leave its local copy; by default the name alone,
        in the folder of the script."""
        return filing().pair(posixpath.basename(self.path) if local is None else local, self)

    def basename(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path)

    def dirname(self) -> str:
        """The path without its last part."""
        return posixpath.dirname(self.path)

    def at(self, path: str) -> Any:
        """A folder like this one at another path, not looked at yet."""
        return Dir(path)

    def _file(self, path: str) -> Any:
        return File(path)


class Dir(FolderAccess, Observed):
    """A folder, by its path and all that is below: names, contents, executable bits, empty folders and links."""

    __slots__ = ()
    type_name = "redun.Dir"


class FileSet(Observed):
    """The files that match a glob pattern, by their paths and contents."""

    __slots__ = ()
    type_name = "redun.FileSet"
    mark = GLOB  # what its path begins with, before the pattern

    def __init__(self, pattern: Any, digest: bytes = b"", kind: int = 0) -> None:
        text = str(pattern)
        self.path = text if text.startswith(self.mark) else self.mark + text
        self.digest = digest
        self.kind = kind

    @property
    def pattern(self) -> str:
        """The glob pattern."""
        return self.path[len(self.mark) :]

    def __str__(self) -> str:
        return self.pattern

    def __format__(self, spec: str) -> str:
        return format(self.pattern, spec)

    def __repr__(self) -> str:
        known = f", hash={self.digest.hex()[:8]}" if self.digest else ""
        return f"{type(self).__name__}(pattern={self.pattern}{known})"

    def __iter__(self) -> Iterator[File]:
        """The files that match now, in the order of their paths."""
        return iter(self.files())

    def files(self) -> list[File]:
        """The files that match now, in the order of their paths."""
        return [File(path) for path in filing().matching(self.pattern)]


class ShardSet(FileSet):
    """The files of a dataset. What Spark puts into their names to tell one writing from another does not count."""

    __slots__ = ()
    type_name = "redun.ShardSet"
    mark = SHARDS


class Immutable(PathLike):
    """What IFile, IDir and IFileSet share: the path is the identity, whatever lies there. Always valid."""

    __slots__ = ()

    def __init__(self, path: Any) -> None:
        self.path = normal_path(path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(path={self.path})"

    def state(self) -> tuple[str]:
        return (self.path,)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Value:
        return cls(*state)

    def is_valid(self) -> bool:
        """Always."""
        return True


class IFile(FileAccess, Immutable):
    """A file that never changes: its path is its identity."""

    __slots__ = ()
    type_name = "redun.IFile"

    def at(self, path: str) -> IFile:
        """A file at another path."""
        return IFile(path)


class IDir(FolderAccess, Immutable):
    """A folder in which nothing ever changes: its path is its identity."""

    __slots__ = ()
    type_name = "redun.IDir"

    def at(self, path: str) -> IDir:
        """A folder at another path."""
        return IDir(path)

    def _file(self, path: str) -> IFile:
        return IFile(path)


class IFileSet(Immutable):
    """Files that never change: their pattern is their identity."""

    __slots__ = ()
    type_name = "redun.IFileSet"

    def __init__(self, pattern: Any) -> None:
        self.path = str(pattern)

    @property
    def pattern(self) -> str:
        """The glob pattern."""
        return self.path

    def __iter__(self) -> Iterator[IFile]:
        """The files that match now, in the order of their paths."""
        return iter(self.files())

    def files(self) -> list[IFile]:
        """The files that match now, in the order of their paths."""
        return [IFile(path) for path in filing().matching(self.pattern)]


# A File is identified by its content already: what redun has as a class of its own is the same thing here.
ContentFile = File
ContentDir = Dir
ContentFileSet = FileSet

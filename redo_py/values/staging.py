"""Pairs of a file and its local copy, for scripts: inputs are copied to the local place before, outputs from there
afterwards. The pair is identified by the remote file and by the text of the local path; what lies there does not count.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from redo_py.values.file import File, PathLike, normal_path
from redo_py.values.folder import Dir, IDir, IFile
from redo_py.values.shell import copy_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, init=False, repr=False)
class Staging:
    """What StagingFile and StagingDir share. A dataclass, so that a file in it is seen like one in a list."""

    place: str  # the local path, relative to the folder of the script
    remote: Any

    def __init__(self, local: Any, remote: Any) -> None:
        object.__setattr__(self, "place", normal_path(local))
        object.__setattr__(self, "remote", remote if isinstance(remote, PathLike) else self.kind()(remote))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(local={self.place}, remote={self.remote!r})"

    @property
    def local(self) -> Any:
        """The local copy."""
        return self.kind()(self.place)

    def stage(self, folder: str = "") -> Any:
        """Copy what is remote to the local place; gives the local copy."""
        return self.remote.copy_to(self.placed(folder))

    def unstage(self, folder: str = "") -> Any:
        """Copy what is local to the remote place; gives what is there."""
        return self.placed(folder).copy_to(self.remote)

    def placed(self, folder: str) -> Any:
        """The local copy, seen from outside of `folder`."""
        return self.kind()(posixpath.join(folder, self.place))

    @classmethod
    def kind(cls) -> type[Any]:
        """The class of both."""
        return File

    @classmethod
    def is_recursive(cls) -> bool:
        """Whether it is about a whole folder."""
        return False

    def render_stage(self, as_mount: bool = False) -> str:
        """A shell command that does what `stage` does."""
        return copy_command(self.remote.path, self.place, self.is_recursive())

    def render_unstage(self, as_mount: bool = False) -> str:
        """A shell command that does what `unstage` does."""
        return copy_command(self.place, self.remote.path, self.is_recursive())


class StagingFile(Staging):
    """A file and its local copy."""


class StagingDir(Staging):
    """A folder and its local copy."""

    @classmethod
    def kind(cls) -> type[Any]:
        """The class of both."""
        return Dir

    @classmethod
    def is_recursive(cls) -> bool:
        """Whether it is about a whole folder."""
        return True


class IStagingFile(StagingFile):
    """A file that never changes and its local copy."""

    @classmethod
    def kind(cls) -> type[Any]:
        """The class of both."""
        return IFile


class IStagingDir(StagingDir):
    """A folder in which nothing ever changes and its local copy."""

    @classmethod
    def kind(cls) -> type[Any]:
        """The class of both."""
        return IDir


# Files are identified by their contents already.
ContentStagingFile = StagingFile
ContentStagingDir = StagingDir

"""The door through which the values that stand for files reach what lies at their paths.

Values know no file system. `redo_py.files.public`, where `from redo_py import File` leads, opens the door.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Any, Protocol
else:
    Protocol = object


class Filing(Protocol):
    """What one can do with what lies at a path, wherever that is. What is put somewhere is noted, see values.current.

    What cannot be done is an OSError of redun's own that names the path.
    """

    def open(self, path: str, mode: str, **options: Any) -> IO[Any]:
        """An open stream; writing makes the folders above, and what was written is there once the stream is closed."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""

    def is_file(self, path: str) -> bool:
        """Whether there is a file."""

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""

    def size(self, path: str) -> int:
        """The bytes of the file."""

    def sizes(self, paths: Sequence[str]) -> Sequence[int | None]:
        """The bytes of each file, None where there is none; of one file system, asked about at once."""

    def seen(self, path: str) -> tuple[bytes, int]:
        """(digest, kind) of what is there now, as the engine sees it; b"" if there is nothing."""

    def remove(self, path: str) -> None:
        """Remove the file; fine if there is none."""

    def touch(self, path: str) -> None:
        """Give the file the time of now; makes an empty one."""

    def copy(self, source: str, destination: str) -> None:
        """Copy a file, between file systems if need be."""

    def below(self, folder: str) -> Sequence[str]:
        """The paths of all files below the folder, sorted; none if there is no folder."""

    def matching(self, pattern: str) -> Sequence[str]:
        """The paths of all files that match the glob pattern, sorted."""

    def make_folder(self, path: str) -> None:
        """Make the folder and those above; fine if it is there."""

    def pair(self, local: Any, remote: Any) -> Any:
        """The StagingFile or StagingDir of `remote`, a file or folder, with its copy at `local`."""

    def remove_folder(self, path: str, recursive: bool) -> None:
        """Remove the empty folder, or the folder with all that is in it; fine if there is none."""


_opened: list[Filing] = []


def open_door(filing: Filing) -> None:
    """Let all values use `filing` from now on."""
    _opened[:] = [filing]


def filing() -> Filing:
    """The open door; if nobody has opened it, the table of public names leads to what does."""
    if not _opened:
        from redo_py import File as File
    return _opened[0]

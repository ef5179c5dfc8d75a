"""The files of this machine, for functions. Paths are relative to the current folder, or absolute."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISREG

from redo_py.files.api import DIRECTORY, FILE, OTHER
from redo_py.files.contents import LEFT_OUT
from redo_py.files.systems.filesystem import FileSystem, Status
from redo_py.files.trouble import refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO


class LocalFileSystem(FileSystem):
    """This machine."""

    name = "local"
    schemes = ("file",)

    def statuses(self, paths: Sequence[str]) -> list[Status]:
        """What is at each path, links followed."""
        return [self.status(path) for path in paths]

    def status(self, path: str) -> Status:
        """What is at the path, links followed."""
        try:
            found = os.stat(plain(path))
        except (FileNotFoundError, NotADirectoryError):
            return Status(path)
        except OSError as error:
            raise refused(path, error) from None
        kind = DIRECTORY if S_ISDIR(found.st_mode) else FILE if S_ISREG(found.st_mode) else OTHER
        return Status(path, kind, found.st_size)

    def open(self, path: str, mode: str) -> IO[bytes]:
        """A stream of bytes."""
        try:
            if "r" not in mode:
                make_folder_of(plain(path))
            return open(plain(path), mode)
        except OSError as error:
            raise refused(path, error) from None

    def below(self, folder: str) -> list[Status]:
        """All files below the folder; links to folders are not followed. What the identity of a folder leaves out is
        left out here too: nobody may read unnoticed what does not count."""
        found = []
        waiting = [folder]
        while waiting:
            place = waiting.pop()
            try:
                with os.scandir(plain(place)) as entries:
                    for entry in entries:
                        if entry.name in LEFT_OUT:
                            continue
                        path = entry.name if place == "." else f"{place.rstrip('/')}/{entry.name}"
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(path)
                        elif not entry.is_dir():
                            found.append(Status(path, FILE))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise refused(place, error) from None
        return sorted(found, key=lambda status: os.fsencode(status.path))

    def remove(self, path: str) -> None:
        """Remove the file or link."""
        try:
            os.unlink(plain(path))
        except FileNotFoundError:
            pass
        except OSError as error:
            raise refused(path, error) from None

    def copy(self, source: str, destination: str) -> None:
        """Copy the content and the mode."""
        import shutil

        try:
            make_folder_of(plain(destination))
            shutil.copy(plain(source), plain(destination))
        except shutil.SameFileError:
            pass
        except FileNotFoundError as error:
            raise refused(source if not os.path.exists(plain(source)) else destination, error) from None
        except OSError as error:
            raise refused(destination if error.filename == plain(destination) else source, error) from None

    def touch(self, path: str) -> None:
        """Give it the time of now, or make it."""
        try:
            make_folder_of(plain(path))
            with open(plain(path), "ab"):
                os.utime(plain(path))
        except OSError as error:
            raise refused(path, error) from None

    def make_folder(self, path: str) -> None:
        """Make the folder and those above."""
        try:
            os.makedirs(plain(path), exist_ok=True)
        except OSError as error:
            raise refused(path, error) from None

    def remove_folder(self, path: str, recursive: bool) -> None:
        """Remove the folder, a link to one only as such."""
        import shutil

        place = plain(path)
        try:
            if not recursive:
                os.rmdir(place)
            elif os.path.islink(place):
                os.unlink(place)
            else:
                shutil.rmtree(place)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise refused(path, error) from None

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder, empty or not."""
        return os.path.isdir(plain(path))


def plain(path: str) -> str:
    """`path` without the scheme that it may have."""
    return path.removeprefix("file://") if path.startswith("file:") else path


def make_folder_of(path: str) -> None:
    """Make the folder that `path` is in."""
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)

"""What one can do with a value that stands for one file. All of it happens at once, in the function that asks for it.

A function of a run that writes, copies to, stages or touches a file here has made it: see values.current. What it
removes here it has changed as well.
"""

from __future__ import annotations

import posixpath

from redo_py.values.filing import filing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any


class FileAccess:
    """The verbs of a file; whoever inherits them has a `path`."""

    __slots__ = ()
    path: str

    def open(self, mode: str = "r", encoding: str | None = None, **options: Any) -> IO[Any]:
        """Open it as the builtin `open` does, UTF-8 by default; for writing, the folders above are made."""
        if any(letter in mode for letter in "wax+"):
            self.forget()
        return filing().open(self.path, mode, encoding=encoding, **options)

    def read(self, mode: str = "r", encoding: str | None = None) -> Any:
        """The whole content: a text, or bytes with mode "rb"."""
        with self.open(mode, encoding) as stream:
            return stream.read()

    def readlines(self, mode: str = "r", encoding: str | None = None) -> list[Any]:
        """The lines, with their ends."""
        with self.open(mode, encoding) as stream:
            return list(stream)

    def write(self, content: Any, mode: str = "", encoding: str | None = None) -> None:
        """Put `content`, text or bytes, in place of what is there."""
        mode = mode or ("w" if isinstance(content, str) else "wb")
        with self.open(mode, encoding) as stream:
            stream.write(content)

    def exists(self) -> bool:
        """Whether anything is there."""
        return filing().exists(self.path)

    def isfile(self) -> bool:
        """Whether it is a file."""
        return filing().is_file(self.path)

    def isdir(self) -> bool:
        """Whether it is a folder."""
        return filing().is_folder(self.path)

    def size(self) -> int:
        """How many bytes it has. Raises RedunFileNotFoundError."""
        return filing().size(self.path)

    def remove(self) -> None:
        """Remove it; fine if it is not there."""
        filing().remove(self.path)

    def touch(self) -> None:
        """Give it the time of now; makes an empty one where there is none."""
        self.forget()
        filing().touch(self.path)

    def copy_to(self, destination: Any, skip_if_exists: bool = False) -> Any:
        """Copy it to another File, or to a path; gives the destination as a File."""
        target: Any = self.at(destination) if isinstance(destination, str) else destination
        if not (skip_if_exists and filing().exists(target.path)):
            filing().copy(self.path, target.path)
            target.forget()
        return target.at(target.path)

    def shell_copy_to(self, destination: Any, as_mount: bool = False) -> str:
        """A shell command that copies it to the path `destination`; None stands for standard input or output."""
        from redo_py.values.shell import copy_command

        return copy_command(self.path, None if destination is None else str(destination))

    def stage(self, local: Any = None) -> Any:
        """A StagingFile: this file, and where a script is to find or leave its local copy; by default the name alone,
        in the folder of the script."""
        return filing().pair(posixpath.basename(self.path) if local is None else local, self)

    def basename(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path)

    def dirname(self) -> str:
        """The path without its last part, "" if there is no other."""
        return posixpath.dirname(self.path)

    def forget(self) -> None:
        """Something else is there from now on, so that what was seen of it does not count."""

    def at(self, path: str) -> Any:
        """A file like this one at another path, not looked at yet."""
        raise NotImplementedError

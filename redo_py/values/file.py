"""Files as values: a path and, once somebody looked, the content's digest."""

from __future__ import annotations

import posixpath

from redo_py.values.access import FileAccess
from redo_py.values.filing import filing
from redo_py.values.spelling import is_url as is_url
from redo_py.values.spelling import normal_path as normal_path
from redo_py.values.unknown import ABSENT_DIGEST
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self


class PathLike(Value):
    """What File and Output share: a path, written as the user wrote it, and the questions one asks of a path."""

    __slots__ = ("path",)

    path: str  # relative to the project's root, or absolute

    def __fspath__(self) -> str:
        return self.path

    def __str__(self) -> str:
        return self.path

    def __format__(self, spec: str) -> str:
        return format(self.path, spec)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path!r})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.state() == other.state()

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path)

    @property
    def stem(self) -> str:
        """The name without its last suffix."""
        return posixpath.splitext(self.name)[0]

    @property
    def suffix(self) -> str:
        """The last suffix with its dot, or ""."""
        return posixpath.splitext(self.name)[1]

    @property
    def parent(self) -> str:
        """The folder, "." when there is none: a text, never a dependency."""
        return posixpath.dirname(self.path) or "."

    def with_suffix(self, suffix: str) -> str:
        """The path with its last suffix replaced: a text, never a dependency."""
        return posixpath.splitext(self.path)[0] + suffix


class Observed(PathLike):
    """A path and what was seen there. Two are equal if path, content and executable bit are, as far as both are known.

    `digest` is b"" until somebody has looked (the engine writes to copies of its own); a digest of 16 zero bytes means
    that nothing is there, which is a content like any other.
    """

    __slots__ = ("digest", "kind")

    def __init__(self, path: Any, digest: bytes = b"", kind: int = 0) -> None:
        self.path = normal_path(path)
        self.digest = digest
        self.kind = kind  # see files.api: 1 regular, 2 executable, 3 directory, 4 link

    def __repr__(self) -> str:
        return f"{type(self).__name__}(path={self.path}{f', hash={self.digest.hex()[:8]}' if self.digest else ''})"

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Observed):
            return False
        if self.digest and other.digest:
            return self.state() == other.state()
        return self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def state(self) -> tuple[str, bytes, int]:
        return (self.path, self.digest, self.kind)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Self:
        return cls(*state)

    def seen_as(self, digest: bytes, kind: int) -> Self:
        """The same path with what was seen there."""
        made = object.__new__(type(self))
        made.path, made.digest, made.kind = self.path, digest, kind
        return made

    @property
    def hash(self) -> str:
        """What identifies the content, in hexadecimal digits; looks if nobody has looked yet."""
        if not self.digest:
            self.update_hash()
        return self.digest.hex()

    def get_hash(self, data: bytes | None = None) -> str:
        """The same as `hash`; `data` is not used."""
        return self.hash

    def update_hash(self) -> None:
        """Look again."""
        digest, self.kind = filing().seen(self.path)
        self.digest = digest or ABSENT_DIGEST

    def is_valid(self) -> bool:
        """Whether what is there is what was seen there."""
        return not self.digest or self.digest == (filing().seen(self.path)[0] or ABSENT_DIGEST)


class File(FileAccess, Observed):
    """A file, by its path and content. A string is opened as a path, relative to the project or absolute, or as a URL:
    `s3://`, `gs://`, `az://`, `http://`, `https://`, `memory://`."""

    __slots__ = ()
    type_name = "redun.File"

    def forget(self) -> None:
        """Something else is there from now on: whoever asks for the hash looks again."""
        self.digest = b""

    def at(self, path: str) -> File:
        """A file at another path, not looked at yet."""
        return File(path)


class Output(FileAccess, PathLike):
    """A path that a job will make. It identifies itself by the path alone: what is there before does not count."""

    __slots__ = ("directory",)
    type_name = "redun.Output"

    def __init__(self, path: Any, directory: bool = False) -> None:
        self.path = normal_path(path)
        self.directory = directory  # whether it was declared with a trailing slash: the job makes a folder

    def at(self, path: str) -> File:
        """A file at a path, not looked at yet."""
        return File(path)

    def state(self) -> tuple[str, bool]:
        return (self.path, self.directory)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Output:
        return cls(*state)


class Tool(Value):
    """An executable that a command names: identified by what PATH finds for the name, see `[build] tools`."""

    __slots__ = ("cwd", "digest", "name", "path")
    type_name = "redun.Tool"

    def __init__(self, name: str, digest: bytes = b"", path: str | None = None, cwd: str = "") -> None:
        self.name = name  # the first word of a command: a name for PATH, or a path
        self.digest = digest  # b"" until the engine has looked
        self.path = path  # the PATH that the command declares; None if it has that of all commands
        self.cwd = cwd  # the folder of the command, relative to the project's root; "" is the root

    def __repr__(self) -> str:
        return f"Tool({self.name!r})"

    @property
    def key(self) -> tuple[str, str | None, str]:
        """All that it is looked for by."""
        return (self.name, self.path, self.cwd)

    def state(self) -> tuple[Any, ...]:
        if self.path is None and not self.cwd:
            return (self.name, self.digest)
        return (self.name, self.digest, self.path, self.cwd)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Tool:
        return cls(*state)

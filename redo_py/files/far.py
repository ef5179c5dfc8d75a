"""Seeing what is no path of this machine: objects, web pages, and sets of files by their pattern.

An object is identified by what its file system says of its content (an ETag and its size), else by reading it, which
gives the digest that a local file of that content has. A folder of objects is identified by the names and digests of
all that is below. Nothing here is ever trusted: that it is unchanged is only seen by asking again.
"""

from __future__ import annotations

from redo_py.files.api import ABSENT, DIRECTORY, FILE, Stamp
from redo_py.files.contents import listing_of
from redo_py.files.systems.filesystem import PIECE
from redo_py.files.systems.registry import get_filesystem
from redo_py.files.trouble import unreadable
from redo_py.ground.hashing import DIRECTORY as DIRECTORY_SEED
from redo_py.ground.hashing import FILE as FILE_SEED
from redo_py.ground.hashing import digest, hasher, seed_of
from redo_py.values.folder import GLOB, SHARDS
from redo_py.values.spelling import without_writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redo_py.files.meter import Meter
    from redo_py.files.systems.filesystem import FileSystem, Status

    See = Callable[[Sequence[str]], list[Stamp]]

OBJECT = seed_of("object")  # what an object store says of a content
SET = seed_of("file set")  # the listing of the files that match a pattern


class Far:
    """Looks at URLs. `see` looks at the files of this machine that a pattern gives, which `match` finds."""

    __slots__ = ("_fetched", "_match", "_meter", "_see")

    def __init__(self, see: See, match: Callable[[str], list[str]], meter: Meter | None = None) -> None:
        self._see = see
        self._match = match
        self._meter = meter  # tells of what takes long to read
        self._fetched: dict[tuple[str, str], bytes] = {}  # (path, weak mark) -> digest, for as long as this lives

    def observe(self, paths: Sequence[str]) -> list[Stamp]:
        """What each URL holds now; those of one file system are asked for together. Raises UsageError for one that
        cannot be looked at."""
        groups: dict[FileSystem, list[str]] = {}
        found: dict[str, Stamp] = {}
        for path in dict.fromkeys(paths):
            if path.startswith(GLOB):
                found[path] = self._set(path, path[len(GLOB) :])
            elif path.startswith(SHARDS):
                found[path] = self._set(path, path[len(SHARDS) :], without_writing)
            else:
                groups.setdefault(get_filesystem(path), []).append(path)
        for system, group in groups.items():
            found.update(zip(group, self._look_at(system, group), strict=True))
        return [found[path] for path in paths]

    def _set(self, path: str, pattern: str, counted: Callable[[str], str] = str) -> Stamp:
        """The set of files that match `pattern`; of their names counts what `counted` makes of them."""
        stamps = self._see(self._match(pattern))
        listing = listing_of([(counted(stamp.path), stamp.kind, stamp.digest) for stamp in stamps])
        return Stamp(path, DIRECTORY, digest(SET, listing), (), False)

    def _look_at(self, system: FileSystem, paths: Sequence[str]) -> list[Stamp]:
        """What `paths`, all of `system`, hold now. Raises UsageError."""
        try:
            return [self._stamp_of(system, status) for status in system.statuses(paths)]
        except OSError as error:
            raise unreadable(error.filename or paths[0], error) from None

    def _stamp_of(self, system: FileSystem, status: Status) -> Stamp:
        """The stamp of one path; of a folder, with all that is below."""
        if status.kind == FILE:
            return Stamp(status.path, FILE, self._content_of(system, status), (), False)
        below = system.below(status.path)
        if not below:
            return Stamp(status.path, ABSENT, b"", (), False)
        skip = len(status.path) + 1
        entries = [(each.path[skip:], FILE, self._content_of(system, each)) for each in below]
        return Stamp(status.path, DIRECTORY, digest(DIRECTORY_SEED, listing_of(entries)), (), False)

    def _content_of(self, system: FileSystem, status: Status) -> bytes:
        """The digest of one object's content."""
        if status.mark:
            return digest(OBJECT, f"{status.mark}\0{status.size}".encode("utf-8", "surrogateescape"))
        known = self._fetched.get((status.path, status.weak)) if status.weak else None
        if known is not None:
            return known
        hashed = hasher(FILE_SEED)
        watched = None if self._meter is None else self._meter.begin(status.path, max(status.size, 0))
        count = 0
        with system.open(status.path, "rb") as stream:
            while chunk := stream.read(PIECE):
                hashed.update(chunk)
                count += len(chunk)
                if watched is not None:
                    watched.reached(count)
        return self._fetched.setdefault((status.path, status.weak), hashed.digest()) if status.weak else hashed.digest()

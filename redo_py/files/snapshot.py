"""The up-to-date snapshot: everything that an answer rested on.

The next build sees in one pass of stats that nothing of it has changed, and answers again.

The fast lane imports this before anything else, so it knows only what costs next to nothing. A snapshot is a cache of
the truth: it can always be thrown away, and is when anything about it is odd.

Paths are relative to the project's root, or absolute. Every path is looked at as it is, a link being a link. A path
that ends with a slash stands for the folder that is found there, through links if need be: so are the folders recorded
that a glob looked into.
"""

from __future__ import annotations

import os
from zlib import adler32, crc32

from redo_py.files.sealed import read_sealed, write_sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redo_py.files.api import Stamp

MAGIC = b"redunS\x02\x00"
FOLDER = "snapshots"
MOST = 16  # snapshots kept, the latest ones


class Snapshot:
    """What was seen when everything was up to date, and what to say while it is still so."""

    __slots__ = ("environment", "message", "parts", "paths", "signatures")

    def __init__(
        self,
        paths: tuple[str, ...],
        signatures: tuple[tuple[int, ...], ...],
        environment: tuple[tuple[str, str | None], ...],
        message: str,
        parts: bytes = b"",
    ) -> None:
        self.paths = paths
        self.signatures = signatures  # of `paths` in the same order; () where nothing was
        self.environment = environment  # (name, value); None for a variable that was not set
        self.message = message
        self.parts = parts  # what of it rests on which paths, see app.parts; b"" if that is not known


def snapshot_of(
    stamps: Iterable[Stamp],
    seen: Mapping[str, tuple[int, ...]],
    environment: Mapping[str, str | None],
    message: str,
) -> Snapshot | None:
    """The snapshot of `stamps` and all their parts, of what globs have `seen`, and of variables.

    None if it could not be relied on: a stamp is not trusted, or one path was seen with two signatures.
    """
    signatures = dict(seen)
    for stamp in stamps:
        for each in (stamp, *stamp.parts):
            if not each.trusted or signatures.setdefault(each.path, each.signature) != each.signature:
                return None
    return Snapshot(tuple(signatures), tuple(signatures.values()), tuple(environment.items()), message)


def holds(snapshot: Snapshot, environ: Mapping[str, str]) -> bool:
    """Whether everything still is as `snapshot` says. The current directory must be the project's root."""
    for name, value in snapshot.environment:
        if environ.get(name) != value:
            return False
    look = os.lstat
    for path, signature in zip(snapshot.paths, snapshot.signatures, strict=True):
        try:
            s = look(path)
        except OSError:
            if signature:
                return False
        else:
            if (s.st_dev, s.st_ino, s.st_mode, s.st_size, s.st_mtime_ns, s.st_ctime_ns) != signature:
                return False
    return True


def changes(snapshot: Snapshot, environ: Mapping[str, str]) -> dict[int, tuple[int, ...]] | None:
    """The places of the paths that are not as `snapshot` says, with the signatures that they have now; None if a
    variable differs. The current directory must be the project's root."""
    if any(environ.get(name) != value for name, value in snapshot.environment):
        return None
    found: dict[int, tuple[int, ...]] = {}
    for place, (path, signature) in enumerate(zip(snapshot.paths, snapshot.signatures, strict=True)):
        try:
            s = os.lstat(path)
        except OSError:
            now: tuple[int, ...] = ()
        else:
            now = (s.st_dev, s.st_ino, s.st_mode, s.st_size, s.st_mtime_ns, s.st_ctime_ns)
        if now != signature:
            found[place] = now
    return found


def read_snapshot(state_dir: str, key: str) -> Snapshot | None:
    """The snapshot kept under `key`; None if there is none, or none that is whole."""
    match read_sealed(_place(state_dir, key), MAGIC):
        case (str(found), tuple(paths), tuple(signatures), tuple(environment), str(message), bytes(parts)):
            if found == key and len(paths) == len(signatures):
                return Snapshot(paths, signatures, environment, message, parts)
    return None


def is_readable(path: str) -> bool:
    """Whether the file at `path` is a snapshot, and whole."""
    return read_sealed(path, MAGIC) is not None


def write_snapshot(state_dir: str, key: str, snapshot: Snapshot) -> bool:
    """Keep `snapshot` under `key`, a text of any length that names targets, settings and versions; False if that cannot
    be done. The oldest are dropped."""
    content = (key, snapshot.paths, snapshot.signatures, snapshot.environment, snapshot.message, snapshot.parts)
    try:
        os.makedirs(f"{state_dir}/{FOLDER}", exist_ok=True)
        written = write_sealed(_place(state_dir, key), MAGIC, content)
        _drop_oldest(f"{state_dir}/{FOLDER}")
    except OSError:
        return False
    return written


def drop_snapshot(state_dir: str, key: str) -> None:
    """Forget what is kept under `key`."""
    try:
        os.unlink(_place(state_dir, key))
    except OSError:
        return


def drop_snapshots(state_dir: str) -> None:
    """Forget all that is kept. Raises OSError if that cannot be done."""
    folder = f"{state_dir}/{FOLDER}"
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        os.unlink(f"{folder}/{name}")


def _place(state_dir: str, key: str) -> str:
    """The file for `key`; two keys may share one, which is why the key is in it, too."""
    text = key.encode("utf-8", "surrogateescape")
    return f"{state_dir}/{FOLDER}/{crc32(text):08x}{adler32(text):08x}"


def _drop_oldest(folder: str) -> None:
    with os.scandir(folder) as found:
        entries: Sequence[os.DirEntry[str]] = list(found)
    if len(entries) > MOST:
        for entry in sorted(entries, key=lambda entry: entry.stat().st_mtime_ns)[:-MOST]:
            os.unlink(entry.path)

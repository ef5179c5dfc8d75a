"""Files on their way: what lies at some paths as a list of entries, their bytes in the scratch, and laid out again.

Paths are relative to the project's root, also with `..` for what lies beside it, or absolute. Links are followed where
a path is asked for and kept below a folder. A file that was asked for and is not there is no entry: it is not there in
the other place either. Where an entry may be put, if anywhere, is for who lays it out to say.
"""

from __future__ import annotations

import os
from stat import S_IXUSR

from redo_py.ground import hashing
from redo_py.remote.api.scratch import PIECE, Changed, blob_name, naming

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from redo_py.remote.api.scratch import Scratch

    Told = tuple[str, str, str]  # an entry as it travels

FILE, EXECUTABLE, LINK, FOLDER = "f", "x", "l", "d"
LEFT_OUT = frozenset((".redun", ".git"))  # what the content of a folder leaves out


class StagingError(Exception):
    """Files cannot be brought: `code` and `words` are of an error that tells why."""

    def __init__(self, code: str, is_damage: bool = False, **words: str) -> None:
        super().__init__(code)
        self.code = code
        self.is_damage = is_damage  # whether something in the scratch is not what it should be, or not there
        self.words = words


class Entry:
    """What lies at one path."""

    __slots__ = ("kind", "path", "text")

    def __init__(self, path: str, kind: str, text: str = "") -> None:
        self.path = path
        self.kind = kind  # FILE EXECUTABLE LINK FOLDER
        self.text = text  # the digest of a file in hexadecimal digits, the text of a link, "" for a folder

    @property
    def is_file(self) -> bool:
        """Whether it has bytes."""
        return self.kind in (FILE, EXECUTABLE)

    def told(self) -> Told:
        """As it travels."""
        return (self.path, self.kind, self.text)


def entries_at(root: str, paths: Iterable[str], keep_links: bool = False) -> list[Entry]:
    """What lies at `paths`, and below those that are folders; with `keep_links` the paths themselves are not followed
    either. Raises OSError for what cannot be read."""
    found: dict[str, Entry] = {}
    for path in paths:
        for entry in _entries(os.path.join(root, path), path, not keep_links):
            found[entry.path] = entry
    return list(found.values())


def _entries(place: str, path: str, follows: bool) -> Iterator[Entry]:
    waiting = [(place, path, follows)]
    while waiting:
        place, path, follows = waiting.pop()
        if not follows and os.path.islink(place):
            yield Entry(path, LINK, os.readlink(place))
        elif os.path.isdir(place):
            yield Entry(path, FOLDER)
            names = sorted(name for name in os.listdir(place) if name not in LEFT_OUT)
            waiting += [(f"{place}/{name}", f"{path}/{name}", False) for name in names]
        elif os.path.isfile(place):
            yield file_entry(place, path)


def file_entry(place: str, path: str) -> Entry:
    """The entry of the file at `place`. Raises OSError."""
    with naming(place), open(place, "rb") as stream:
        hasher = hashing.hasher(hashing.FILE)
        while piece := stream.read(PIECE):
            hasher.update(piece)
        is_executable = os.fstat(stream.fileno()).st_mode & S_IXUSR
    return Entry(path, EXECUTABLE if is_executable else FILE, hasher.digest().hex())


def send(scratch: Scratch, root: str, entries: Sequence[Entry], sent: set[str], anew: bool = False) -> None:
    """Put the bytes of `entries` into the scratch, those that are not there yet, or with `anew` all of them; the others
    count as used. `sent` are the digests that are known to be there, and gets the others. Raises OSError, and
    StagingError for a file that has changed since it was looked at."""
    files = {entry.text: entry for entry in entries if entry.is_file and entry.text not in sent}
    names = [blob_name(digest) for digest in files]
    missing = set(names if anew else scratch.absent(names))
    scratch.keep(name for name in names if name not in missing)
    for digest, entry in files.items():
        if blob_name(digest) in missing:
            try:
                scratch.send(os.path.join(root, entry.path), blob_name(digest), digest)
            except Changed:
                raise StagingError("staged-changed", path=entry.path) from None
    sent.update(files)


def lay_out(scratch: Scratch, entries: Sequence[Entry], place_of: Callable[[Entry], str]) -> None:
    """Put each of `entries` where `place_of` says; "" is for one that is there already. It is asked when all entries
    before have been put, and raises StagingError for one that may not be put anywhere. What is there already and is the
    same stays. Raises OSError, and StagingError for bytes that are not what they were said to be."""
    for entry in entries:
        place = place_of(entry)
        if not place:
            continue
        if entry.kind == FOLDER:
            os.makedirs(place, exist_ok=True)
        elif entry.kind == LINK:
            _link(place, entry)
        else:
            _lay_file(scratch, place, entry)


def is_outside(path: str) -> bool:
    """Whether a path of an entry leads out of the project."""
    return path == ".." or path.startswith(("/", "../"))


def is_below(place: str, folder: str) -> bool:
    """Whether `place` is `folder` or lies below it, both being absolute and without links and dots."""
    return place == folder or place.startswith(f"{folder.rstrip('/')}/")


def _link(place: str, entry: Entry) -> None:
    os.makedirs(os.path.dirname(place), exist_ok=True)
    if os.path.lexists(place):
        if os.path.islink(place) and os.readlink(place) == entry.text:
            return
        os.unlink(place)
    os.symlink(entry.text, place)


def is_there(place: str, entry: Entry) -> bool:
    """Whether just what `entry` tells of lies at `place`. Of a folder that is what it has by itself."""
    if entry.kind == FOLDER:
        return os.path.isdir(place)
    if entry.kind == LINK:
        return os.path.islink(place) and os.readlink(place) == entry.text
    return os.path.isfile(place) and file_entry(place, entry.path).told() == entry.told()


def _lay_file(scratch: Scratch, place: str, entry: Entry) -> None:
    if is_there(place, entry):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    beside, blob = f"{place}.{os.urandom(6).hex()}.part", blob_name(entry.text)
    try:
        digest = scratch.fetch(blob, beside, 0o777 if entry.kind == EXECUTABLE else 0o666)
        if digest.hex() != entry.text:
            raise StagingError("staged-changed", True, path=entry.path)
        os.rename(beside, place)
    except FileNotFoundError:
        raise StagingError("staged-gone", True, path=entry.path, place=scratch.at(blob)) from None
    finally:
        if os.path.exists(beside):
            os.unlink(beside)

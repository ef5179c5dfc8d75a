"""The Files door over a dictionary, for tests of what stands on it: no disk, and a clock that is moved by hand."""

from __future__ import annotations

import os

from redo_py.files.api import ABSENT, DIRECTORY, EXECUTABLE, FILE, LINK, Stamp
from redo_py.files.contents import LEFT_OUT, entries_of, followed_digest, link_digest, listing_of
from redo_py.files.ticks import COARSE, FINE, SECOND, SOON
from redo_py.ground.clock import Clock
from redo_py.ground.hashing import DIRECTORY as DIRECTORY_SEED
from redo_py.ground.hashing import FILE as FILE_SEED
from redo_py.ground.hashing import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

START = 1_700_000_000_000_000_000  # ns; where the hands stand at first
MOST_HOPS = 40


class MovedClock(Clock):
    """A clock that stands still but for `move` and `sleep`."""

    __slots__ = ("nanoseconds",)

    def __init__(self, nanoseconds: int = START) -> None:
        self.nanoseconds = nanoseconds

    def now(self) -> float:
        """Seconds since the epoch, by the hands."""
        return self.nanoseconds / 1e9

    def now_ns(self) -> int:
        """Nanoseconds since the epoch, by the hands."""
        return self.nanoseconds

    def monotonic(self) -> float:
        """The same hands."""
        return self.nanoseconds / 1e9

    def sleep(self, seconds: float) -> None:
        """Move the hands instead of waiting."""
        self.move(seconds)

    def move(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.nanoseconds += round(seconds * 1e9)


class Entry:
    """What is at one path."""

    __slots__ = ("content", "kind", "signature")

    def __init__(self, kind: int, content: bytes, signature: tuple[int, ...]) -> None:
        self.kind = kind  # FILE, EXECUTABLE, LINK or DIRECTORY; folders on the way to something are entries too
        self.content = content  # of a link: its text
        self.signature = signature


class MemoryFiles:
    """Files in a dictionary. `write`, `link`, `folder`, `remove`, `touch` and `clock.move` are the hands of the test.

    Times are those of the clock, with the tick of a local disk: what was written less than 20 ms ago is not trusted. If
    they are `coarse` they are whole seconds, and what was written less than 2 s ago is not trusted.
    """

    def __init__(self, clock: MovedClock | None = None) -> None:
        self.clock = clock or MovedClock()
        self.coarse = False
        self.entries: dict[str, Entry] = {}
        self.artifacts: dict[bytes, bytes] = {}
        self.displaced: list[tuple[str, str]] = []  # every (path, new place) ever
        self.under_version_control: set[str] = set()
        self.reads = 0  # how many files were read for their digest
        self._inodes = 0

    # The hands

    def write(self, path: str, content: bytes, executable: bool = False) -> None:
        """Put a file at `path`, making the folders above."""
        self._put(path, EXECUTABLE if executable else FILE, content)

    def link(self, path: str, text: str) -> None:
        """Put a symbolic link at `path`."""
        self._put(path, LINK, os.fsencode(text))

    def folder(self, path: str) -> None:
        """Make the folder `path` and those above."""
        for upper in [*_above(path), path] if path else []:
            if upper not in self.entries:
                self.entries[upper] = Entry(DIRECTORY, b"", self._new_signature(DIRECTORY, 0))
                self._note_change(upper)

    def read(self, path: str) -> bytes:
        """The content of the file at `path`; raises FileNotFoundError."""
        entry = self.entries.get(path)
        if entry is None:
            raise FileNotFoundError(path)
        return entry.content

    def remove(self, path: str) -> None:
        """Remove the file, link or tree at `path`; fine if there is none."""
        for found in [path, *self._below(path)]:
            if self.entries.pop(found, None) is not None:
                self._note_change(found)

    def touch(self, path: str) -> None:
        """Give what is at `path` the time of now."""
        entry = self.entries[path]
        now = self._time()
        entry.signature = (*entry.signature[:4], now, now)

    def exists(self, path: str) -> bool:
        """Whether anything is at `path`."""
        return path in self.entries

    # The door

    def observe(self, paths: Sequence[str]) -> list[Stamp]:
        """What each path holds now, links followed."""
        return [self._look(path, follow=True) for path in paths]

    def observe_outputs(self, paths: Sequence[str]) -> list[Stamp]:
        """What each path holds now, a link being a link."""
        return [self._look(path, follow=False) for path in paths]

    def unchanged(self, stamps: Sequence[Stamp]) -> list[bool]:
        """Whether each stamp, and each of its parts, still has its signature."""
        return [all(self._signature(each.path) == each.signature for each in (stamp, *stamp.parts)) for stamp in stamps]

    def changed_since(self, paths: Sequence[str], moment: float) -> list[str]:
        """Those of `paths` that are files, links followed, and may have changed since `moment`."""
        files = [stamp for stamp in self.observe(paths) if stamp.kind in (FILE, EXECUTABLE)]
        return [stamp.path for stamp in files if self._changed_at(stamp) >= moment]

    def tick(self, signature: tuple[int, ...]) -> float:
        """The seconds by which the times in `signature` may lag behind the clock."""
        return self._tick() / SECOND

    def collect(self, paths: Sequence[str]) -> list[Stamp]:
        """Like `observe_outputs`, keeping all contents in `artifacts`."""
        stamps = self.observe_outputs(paths)
        for stamp in stamps:
            for each in (stamp, *stamp.parts):
                if each.kind in (FILE, EXECUTABLE, LINK):
                    self.artifacts[each.digest] = self.entries[each.path].content
            if stamp.kind == DIRECTORY and not stamp.left_out:
                self.artifacts[stamp.digest] = _listing(stamp.path, stamp.parts)
        return stamps

    def can_restore(self, products: Sequence[tuple[str, bytes, int]]) -> bool:
        """Whether all the bytes of `products` are kept."""
        return self._expanded(products) is not None

    def restore(self, products: Sequence[tuple[str, bytes, int]]) -> bool:
        """Put all `products` in place, or none."""
        expanded = self._expanded(products)
        for path, content, kind in expanded or ():
            if kind == DIRECTORY:
                self.folder(path)
            else:
                self._put(path, kind, self.artifacts[content])
        return expanded is not None

    def clear(self, paths: Sequence[str], ledger: Sequence[tuple[bytes, int] | None]) -> list[tuple[str, str]]:
        """Make room at `paths`, moving what is not redun's to .redun/displaced."""
        before = len(self.displaced)
        for stamp, entry in zip(self.observe_outputs(paths), ledger, strict=True):
            if stamp.is_just(entry):
                self.remove(stamp.path)
            elif stamp.kind != ABSENT:
                self._displace(stamp.path, stamp.left_out)
            for upper in _above(stamp.path):
                if upper in self.entries and self.entries[upper].kind != DIRECTORY:
                    self._displace(upper)
                self.folder(upper)
        return self.displaced[before:]

    def tracked(self, paths: Sequence[str]) -> set[str]:
        """Those of `paths` that are in `under_version_control`."""
        return {path for path in paths if path in self.under_version_control and self.exists(path)}

    def discard(self, paths: Sequence[str]) -> None:
        """Remove what is at `paths`."""
        for path in paths:
            self.remove(path)

    def remove_empty_parents(self, paths: Sequence[str]) -> None:
        """Remove the folders above `paths` that are empty now."""
        for path in paths:
            for upper in reversed(_above(path)):
                if self._below(upper):
                    break
                self.remove(upper)

    def settle(self, stamps: Sequence[Stamp]) -> list[Stamp]:
        """Move the clock until what can soon be trusted is, look again, and return all."""
        now = self.clock.now_ns()
        moments = {place: self._moment(stamp) for place, stamp in enumerate(stamps) if not stamp.trusted}
        soon = {place: moment for place, moment in moments.items() if moment <= now + SOON}
        if soon and max(soon.values()) >= now:
            self.clock.sleep((max(soon.values()) - now + 1_000_000) / 1e9)
        return [
            self._look(stamp.path, follow=stamp.kind != LINK) if place in soon else stamp
            for place, stamp in enumerate(stamps)
        ]

    # Below the door

    def _changed_at(self, stamp: Stamp) -> float:
        """The latest moment at which what `stamp` shows can have changed."""
        times = [time for each in (stamp, *stamp.parts) for time in each.signature[4:]]
        return (max(times) + self._tick()) / SECOND

    def _look(self, path: str, follow: bool) -> Stamp:
        entry = self.entries.get(path)
        if entry is None:
            return Stamp(path, ABSENT, b"", (), True)
        if entry.kind == LINK and follow:
            return self._followed(path, entry)
        parts: tuple[Stamp, ...] = ()
        left_out = ""
        if entry.kind == DIRECTORY:
            below = sorted(self._below(path))
            seen = [each for each in below if LEFT_OUT.isdisjoint(each[len(path) :].split("/"))]
            parts = tuple(self._part(each) for each in seen)
            left_out = next((each for each in below if each.rpartition("/")[2] in LEFT_OUT), "")
            content = digest(DIRECTORY_SEED, _listing(path, parts))
        else:
            content = self._digest(entry)
        trusted = self._trusts(entry.signature) and all(part.trusted for part in parts)
        return Stamp(path, entry.kind, content, entry.signature, trusted, parts, left_out)

    def _digest(self, entry: Entry) -> bytes:
        if entry.kind == LINK:
            return link_digest(os.fsdecode(entry.content))
        self.reads += 1
        return digest(FILE_SEED, entry.content)

    def _part(self, path: str) -> Stamp:
        entry = self.entries[path]
        content = b"" if entry.kind == DIRECTORY else self._digest(entry)
        return Stamp(path, entry.kind, content, entry.signature, self._trusts(entry.signature))

    def _followed(self, path: str, entry: Entry) -> Stamp:
        texts, hops = self._hops(path)
        end = hops[-1]
        trusted = self._trusts(entry.signature) and all(hop.trusted for hop in hops)
        if end.kind in (ABSENT, LINK):
            return Stamp(path, ABSENT, b"", entry.signature, trusted, tuple(hops))
        content = followed_digest(texts, end.kind, end.digest)
        return Stamp(path, end.kind, content, entry.signature, trusted, (*hops, *end.parts))

    def _hops(self, link: str) -> tuple[list[str], list[Stamp]]:
        """The texts of the links from `link` on, and what each of them leads to, the end last."""
        texts: list[str] = []
        hops: list[Stamp] = []
        place, kind = link, LINK
        while kind == LINK and len(texts) < MOST_HOPS:
            texts.append(os.fsdecode(self.entries[place].content))
            place = os.path.normpath(os.path.join(os.path.dirname(place), texts[-1]))
            hops.append(self._look(place, follow=False))
            kind = hops[-1].kind
        return texts, hops

    def _trusts(self, signature: tuple[int, ...]) -> bool:
        return max(signature[4:]) + self._tick() < self.clock.now_ns()

    def _moment(self, stamp: Stamp) -> int:
        """When `stamp` can be trusted."""
        times = [max(each.signature[4:]) for each in (stamp, *stamp.parts) if each.signature]
        return max(times, default=-self._tick()) + self._tick()

    def _tick(self) -> int:
        return COARSE if self.coarse else FINE

    def _time(self) -> int:
        """The time that a file gets that is written now."""
        now = self.clock.now_ns()
        return now - now % SECOND if self.coarse else now

    def _signature(self, path: str) -> tuple[int, ...]:
        entry = self.entries.get(path)
        return entry.signature if entry else ()

    def _new_signature(self, kind: int, size: int) -> tuple[int, ...]:
        self._inodes += 1
        now = self._time()
        return (1, self._inodes, kind, size, now, now)

    def _put(self, path: str, kind: int, content: bytes) -> None:
        self.folder(os.path.dirname(path))
        self.remove(path)
        self.entries[path] = Entry(kind, content, self._new_signature(kind, len(content)))
        self._note_change(path)

    def _note_change(self, path: str) -> None:
        """The folder of `path` has a new entry, or one less."""
        if os.path.dirname(path) in self.entries:
            self.touch(os.path.dirname(path))

    def _below(self, path: str) -> list[str]:
        start = path + "/"
        return [found for found in self.entries if found.startswith(start)]

    def _displace(self, path: str, because_of: str = "") -> None:
        place = f".redun/displaced/{len(self.displaced) + 1}/{path}"
        self.folder(os.path.dirname(place))
        for found in [path, *self._below(path)]:
            self.entries[place + found[len(path) :]] = self.entries.pop(found)
        self._note_change(path)
        cause = because_of or path
        self.displaced.append((cause, place + cause[len(path) :]))

    def _expanded(self, products: Sequence[tuple[str, bytes, int]]) -> list[tuple[str, bytes, int]] | None:
        """`products` with everything below directories; None if the bytes of one are not kept."""
        expanded = []
        for path, content, kind in products:
            if content not in self.artifacts:
                return None
            expanded.append((path, content, kind))
            if kind == DIRECTORY:
                below = entries_of(self.artifacts[content]) or []
                expanded += [(f"{path}/{name}", digest, kind) for name, kind, digest in below]
        kept = all(kind == DIRECTORY or content in self.artifacts for _, content, kind in expanded)
        return expanded if kept else None


def _listing(top: str, parts: Sequence[Stamp]) -> bytes:
    return listing_of([(part.path[len(top) + 1 :], part.kind, part.digest) for part in parts])


def _above(path: str) -> list[str]:
    """The folders above `path`, the outermost first."""
    return [path[:place] for place, char in enumerate(path) if char == "/" and place]

"""Seeing what a path holds: its digest, from the stat memo or by reading it, with the signature it was read under."""

from __future__ import annotations

import os
from errno import EISDIR, ELOOP, ENOENT

from redo_py.files.api import ABSENT, DIRECTORY, EXECUTABLE, FILE, LINK, OTHER, Stamp
from redo_py.files.contents import LEFT_OUT, followed_digest, link_digest, listing_of
from redo_py.files.reading import Reading, read_regular
from redo_py.files.signature import MODE, kind_of, status_at
from redo_py.files.trouble import unreadable
from redo_py.ground.hashing import DIRECTORY as DIRECTORY_SEED
from redo_py.ground.hashing import digest
from redo_py.ground.signatures import signature_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.files.memo import StatMemo
    from redo_py.files.meter import Meter
    from redo_py.files.places import Places
    from redo_py.files.ticks import Ticks
    from redo_py.store.api import Artifacts

MOST_HOPS = 40  # links to follow one after another, as Linux does
TURNED = frozenset((ENOENT, ELOOP, EISDIR))  # it is gone, a link or a folder by now
ATTEMPTS = 5  # looks at a path that turns into something else between the look and the reading


class Observer:
    """One look at some paths. Everything that it reads is read after its start."""

    __slots__ = ("_keep", "_memo", "_meter", "_places", "_readers", "_start", "_ticks")

    def __init__(
        self,
        places: Places,
        memo: StatMemo,
        ticks: Ticks,
        keep: Artifacts | None = None,
        readers: int = 0,
        meter: Meter | None = None,
    ) -> None:
        self._places = places
        self._memo = memo
        self._ticks = ticks
        self._meter = meter  # tells of what takes long
        self._keep = keep  # where the contents go that are seen, if anywhere
        self._readers = readers  # the mode bits of what may be kept: those of others' reading that new files have
        self._start = -1  # the file system's time before the first reading; -1 until there is one

    def look(self, path: str, follow: bool) -> Stamp:
        """What is at `path`; a link is followed if `follow`. Raises UsageError if it cannot be read."""
        attempt = 1
        while True:
            try:
                return self._look(path, follow)
            except OSError as error:
                if error.errno not in TURNED or attempt == ATTEMPTS:
                    raise unreadable(path, error) from None
            attempt += 1

    def _look(self, path: str, follow: bool) -> Stamp:
        status = status_at(self._places.full(path))
        if status is None:
            return Stamp(path, ABSENT, b"", (), True)
        kind = kind_of(status.st_mode)
        if kind in (FILE, EXECUTABLE):
            return self._regular(path, kind, signature_of(status))
        self._begin()
        if kind == DIRECTORY:
            return self._directory(path, signature_of(status))
        if kind == LINK and follow:
            return self._followed(path, signature_of(status))
        return self._special(path, kind, signature_of(status))

    def _begin(self) -> int:
        """The start of this look, which is now at the latest."""
        if self._start < 0:
            self._start = self._ticks.now()
        return self._start

    def _regular(self, path: str, kind: int, signature: tuple[int, ...]) -> Stamp:
        known = self._memo.known(signature)
        keep = self._keep if self._is_open(signature) else None
        if known is not None and (keep is None or keep.have((known,))[0]):
            return Stamp(path, kind, known, signature, True)
        start = 0 if self._ticks.shows_all(signature) else self._begin()  # asking for the time would be a change, too
        full = self._places.full(path)
        reading = read_regular(full, self._meter)
        if keep is not None:
            _keep_file(keep, full, reading)
        trusted = reading.whole and self._ticks.trusts(reading.signature, start)
        if trusted:
            self._memo.learn(reading.signature, reading.digest)
        return Stamp(path, kind_of(reading.signature[2]), reading.digest, reading.signature, trusted)

    def _is_open(self, signature: tuple[int, ...]) -> bool:
        """Whether what is restored, with the mode of new files, would be no wider open than what has `signature`."""
        return signature[MODE] & self._readers == self._readers

    def _special(self, path: str, kind: int, signature: tuple[int, ...]) -> Stamp:
        """A link as such, or something that has no content and is never opened."""
        if kind == OTHER:
            return Stamp(path, OTHER, b"", signature, True)
        text = os.readlink(self._places.full(path))
        content = link_digest(text)
        if self._keep is not None:
            self._keep.put_bytes(os.fsencode(text), content)
        return Stamp(path, LINK, content, signature, self._ticks.trusts(signature, self._begin()))

    def _directory(self, path: str, signature: tuple[int, ...]) -> Stamp:
        parts, left_out = self._below(path)
        skip = len(path) + 1
        listing = listing_of([(part.path[skip:], part.kind, part.digest) for part in parts])
        content = digest(DIRECTORY_SEED, listing)
        folders = [signature, *(part.signature for part in parts if part.kind == DIRECTORY)]
        if self._keep is not None and not left_out and all(map(self._is_open, folders)):
            self._keep.put_bytes(listing, content)
        trusted = self._ticks.trusts(signature, self._begin()) and all(part.trusted for part in parts)
        return Stamp(path, DIRECTORY, content, signature, trusted, tuple(parts), left_out)

    def _below(self, top: str) -> tuple[list[Stamp], str]:
        """A stamp for every entry below the directory `top`, those of folders without digest; and an entry that is left
        out, "" if there is none."""
        parts = []
        left_out = ""
        folders = [top]
        while folders:
            folder = folders.pop()
            for path, status in self._entries(folder):
                if path.rpartition("/")[2] in LEFT_OUT:
                    left_out = path
                    continue
                kind, signature = kind_of(status.st_mode), signature_of(status)
                if kind == DIRECTORY:
                    folders.append(path)
                    parts.append(Stamp(path, kind, b"", signature, self._ticks.trusts(signature, self._begin())))
                elif kind in (FILE, EXECUTABLE):
                    parts.append(self._regular(path, kind, signature))
                else:
                    parts.append(self._special(path, kind, signature))
        return parts, left_out

    def _entries(self, folder: str) -> list[tuple[str, os.stat_result]]:
        with os.scandir(self._places.full(folder)) as found:
            return [(f"{folder}/{entry.name}", entry.stat(follow_symlinks=False)) for entry in found]

    def _followed(self, path: str, signature: tuple[int, ...]) -> Stamp:
        """An input link: its digest is of the texts on the way and of what is at the end.

        A link that leads nowhere or round in circles is ABSENT, but has a signature and parts, so that it is noticed
        when it leads somewhere.
        """
        texts, hops = self._hops(path)
        end = hops[-1]
        trusted = self._ticks.trusts(signature, self._begin()) and all(hop.trusted for hop in hops)
        if end.kind in (ABSENT, LINK, OTHER):
            return Stamp(path, OTHER if end.kind == OTHER else ABSENT, b"", signature, trusted, tuple(hops))
        content = followed_digest(texts, end.kind, end.digest)
        return Stamp(path, end.kind, content, signature, trusted, (*hops, *end.parts))

    def _hops(self, link: str) -> tuple[list[str], list[Stamp]]:
        """The texts of the links from `link` on, and what each of them leads to, the end last."""
        texts: list[str] = []
        hops: list[Stamp] = []
        place, kind = link, LINK
        while kind == LINK and len(texts) < MOST_HOPS:
            texts.append(os.readlink(self._places.full(place)))
            place = self._places.behind(place, texts[-1])
            hops.append(self._look(place, follow=False))
            kind = hops[-1].kind
        return texts, hops


def _keep_file(keep: Artifacts, full: str, reading: Reading) -> None:
    """Keep what was read; of a large file the artifacts make their own copy, which is checked when it is used."""
    if reading.content is not None:
        keep.put_bytes(reading.content, reading.digest)
    elif reading.whole:
        keep.put_file(full, reading.digest, reading.signature[3])

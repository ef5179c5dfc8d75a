"""The stat memo: which content a file with a certain signature has.

Only trusted signatures get in (see `ticks`), so an entry never goes stale: a file that changes gets another signature.
Entries that were of no use in the last builds are dropped when the memo is written.
"""

from __future__ import annotations

import struct

from redo_py.files.sealed import read_sealed, write_sealed
from redo_py.ground.hashing import ALGORITHM, ENCODING_VERSION

MAGIC = b"redunM\x01\x00"
LARGEST = 200_000  # entries
LONGEST = 60  # builds without use, counting only those that read something new

pack = struct.Struct("<QQQqqq").pack


class StatMemo:
    """Digests of regular files by signature, kept in the file at `path`, which is read when first asked."""

    __slots__ = ("_ages", "_digests", "_fresh", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._digests: dict[bytes, bytes] | None = None  # packed signature -> digest, as found in the file
        self._ages: dict[bytes, int] = {}  # the same keys -> builds since it was of use
        self._fresh: dict[bytes, bytes] = {}  # used or learnt in this process

    def known(self, signature: tuple[int, ...]) -> bytes | None:
        """The digest of the file that has `signature`, if it is known."""
        try:
            key = pack(*signature)
        except struct.error:  # a time that no 64 bits hold; in the future, hence never learnt
            return None
        found = self._fresh.get(key)
        if found is None:
            found = self._kept().get(key)
            if found is not None:
                self._fresh[key] = found
        return found

    def learn(self, signature: tuple[int, ...], digest: bytes) -> None:
        """Remember `digest`; `signature` must be one to trust."""
        self._fresh[pack(*signature)] = digest

    def save(self) -> None:
        """Write what was learnt since the file was read; a memo that cannot be written is only slow."""
        kept = self._kept()
        if all(kept.get(key) == digest for key, digest in self._fresh.items()):
            return
        aged = {key: self._ages[key] + 1 for key in kept if key not in self._fresh}
        ages = dict.fromkeys(self._fresh, 0) | {key: age for key, age in aged.items() if age <= LONGEST}
        if len(ages) > LARGEST:
            ages = dict(sorted(ages.items(), key=lambda entry: entry[1])[:LARGEST])
        digests = {key: self._fresh.get(key) or kept[key] for key in ages}
        write_sealed(self._path, MAGIC, (ALGORITHM, ENCODING_VERSION, digests, bytes(ages.values())))
        self._digests, self._ages = digests, ages

    def _kept(self) -> dict[bytes, bytes]:
        if self._digests is None:
            self._digests, ages = _read(self._path)
            self._ages = dict(zip(self._digests, ages, strict=True))
        return self._digests


def _read(path: str) -> tuple[dict[bytes, bytes], bytes]:
    """(digests, ages in the same order); both empty if the file is of no use."""
    match read_sealed(path, MAGIC):
        case (str(algorithm), int(version), dict(digests), bytes(ages)):
            if (algorithm, version) == (ALGORITHM, ENCODING_VERSION) and len(ages) == len(digests):
                return digests, ages
    return {}, b""

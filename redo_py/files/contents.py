"""Digests of what is no plain file: links, links that are followed, and directories with their listings.

The listing of a directory has an entry for everything below it, sorted by the bytes of its relative path:

    kind (1 byte) · length of the path (4 bytes, little-endian) · path · digest (16 bytes, zeros if it has none)

The digest of a directory is that of its listing, so that whoever has the listing and the contents it names can make
the directory again. A folder within a directory has an entry without a digest: what is in it follows by itself.
"""

from __future__ import annotations

import os

from redo_py.files.api import DIRECTORY, EXECUTABLE, FILE, LINK, OTHER
from redo_py.ground.hashing import DIGEST_SIZE, digest, seed_of
from redo_py.ground.hashing import LINK as LINK_SEED

LEFT_OUT = frozenset((".redun", ".git"))  # never part of a directory, at whatever depth

FOLLOWED = seed_of("followed link")  # the texts of the links on the way and what lies at its end
NO_DIGEST = bytes(DIGEST_SIZE)

_KINDS = frozenset((FILE, EXECUTABLE, DIRECTORY, LINK, OTHER))
_HEAD = 5  # kind and length


def link_digest(text: str) -> bytes:
    """The digest of a link that is not followed."""
    return digest(LINK_SEED, os.fsencode(text))


def followed_digest(texts: list[str], kind: int, content: bytes) -> bytes:
    """The digest of an input link: `texts` of the links on the way, then kind and digest of what is there."""
    parts = [len(texts).to_bytes(4, "little")]
    for text in texts:
        parts += _sized(text)
    return digest(FOLLOWED, b"".join([*parts, bytes((kind,)), content]))


def listing_of(entries: list[tuple[str, int, bytes]]) -> bytes:
    """The listing for (path relative to the directory, kind, digest) of everything below it, in any order."""
    parts: list[bytes] = []
    for path, kind, content in sorted((os.fsencode(path), kind, content) for path, kind, content in entries):
        parts += (bytes((kind,)), len(path).to_bytes(4, "little"), path, content or NO_DIGEST)
    return b"".join(parts)


def entries_of(listing: bytes) -> list[tuple[str, int, bytes]] | None:
    """What `listing_of` was made from, folders before what is in them; None if it is no listing that can be trusted
    to stay within its directory."""
    entries = []
    place = 0
    while place < len(listing):
        start = place + _HEAD
        kind, length = listing[place], int.from_bytes(listing[place + 1 : start], "little")
        place = start + length + DIGEST_SIZE
        path, content = os.fsdecode(listing[start : start + length]), listing[start + length : place]
        if place > len(listing) or kind not in _KINDS or not stays_within(path):
            return None
        entries.append((path, kind, content))
    return entries


def stays_within(path: str) -> bool:
    """Whether the relative `path` cannot lead out of the folder that it starts from."""
    return not any(part in ("", ".", "..") for part in path.split("/"))


def _sized(text: str) -> tuple[bytes, bytes]:
    encoded = os.fsencode(text)
    return len(encoded).to_bytes(4, "little"), encoded

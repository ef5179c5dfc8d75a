"""Reading a regular file for its digest, in one read if it is small."""

from __future__ import annotations

import os

from redo_py.ground.hashing import FILE, digest, hasher
from redo_py.ground.signatures import signature_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.files.meter import Meter

SMALL = 1 << 20  # files up to here are read whole, and their bytes are at hand for the artifacts
ATTEMPTS = 3  # how often a file that changes its length meanwhile is read
FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # never hangs on a pipe that came in between


class Reading:
    """The content of a regular file at one moment."""

    __slots__ = ("content", "digest", "signature", "whole")

    def __init__(self, signature: tuple[int, ...], digest: bytes, content: bytes | None, whole: bool) -> None:
        self.signature = signature  # of the very file that was read, from just before
        self.digest = digest
        self.content = content  # None for a large file
        self.whole = whole  # False if it never held still: the digest is that of no state of the file


def read_regular(full: str, meter: Meter | None = None) -> Reading:
    """Read the regular file at `full`; `meter` tells if that takes long. Raises OSError, with ELOOP if a link is there
    by now."""
    descriptor = os.open(full, FLAGS)
    try:
        reading = _read_once(descriptor, full, meter)
        for _ in range(ATTEMPTS - 1):
            if reading.whole:
                break
            os.lseek(descriptor, 0, os.SEEK_SET)
            reading = _read_once(descriptor, full, meter)
        return reading
    finally:
        os.close(descriptor)


def _read_once(descriptor: int, full: str, meter: Meter | None) -> Reading:
    status = os.fstat(descriptor)
    size = status.st_size
    if size > SMALL:
        return _read_large(descriptor, status, full, meter)
    content = os.read(descriptor, size + 1)  # one more byte than there should be shows that it grew
    if len(content) == size:
        return Reading(signature_of(status), digest(FILE, content), content, True)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return _read_large(descriptor, status, full, meter)


def _read_large(descriptor: int, status: os.stat_result, full: str, meter: Meter | None) -> Reading:
    hashed = hasher(FILE)
    count = 0
    watched = None if meter is None else meter.begin(full, status.st_size)
    while chunk := os.read(descriptor, SMALL):
        hashed.update(chunk)
        count += len(chunk)
        if watched is not None:
            watched.reached(count)
    return Reading(signature_of(status), hashed.digest(), None, count == status.st_size)

"""Messages over pipes: eight bytes of length, then so many bytes."""

from __future__ import annotations

import os
from collections import deque
from struct import Struct

LENGTH = Struct("<Q")
CHUNK = 1 << 20  # bytes that are read at once


def write_frame(fd: int, content: bytes) -> None:
    """Write one message, waiting for the reader as long as need be. Raises BrokenPipeError when there is none."""
    waiting = memoryview(LENGTH.pack(len(content)) + content)
    while waiting:
        waiting = waiting[os.write(fd, waiting) :]


def read_frame(fd: int) -> bytes | None:
    """The next message; None when the writer is gone, in the middle of a message included."""
    header = _read_exactly(fd, LENGTH.size)
    return None if header is None else _read_exactly(fd, LENGTH.unpack(header)[0])


def _read_exactly(fd: int, count: int) -> bytes | None:
    parts = []
    while count:
        part = os.read(fd, min(count, CHUNK))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class FrameWriter:
    """Writes messages to a descriptor that does not block, as far as there is room."""

    __slots__ = ("_fd", "_waiting")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._waiting: deque[memoryview] = deque()

    def add(self, content: bytes) -> None:
        """One more message, behind those that wait."""
        self._waiting.append(memoryview(LENGTH.pack(len(content)) + content))

    def write(self) -> bool:
        """Write what there is room for; whether that was all. Raises BrokenPipeError when there is no reader."""
        while self._waiting:
            try:
                written = os.write(self._fd, self._waiting[0])
            except BlockingIOError:
                return False
            if written == len(self._waiting[0]):
                self._waiting.popleft()
            else:
                self._waiting[0] = self._waiting[0][written:]
        return True


class FrameReader:
    """Puts messages together from what a descriptor that does not block has so far."""

    __slots__ = ("_fd", "_parts", "_size", "is_over")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._parts: list[bytes] = []
        self._size = 0
        self.is_over = False  # whether the writer is gone

    def read(self) -> bytes | None:
        """The next message, if all of it has come. If several have come at once, `next` has the others."""
        while not self.is_over:
            try:
                part = os.read(self._fd, CHUNK)
            except BlockingIOError:
                break
            if not part:
                self.is_over = True
                break
            self._parts.append(part)
            self._size += len(part)
            if self._is_whole():
                return self.next()
        return None

    def next(self) -> bytes | None:
        """The next of the messages that have been read already."""
        if not self._is_whole():
            return None
        whole = b"".join(self._parts)
        end = LENGTH.size + LENGTH.unpack_from(whole)[0]
        rest = whole[end:]
        self._parts, self._size = [rest] if rest else [], len(rest)
        return whole[LENGTH.size : end]

    def _is_whole(self) -> bool:
        if self._size < LENGTH.size:
            return False
        if len(self._parts[0]) < LENGTH.size:
            self._parts = [b"".join(self._parts)]
        return bool(self._size >= LENGTH.size + LENGTH.unpack_from(self._parts[0])[0])

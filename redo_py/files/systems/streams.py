"""Streams to and from places that are no files: what is read comes in large pieces, what is written is gathered in a
temporary file and put in place as a whole when the stream is closed, and not at all if it is left by an error."""

from __future__ import annotations

import io
from tempfile import TemporaryFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, Any

    Fetch = Callable[[int, int], Any]  # (start, length) -> a buffer

AHEAD = 4 << 20  # bytes that are fetched at once


class Ranges(io.RawIOBase):
    """Reads something of `size` bytes that gives any range of them."""

    def __init__(self, name: str, size: int, fetch: Fetch) -> None:
        self.name = name
        self._size = size
        self._fetch = fetch
        self._place = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place; the place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(start + offset, 0)
        return self._place

    def tell(self) -> int:
        """The place."""
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer as far as there are bytes."""
        count = min(len(buffer), self._size - self._place)
        if count <= 0:
            return 0
        piece = memoryview(self._fetch(self._place, count)).cast("B")
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


class Gathered(io.BufferedIOBase):
    """Gathers what is written; `put` gets it, as a file from its beginning, when the stream is closed."""

    def __init__(self, name: str, put: Callable[[IO[bytes]], None]) -> None:
        self.name = name
        self._put = put
        self._file = TemporaryFile()  # noqa: SIM115 - closed with the stream
        self._is_left = False

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: Any, /) -> int:
        """Gather bytes; how many."""
        return self._file.write(content)

    def tell(self) -> int:
        """How many bytes there are."""
        return self._file.tell()

    def leave(self) -> None:
        """Put nothing in place when the stream is closed."""
        self._is_left = True

    def close(self) -> None:
        """Put what was gathered in place."""
        if self.closed:
            return
        try:
            if not self._is_left:
                self._file.seek(0)
                self._put(self._file)
        finally:
            self._file.close()
            super().close()

    def __exit__(self, *trouble: Any) -> None:
        if trouble[0] is not None:
            self.leave()
        self.close()

    def __del__(self) -> None:
        """A stream that nobody closed is not put in place: nobody knows whether it is whole."""
        self.leave()
        self.close()


class LeavingText(io.TextIOWrapper):
    """The text of a Gathered stream."""

    def __exit__(self, *trouble: Any) -> None:
        if trouble[0] is not None and isinstance(self.buffer, Gathered):
            self.buffer.leave()
        self.close()


def reader(name: str, size: int, fetch: Fetch) -> IO[bytes]:
    """A stream over ranges, read ahead."""
    return io.BufferedReader(Ranges(name, size, fetch), AHEAD)


def text_stream(stream: Any, encoding: str, **options: Any) -> IO[str]:
    """`stream`, of bytes, as text; `options` are `errors` and `newline`."""
    kind = LeavingText if isinstance(stream, Gathered) else io.TextIOWrapper
    return kind(stream, encoding, **options)

"""What a job prints, from the pipe it prints into: stdout and stderr as one stream.

A pipe and not a file, because `echo x > /dev/stderr` opens what stands there anew and would cut a file off.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.api import Inbox

_CHUNK = 65536  # what a pipe holds
_LAST_READS = 64  # of what is in the pipe when the job ends; a background child may go on printing for ever
_RECENT = 4096  # bytes among which the last line is looked for
_KEPT_HALF = 32 << 20  # of a longer output the first and the last half are kept


class Printed:
    """Bytes that were printed. Beyond 64 MB the middle is left out, and a line says so."""

    __slots__ = ("_head", "_head_size", "_left_out", "_tail", "_tail_size")

    def __init__(self) -> None:
        self._head: list[bytes] = []
        self._head_size = 0
        self._tail: list[bytes] = []  # begins once the head is full
        self._tail_size = 0
        self._left_out = 0

    def add(self, chunk: bytes) -> None:
        """What was printed next."""
        if self._head_size < _KEPT_HALF:
            self._head.append(chunk)
            self._head_size += len(chunk)
            return
        self._tail.append(chunk)
        self._tail_size += len(chunk)
        while self._tail_size - len(self._tail[0]) >= _KEPT_HALF:
            size = len(self._tail.pop(0))
            self._tail_size -= size
            self._left_out += size

    @property
    def left_out(self) -> int:
        """How many bytes `whole` leaves out."""
        return self._left_out

    def whole(self) -> bytes:
        """All of it, or its two halves."""
        if not self._tail:
            return b"".join(self._head)
        gap = f"\n[redun: {self._left_out} bytes are left out here]\n".encode() if self._left_out else b""
        return b"".join((*self._head, gap, *self._tail))

    def last_line(self) -> bytes:
        """The last line that is not blank, without its newline; of what is not ended yet as far as it goes. Only the
        last bytes are looked at, so that it costs the same however much was printed."""
        recent: list[bytes] = []
        size = 0
        for chunk in reversed(self._tail or self._head):
            recent.append(chunk)
            size += len(chunk)
            if size >= _RECENT:
                break
        text = b"".join(reversed(recent))[-_RECENT:]
        return text.replace(b"\r", b"\n").strip().rsplit(b"\n", 1)[-1]


class Capture:
    """The pipe of one job. Its commands get `write_fd`; the inbox calls `read`."""

    __slots__ = ("_inbox", "_read_fd", "printed", "write_fd")

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.printed = Printed()
        self._read_fd, self.write_fd = os.pipe()
        os.set_blocking(self._read_fd, False)
        inbox.watch(self._read_fd, self.read)

    def read(self) -> None:
        """Take what is in the pipe now."""
        self._take()

    def _take(self) -> int:
        """Read once; how much that was: 0 at the end, -1 if there is nothing now."""
        try:
            chunk = os.read(self._read_fd, _CHUNK)
        except BlockingIOError:
            return -1
        if chunk:
            self.printed.add(chunk)
        return len(chunk)

    def close(self, leftovers: dict[int, Leftover]) -> bytes:
        """The job's own processes have ended: all that they printed. A background child that still holds the pipe is
        entered into `leftovers`."""
        os.close(self.write_fd)
        self._inbox.unwatch(self._read_fd)
        size = 1
        for _ in range(_LAST_READS):
            size = self._take()
            if size <= 0:
                break
        if size == 0:
            os.close(self._read_fd)
        else:
            Leftover(self._inbox, self._read_fd, leftovers).read()
        return self.printed.whole()


class Leftover:
    """A pipe that a background child may still print into, after its job's end. What comes is thrown away, so that the
    child neither waits for a reader nor dies of there being none, as long as the build lasts."""

    __slots__ = ("_all", "_fd", "_inbox")

    def __init__(self, inbox: Inbox, fd: int, leftovers: dict[int, Leftover]) -> None:
        self._inbox = inbox
        self._fd = fd
        self._all = leftovers

    def read(self) -> None:
        """Throw away what is there; the first time watch for more, at the end close."""
        try:
            is_over = not os.read(self._fd, _CHUNK)
        except BlockingIOError:
            is_over = False
        if is_over:
            self.close()
        elif self._fd not in self._all:
            self._all[self._fd] = self
            self._inbox.watch(self._fd, self.read)

    def close(self) -> None:
        """Give the pipe back."""
        if self._all.pop(self._fd, None):
            self._inbox.unwatch(self._fd)
        os.close(self._fd)

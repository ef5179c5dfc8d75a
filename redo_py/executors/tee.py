"""What a process prints, its children's output included: passed on where it went before, and kept as well."""

from __future__ import annotations

import os

from redo_py.executors.capture import Printed
from redo_py.executors.printing import flush_streams
from redo_py.executors.threads import begin_thread

CHUNK = 65536  # what a pipe holds
PATIENCE = 1.0  # seconds in which what is in the pipe must be read; a child that was left behind may hold it for ever


class Tee:
    """Both standard streams of this process, from now to `end`."""

    def __init__(self) -> None:
        self.printed = Printed()
        self._before = (os.dup(1), os.dup(2))
        self._read_fd, write_fd = os.pipe()
        for fd in (1, 2):
            os.dup2(write_fd, fd)
        os.close(write_fd)
        self._thread = begin_thread(self._pump, "redun-tee")

    def _pump(self) -> None:
        while chunk := os.read(self._read_fd, CHUNK):
            self.printed.add(chunk)
            try:
                while chunk:
                    chunk = chunk[os.write(self._before[0], chunk) :]
            except OSError:
                continue  # nobody listens there any more

    def end(self) -> bytes:
        """Let the streams go where they went before; all that was printed."""
        flush_streams()
        for fd, before in zip((1, 2), self._before, strict=True):
            os.dup2(before, fd)
        self._thread.join(PATIENCE)
        return self.printed.whole()

"""What a process prints, its children's output included: passed on where it went before, and kept as well.

A process of its own does that. So what was printed last is passed on, too, when this process is killed right after it:
then it tells why.
"""

from __future__ import annotations

import os
import select
import signal
import tempfile

from redo_py.executors.commands.capture import Printed
from redo_py.executors.functions.printing import flush_streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CHUNK = 65536  # what a pipe holds
PATIENCE = 1.0  # seconds in which what is in the pipe must be read; a child that was left behind may hold it for ever
IGNORED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # what is meant for all of a job is not meant for its output
ENOUGH = signal.SIGUSR1  # tells the other process that nobody waits for more


class Enough(Exception):
    """What was printed so far is all that counts."""


class Tee:
    """Both standard streams of this process, from now to `end`."""

    def __init__(self) -> None:
        flush_streams()
        self._before = (os.dup(1), os.dup(2))
        self._kept = tempfile.TemporaryFile()  # noqa: SIM115 - what was printed, once the other process is through
        read_fd, write_fd = os.pipe()
        self._over_fd, over_fd = os.pipe()  # at its end when the other process is through
        allowed = signal.pthread_sigmask(signal.SIG_BLOCK, (*IGNORED, ENOUGH))  # until the other one is ready for them
        self._pump = os.fork()
        if self._pump == 0:
            os.close(write_fd)
            os.close(self._over_fd)
            pump(read_fd, self._before[0], self._kept.fileno())
        signal.pthread_sigmask(signal.SIG_SETMASK, allowed)
        os.close(over_fd)
        os.close(read_fd)
        for fd in (1, 2):
            os.dup2(write_fd, fd)
        os.close(write_fd)

    def end(self) -> bytes:
        """Let the streams go where they went before; all that was printed."""
        flush_streams()
        for fd, before in zip((1, 2), self._before, strict=True):
            os.dup2(before, fd)
            os.close(before)
        if not select.select([self._over_fd], [], [], PATIENCE)[0]:
            os.kill(self._pump, ENOUGH)
        os.waitpid(self._pump, 0)
        os.close(self._over_fd)
        with self._kept as kept:
            kept.seek(0)
            return kept.read()


def pump(source: int, target: int, kept: int) -> None:
    """Pass on what comes until there is nobody left to print, or it is enough and nothing lies in the pipe any more:
    this process may be slow to take it. Then leave all of it in `kept`. Ends the process, in which nothing else must
    happen."""
    printed = Printed()
    is_enough, passes_on = False, True
    try:
        for number in IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(ENOUGH, be_told)
        os.set_blocking(source, False)
        while True:
            is_enough = is_enough or not is_done(select.select, [source], [], [])
            chunk = taken(source)
            if not chunk:
                break
            printed.add(chunk)
            if passes_on:
                passes_on = is_done(pass_on, target, chunk)
                is_enough = is_enough or not passes_on
    finally:
        write_all(kept, printed.whole())
        os._exit(0)


def is_done(call: Callable[..., Any], *arguments: Any) -> bool:
    """Make a call that may wait; False if it was enough before that was over. Only here Enough may come: so nothing is
    lost between the pipe and what is kept."""
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        call(*arguments)
        signal.pthread_sigmask(signal.SIG_BLOCK, (ENOUGH,))
    except Enough:
        return False
    return True


def taken(source: int) -> bytes:
    """What lies in the pipe; b"" if there is nothing."""
    try:
        return os.read(source, CHUNK)
    except BlockingIOError:
        return b""


def be_told(*_: object) -> None:
    """Unwinds a call that would wait."""
    raise Enough


def pass_on(target: int, chunk: bytes) -> None:
    """Write to where somebody may listen."""
    try:
        write_all(target, chunk)
    except OSError:
        return  # nobody does


def write_all(fd: int, content: bytes) -> None:
    """Write all of it. Raises OSError."""
    waiting = memoryview(content)
    while waiting:
        waiting = waiting[os.write(fd, waiting) :]

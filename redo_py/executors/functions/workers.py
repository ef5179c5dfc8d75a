"""One worker: a process of ours that runs calls, and the pipes to it.

It prints into one pipe for all its life; of one that runs a call at a time, what has come when it answers is what its
job printed. It ends when nobody holds the writing end of its requests any more; if that is so because redun was killed,
with the call that it is at, see orphans.
"""

from __future__ import annotations

import os
import sys
from fcntl import F_DUPFD_CLOEXEC, fcntl

from redo_py.executors.commands.capture import Printed
from redo_py.executors.processes.system import SIGKILL, SIGPIPE, SIGXFSZ, send
from redo_py.remote.api import WORKER
from redo_py.remote.api.frames import FrameReader, FrameWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.executors.api import Inbox
    from redo_py.ground.clock import Clock
else:
    Protocol = object

OURS = (sys.executable, "-u", "-P", "-m", "redo_py")  # what starts redo_py
REQUESTS, REPLIES = 3, 4  # descriptors of the worker
FREE = 10  # from here on a descriptor is not one of those
CHUNK = 65536  # what a pipe holds
LAST_READS = 64  # of what is in the pipe when a job ends; a child that it left may go on printing for ever
LOOK_EVERY = 0.01  # seconds between two looks at a worker that is about to end
PATIENCE = 1.0  # seconds in which a worker that has closed its pipes ends by itself


class Owner(Protocol):
    """What a worker needs of the executor that it belongs to."""

    clock: Clock
    inbox: Inbox

    def answered(self, worker: Worker, reply: bytes) -> None:
        """The worker's job is over, as `reply` says; it is idle."""

    def ended(self, worker: Worker, status: int) -> None:
        """The worker is no more, with this wait status; its pipes are closed."""


class Worker:
    """A worker process, from its start to its end."""

    __slots__ = (
        "_ends_by", "_is_reaping", "_is_writing", "_output_fd", "_owner", "_pidfd", "_reader", "_replies_fd",
        "_requests_fd", "_writer", "env", "job", "pid", "printed", "was_signalled",
    )  # fmt: skip

    def __init__(
        self,
        owner: Owner,
        root: str,
        environ: Mapping[str, str],
        folders: Sequence[str] = (),
        command: str = WORKER,
        program: Sequence[str] = (),
    ) -> None:
        """Start it in the present folder; raises OSError. It looks for modules in `folders` before `root`. `program`
        are the words that start redo_py in another interpreter than ours."""
        self._owner = owner
        self.job: Any = None  # what it is at; None when it is idle
        self.env: dict[str, str] | None = None  # the environment of commands that it was told last
        self.printed = Printed()
        self.was_signalled = False  # by us: it may notice that only when it is at its next job
        self._is_writing = False  # whether the inbox tells when there is room for more requests
        self._is_reaping = False
        self._ends_by = 0.0  # when it is killed if it has not ended by then; 0 while it may live
        theirs_requests, self._requests_fd = os.pipe()
        self._replies_fd, theirs_replies = os.pipe()
        self._output_fd, theirs_output = os.pipe()
        try:
            words = [*(program or OURS), command, str(REQUESTS), str(REPLIES), root, *folders]
            self.pid = _spawn(words, environ, theirs_requests, theirs_replies, theirs_output)
        except OSError:
            self._close_pipes()
            raise
        finally:
            for fd in (theirs_requests, theirs_replies, theirs_output):
                os.close(fd)
        for fd in (self._requests_fd, self._replies_fd, self._output_fd):
            os.set_blocking(fd, False)
        self._writer = FrameWriter(self._requests_fd)
        self._reader = FrameReader(self._replies_fd)
        owner.inbox.watch(self._replies_fd, self._read_reply)
        owner.inbox.watch(self._output_fd, self._read_output)
        self._pidfd = self._watch_end()

    def send(self, job: Any, request: bytes) -> None:
        """Give it something to do; it must be idle. One that has just died is noticed soon."""
        self.job = job
        self.printed = Printed()
        self.post(request)

    def post(self, message: bytes) -> None:
        """Tell it something, whatever it is at; it may take it later."""
        self._writer.add(message)
        if not self._is_writing:
            self._write()

    def signal(self, number: int) -> None:
        """Send a signal to the worker and what it has started in its group, unless it has ended."""
        self.was_signalled = True
        if self.pid:
            send(-self.pid, number)

    def dismiss(self) -> None:
        """Let it end; at once if it is idle."""
        if self._requests_fd >= 0:
            self._stop_writing()
            os.close(self._requests_fd)
            self._requests_fd = -1

    def _write(self) -> None:
        """Write as much of what it is to be told as it takes now."""
        try:
            is_all = self._writer.write()
        except BrokenPipeError:
            self._stop_writing()
            self._reap()
            return
        if is_all:
            self._stop_writing()
        elif not self._is_writing:
            self._is_writing = True
            self._owner.inbox.watch_room(self._requests_fd, self._write)

    def _stop_writing(self) -> None:
        if self._is_writing:
            self._is_writing = False
            self._owner.inbox.unwatch(self._requests_fd)

    def _watch_end(self) -> int:
        """Have `_reap` called when the process is over: its pipes may be held by what it has left behind."""
        try:
            pidfd = os.pidfd_open(self.pid)
        except (AttributeError, OSError):  # macOS, an old kernel: the end of the pipe tells
            return -1
        self._owner.inbox.watch(pidfd, self._reap)
        return pidfd

    def _read_reply(self) -> None:
        reply = self._reader.read()
        if reply is not None:
            self._drain()
            while reply is not None:
                self._owner.answered(self, reply)
                reply = self._reader.next()
        elif self._reader.is_over:
            self._owner.inbox.unwatch(self._replies_fd)
            os.close(self._replies_fd)
            self._replies_fd = -1
            self._reap()

    def _read_output(self) -> None:
        if not self._take_output():
            self._owner.inbox.unwatch(self._output_fd)
            os.close(self._output_fd)
            self._output_fd = -1

    def _take_output(self) -> bool:
        """Read once; False when there is nobody left to write."""
        try:
            chunk = os.read(self._output_fd, CHUNK)
        except BlockingIOError:
            return True
        if chunk:
            self.printed.add(chunk)
        return bool(chunk)

    def _drain(self) -> None:
        """Take what was printed up to now."""
        for _ in range(LAST_READS):
            if self._output_fd < 0:
                return
            try:
                chunk = os.read(self._output_fd, CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                return
            self.printed.add(chunk)

    def _reap(self) -> None:
        """It has ended, or is about to: see whether it has."""
        if self.pid == 0:
            return
        owner = self._owner
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:  # somebody else has awaited it
            pid, status = self.pid, 0
        if pid:
            self._drain()
            self._close()
            owner.ended(self, status)
            return
        now = owner.clock.monotonic()
        self._ends_by = self._ends_by or now + PATIENCE
        if now > self._ends_by:
            self.signal(SIGKILL)
        if not self._is_reaping:
            self._is_reaping = True
            owner.inbox.call_at(now + LOOK_EVERY, self._reap_again)

    def _reap_again(self) -> None:
        self._is_reaping = False
        self._reap()

    def _close(self) -> None:
        """Give everything back; the process is no more."""
        inbox = self._owner.inbox
        for fd in (self._replies_fd, self._output_fd, self._pidfd):
            if fd >= 0:
                inbox.unwatch(fd)
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        self._close_pipes()
        self.pid = 0

    def _close_pipes(self) -> None:
        self._stop_writing()
        for fd in (self._requests_fd, self._replies_fd, self._output_fd):
            if fd >= 0:
                os.close(fd)
        self._requests_fd = self._replies_fd = self._output_fd = -1


def _spawn(words: list[str], environ: Mapping[str, str], requests: int, replies: int, output: int) -> int:
    """Start a worker by the command `words`, that has these descriptors; its pid."""
    kept = [fcntl(fd, F_DUPFD_CLOEXEC, FREE) for fd in (requests, replies, output)]
    null = os.open(os.devnull, os.O_RDONLY)
    descriptors = ((null, 0), (kept[2], 1), (kept[2], 2), (kept[0], REQUESTS), (kept[1], REPLIES))
    actions = [(os.POSIX_SPAWN_DUP2, source, target) for source, target in descriptors]
    try:
        return os.posix_spawn(words[0], words, environ, file_actions=actions, setpgroup=0, setsigdef=(SIGPIPE, SIGXFSZ))
    finally:
        for fd in (*kept, null):
            os.close(fd)

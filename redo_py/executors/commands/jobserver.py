"""The jobserver of GNU make, from both sides: a pipe with a byte for each further job that may run.

Who wants to run one more job than the one that each program may always run, takes a byte out of the pipe, and puts the
very byte back afterwards. redun takes part in the jobserver of a make, ninja or redun that calls it, and it opens one
of its own for commands that may understand it. Then its own jobs need bytes of that pipe as well: whoever comes first
has the place.

The ends of a pipe are shared with programs that expect reads to wait, and to be told beforehand that a byte is there
is no help: another program may take it first. So redun reads through an end of its own, opened anew through /proc,
which does not wait and changes nothing for the others. A system without /proc has named pipes only.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from stat import S_ISFIFO

from redo_py.executors.commands.makeflags import auth_in, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redo_py.executors.inbox import SelectInbox

CHILD_ENDS = (60, 61)  # the descriptors that commands find the pipe at: scripts use small ones for themselves
_ABOVE_CHILD_ENDS = 64
_OWN_ENDS = "/proc/self/fd"
_TOKEN = b"+"
_CLOSED = "make closes it for commands that it does not take for a make"
_ALL = 65536  # bytes: more than any pipe has tokens


class Unreachable(Exception):
    """There should be a jobserver, but it cannot be used; the text says why."""


class Jobserver:
    """The places of redun's own jobs beyond the first, as bytes of a pipe. Closing it puts all of them back.

    `reach` and `settle` are for the engine's thread only, `offer` and `over` for any. `tell` takes what the user should
    know once.
    """

    def __init__(
        self,
        inbox: SelectInbox,
        tell: Callable[[str], None],
        jobs: int,
        read_fd: int,
        auth: str = "",
        child_ends: tuple[int, int] | None = None,
        used: int = 1,
    ) -> None:
        self._inbox = inbox
        self._tell = tell
        self._jobs = jobs  # how many may run at once, as far as that is known
        self._read_fd = read_fd  # redun's own end, which does not wait
        self._auth = auth  # "fifo:PATH" of a named pipe, "" of another
        self._own_tokens = jobs - 1 if child_ends else 0  # of redun's own pipe; 0 if it is another program's
        self._child_ends = child_ends  # the ends that commands get: reading there waits. Of another's made when needed
        self._lock = allocate_lock()  # guards what follows
        self._held = [_TOKEN] * (used - 1)  # the bytes taken out
        self._served: set[int] = set()  # jobs whose commands know of the pipe
        self._is_watched = False  # whether the inbox waits for a byte
        self._is_short = False  # whether a place was wanted since the last `settle` and not there
        self._is_gone = False  # nobody is left to put a byte in

    # ---- for the engine

    def reach(self, count: int) -> int:
        """Try to have `count` places; how many there are now, at most `count`. If they are fewer, the inbox wakes when
        there may be more."""
        with self._lock:
            while len(self._held) + 1 < count and self._take():
                pass
            have = len(self._held) + 1
        if have < count and not self._is_gone:
            self._is_short = True
            self._watch()
        return min(have, count)

    def settle(self, count: int) -> None:
        """`count` places are in use, and no more are wanted now: others may have the rest. What was not enough yet for
        a job that still waits is kept, else it would be taken and put back for ever."""
        if not self._is_short:
            self._unwatch()
            self._give_back(max(count - 1, 0))
        self._is_short = False

    def close(self) -> None:
        """Put everything back and let go of the pipe. May be called twice."""
        if self._read_fd < 0:
            return
        self._unwatch()
        self._give_back(0)
        for fd in (self._read_fd, *(self._child_ends or ())):
            os.close(fd)
        self._read_fd, self._child_ends = -1, None

    # ---- for commands

    def offer(self, seq: int, text: str) -> tuple[str, list[tuple[int, int, int]]]:
        """(what MAKEFLAGS must say, what posix_spawn must do) so that the command `text` of the job `seq` finds it."""
        with self._lock:
            self._served.add(seq)
            if self._child_ends is None:
                self._child_ends = self._open_child_ends()
        flags = f" -j{self._jobs} --jobserver-auth="
        if "ninja" in text and "make" not in text:
            return flags + word_of(self._auth or f"fifo:/proc/{os.getpid()}/fd/{self._child_ends[0]}"), []
        actions = [(os.POSIX_SPAWN_DUP2, own, end) for own, end in zip(self._child_ends, CHILD_ENDS, strict=True)]
        return flags + ",".join(map(str, CHILD_ENDS)), actions

    def over(self, seq: int) -> None:
        """No command of the job `seq` runs any more. When no command is left that could hold bytes of redun's own
        pipe, the pipe is put right: one that was killed has put nothing back."""
        with self._lock:
            self._served.discard(seq)
            if self._own_tokens and not self._served:
                while self._read(_ALL):
                    pass
                self._put(_TOKEN * (self._own_tokens - len(self._held)))

    # ---- bytes

    def _take(self) -> bool:
        """Take one byte out; was there one?"""
        token = self._read(1)
        if token:
            self._held.append(token)
        return bool(token)

    def _read(self, size: int) -> bytes:
        """What is in the pipe now, up to `size` bytes. Notices when nobody else has the pipe any more."""
        if self._is_gone:
            return b""
        try:
            found = os.read(self._read_fd, size)
        except BlockingIOError:
            return b""
        except OSError:
            found = b""
        if not found:
            self._is_gone = True
            self._tell("the jobserver that redun took part in is gone: no more than what already runs will run at once")
        return found

    def _give_back(self, kept: int) -> None:
        with self._lock:
            while len(self._held) > kept:
                self._put(self._held.pop())

    def _put(self, tokens: bytes) -> None:
        """Put bytes into the pipe. The end for that is open for this moment only: redun must not be the last one that
        keeps open what it waits for."""
        if not tokens or self._is_gone:
            return
        try:
            fd = self._own_end(os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return  # nobody is left who could want them
        try:
            os.write(fd, tokens)
        except OSError:
            pass
        finally:
            os.close(fd)

    # ---- ends

    def _own_end(self, flags: int) -> int:
        """The pipe, opened once more."""
        try:
            return os.open(f"{_OWN_ENDS}/{self._read_fd}", flags)
        except FileNotFoundError:  # no /proc: then it has a name
            return os.open(self._auth.removeprefix("fifo:"), flags)

    def _open_child_ends(self) -> tuple[int, int]:
        """Both ends, at numbers that are not in the way of those that commands see."""
        ends = self._own_end(os.O_RDONLY | os.O_NONBLOCK), self._own_end(os.O_WRONLY)
        os.set_blocking(ends[0], True)
        return _moved(ends[0]), _moved(ends[1])

    def _watch(self) -> None:
        if not self._is_watched:
            self._is_watched = True
            self._inbox.watch(self._read_fd, self._arrived)

    def _unwatch(self) -> None:
        if self._is_watched:
            self._is_watched = False
            self._inbox.unwatch(self._read_fd)

    def _arrived(self) -> None:
        """There is a byte, or was: take it before others do, and let the engine see what fits now."""
        with self._lock:
            is_ours = self._take()
        if is_ours or self._is_gone:
            self._unwatch()
            self._inbox.wake()


def joined(makeflags: str, jobs: int, inbox: SelectInbox, tell: Callable[[str], None]) -> Jobserver | None:
    """The jobserver that `makeflags` names, None if it names none. Raises Unreachable."""
    auth = auth_in(makeflags)
    if not auth:
        return None
    is_named = auth.startswith("fifo:")
    fd = _named_end(auth[5:]) if is_named else _end_of_pipe(auth)
    return Jobserver(inbox, tell, jobs, fd, auth if is_named else "")


def opened(jobs: int, used: int, inbox: SelectInbox, tell: Callable[[str], None]) -> Jobserver:
    """A jobserver of redun's own for `jobs` jobs, `used` (at least 1) of which run already. Raises OSError."""
    read_fd, write_fd = os.pipe()
    try:
        own = os.open(f"{_OWN_ENDS}/{read_fd}", os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        os.close(read_fd)
        os.close(write_fd)
        raise
    os.write(write_fd, _TOKEN * (jobs - used))
    return Jobserver(inbox, tell, jobs, own, child_ends=(_moved(read_fd), _moved(write_fd)), used=used)


def _named_end(path: str) -> int:
    """Redun's own end of the named pipe at `path`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise Unreachable(f"{path}: {error.strerror}") from None
    if not S_ISFIFO(os.fstat(fd).st_mode):
        os.close(fd)
        raise Unreachable(f"{path} is no named pipe")
    return fd


def _end_of_pipe(auth: str) -> int:
    """Redun's own end of the pipe whose ends have been inherited as "READ,WRITE"."""
    try:
        reader, writer = map(int, auth.split(","))
        ends = os.fstat(reader), os.fstat(writer)
        # What redun itself has opened at these numbers meanwhile, perhaps a pipe, is never inheritable.
        is_inherited = os.get_inheritable(reader) and os.get_inheritable(writer)
    except (ValueError, OSError, OverflowError):
        raise Unreachable(_CLOSED) from None
    if not is_inherited:
        raise Unreachable(_CLOSED)
    if not S_ISFIFO(ends[0].st_mode) or (ends[0].st_dev, ends[0].st_ino) != (ends[1].st_dev, ends[1].st_ino):
        raise Unreachable(f"the descriptors {auth} are not the two ends of a pipe")
    try:
        fd = os.open(f"{_OWN_ENDS}/{reader}", os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        raise Unreachable("this system has no /proc through which it could be read without waiting") from None
    for inherited in (reader, writer):
        os.close(inherited)
    return fd


def _moved(fd: int) -> int:
    """The same end at a high number; closed when another program is started."""
    from fcntl import F_DUPFD_CLOEXEC, fcntl

    try:
        return int(fcntl(fd, F_DUPFD_CLOEXEC, _ABOVE_CHILD_ENDS))
    finally:
        os.close(fd)

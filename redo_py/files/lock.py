"""The project's lock: one build at a time changes the files of a project.

An flock on `.redun/lock`, so that it falls with its process however that dies. The descriptor is close-on-exec: what a
command leaves behind never holds it. Inside stands who holds it, for those who wait.
"""

from __future__ import annotations

import fcntl
import os

from redo_py.ground.errors import UsageError

_LONGEST_COMMAND = 200  # characters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redo_py.ground.clock import Clock


class ProjectLock:
    """The lock of the project at `root`; not held until `acquire`.

    `command` is what to tell those who wait; `outer_root` is the root of the build whose command this process is (its
    variable REDUN_BUILD_ROOT), "" if there is none.
    """

    def __init__(self, root: str, clock: Clock, command: str, outer_root: str = "") -> None:
        self.path = os.path.join(root, ".redun", "lock")
        self._root = root
        self._clock = clock
        self._command = command
        self._outer_root = outer_root
        self._fd = -1

    def acquire(self, wait: Callable[[str], None]) -> None:
        """Hold the lock. If another holds it, `wait` is called once with who that is, and then this waits.

        The folder .redun must be there. Raises UsageError inside a build of the same project, and where nothing can be
        locked."""
        self._refuse_inside_itself()
        is_told = False
        while self._fd < 0:
            fd = self._open()
            try:
                if not self._try(fd):
                    if not is_told:
                        is_told = True
                        wait(_holder(fd))
                    fcntl.flock(fd, fcntl.LOCK_EX)
                if _is_still_at(fd, self.path):
                    self._fd, fd = fd, -1
            finally:
                if fd >= 0:
                    os.close(fd)
        self._sign()

    def release(self) -> None:
        """Let others have it; may be called twice."""
        if self._fd >= 0:
            os.ftruncate(self._fd, 0)
            fcntl.flock(self._fd, fcntl.LOCK_UN)  # a process forked meanwhile may have the descriptor too
            os.close(self._fd)
            self._fd = -1

    def _refuse_inside_itself(self) -> None:
        """A build that a command of the same build starts would wait for ever."""
        if self._outer_root and os.path.realpath(self._outer_root) == os.path.realpath(self._root):
            raise UsageError("build-inside-build", root=self._root, command=self._command)

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise self._unusable(error) from error

    def _try(self, fd: int) -> bool:
        """Lock if nobody else has; was it free?"""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise self._unusable(error) from error
        return True

    def _sign(self) -> None:
        """Write down who holds it. Without room on the disk it is held all the same."""
        command = " ".join(self._command.split())[:_LONGEST_COMMAND]
        text = f"{os.getpid()}\n{os.uname().nodename}\n{self._clock.now():.0f}\n{command}\n"
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, text.encode("utf-8", "surrogateescape"), 0)
        except OSError:
            pass

    def _unusable(self, error: OSError) -> UsageError:
        return UsageError("lock-unusable", path=self.path, reason=error.strerror or str(error))


def _holder(fd: int) -> str:
    """Who holds the lock, for a person: the process, its host if it is another, since when, and its command."""
    lines = os.pread(fd, 4096, 0).decode("utf-8", "backslashreplace").split("\n")
    if len(lines) < 4 or not lines[2].isdecimal():
        return "another build"  # it is about to sign
    from datetime import UTC, datetime

    since = datetime.fromtimestamp(int(lines[2]), UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    host = "" if lines[1] == os.uname().nodename else f" on {lines[1]}"
    return f"process {lines[0]}{host}, since {since}: {lines[3]}"


def _is_still_at(fd: int, path: str) -> bool:
    """Is the open file the one at `path`? Somebody may have removed .redun and another build made a new one."""
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False

"""Claims: who is at what, among runs in several processes that share one store at the same time.

A claim is a lock on one byte of a file that stays empty; the kernel takes it back when the process ends, however it
ends. Which byte, the digest of the evaluation says; two evaluations that share one only wait for each other in vain.

A run that has the store for itself claims nothing: it holds the byte ROOM alone, which says that it may be at anything.
Who comes next cannot share ROOM, locks KNOCK, and begins nothing that could be claimed. The first run looks at KNOCK
from time to time; when it finds it locked it claims what it is at and shares ROOM from then on. So does everybody,
until somebody finds that nobody else is left.

Locks belong to processes, and closing the file gives up all of them. So a process has one holder of claims for each
file, and a second run in it, which waits for nobody, has none.
"""

from __future__ import annotations

import errno
import fcntl
import os

from redo_py.store.lock import told_by_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redo_py.ground.clock import Clock

ROOM, KNOCK, FIRST = 0, 1, 2  # bytes
BYTES = 1 << 62
PATIENCE = 3.0  # seconds to wait for a run that does not let others in, or was stopped
MOST = 1000  # claims of one run at a time: the kernel walks through all of them for each one

OUTSIDE, KNOCKING, ALONE, TOGETHER = range(4)

_open: set[str] = set()  # the files that this process has open


class FileClaims:
    """The Claims door over the file at `path`. `is_guest` says whether a run that is there has started this one: then
    it waits for this one, so this one must not wait for it. `stands_still` says whether the process with that pid was
    stopped."""

    __slots__ = (
        "_clock", "_fd", "_held", "_is_guest", "_knocking_since", "_path", "_stands_still", "_state", "_still_since",
    )  # fmt: skip

    def __init__(
        self, path: str, clock: Clock, is_guest: Callable[[], bool], stands_still: Callable[[int], bool]
    ) -> None:
        self._path = os.path.realpath(path)
        self._clock = clock
        self._is_guest = is_guest
        self._stands_still = stands_still
        self._fd = -1
        self._state = OUTSIDE
        self._held: set[bytes] = set()
        self._knocking_since = 0.0
        self._still_since: dict[int, float] = {}  # pid of a holder that stands still -> when that was seen first

    @property
    def is_alone(self) -> bool:
        """Whether nothing need be claimed now."""
        return self._state == ALONE or self._state == OUTSIDE

    def enter(self) -> None:
        """Be there, from now on until `close`. Raises StoreError."""
        if self._path in _open:
            return
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise told_by_system(self._path, error) from None
        _open.add(self._path)
        if not self._has_locks():
            self._state = OUTSIDE
        elif self._lock(ROOM, fcntl.LOCK_EX):
            self._state = ALONE
        elif not self._is_guest():
            self._state = KNOCKING
            self._knocking_since = self._clock.monotonic()
            self._come_in()

    def look_round(self, at: Callable[[], Iterable[bytes]]) -> None:
        """Let others in, having claimed the evaluations that this run is `at`; or be alone again if nobody is left."""
        if self._state == ALONE and self._is_somebody_knocking():
            self._state = TOGETHER
            for evaluation in at():
                self.take(evaluation)
            self._lock(ROOM, fcntl.LOCK_SH)
        elif self._state == TOGETHER and self._lock(ROOM, fcntl.LOCK_EX):
            self._state = ALONE
        elif self._state == KNOCKING:
            self._come_in()

    def take(self, evaluation: bytes) -> bool:
        """Claim `evaluation`, or have claimed it; False if another run is at it, or may be. A run that has claimed as
        much as it may only sees to it that nobody else is at it."""
        if self._state == KNOCKING:
            return False
        if evaluation in self._held or self._state != TOGETHER:
            return True
        byte = byte_of(evaluation)
        if not self._lock(byte, fcntl.LOCK_EX):
            return False
        if len(self._held) < MOST:
            self._held.add(evaluation)
        else:
            fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, byte)
        return True

    def is_stopped(self, evaluation: bytes) -> bool:
        """Whether the process that has claimed `evaluation` stood still whenever it was looked at for a while."""
        if self._state != TOGETHER:
            return False
        pid = holder_of(self._fd, byte_of(evaluation))
        if pid <= 0 or not self._stands_still(pid):
            self._still_since.pop(pid, None)
            return False
        now = self._clock.monotonic()
        return now >= self._still_since.setdefault(pid, now) + PATIENCE

    def give_back(self, evaluations: Iterable[bytes]) -> None:
        """Others may claim `evaluations`, whose results are in the store if there are any."""
        for evaluation in evaluations:
            if evaluation in self._held:
                self._held.remove(evaluation)
                fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, byte_of(evaluation))

    def close(self) -> None:
        """Be there no more; may be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
            _open.discard(self._path)
        self._held.clear()
        self._state = OUTSIDE

    def _come_in(self) -> None:
        """Share the room, if that is possible by now; stay outside if it is not for long."""
        self._lock(KNOCK, fcntl.LOCK_EX)
        if self._lock(ROOM, fcntl.LOCK_SH):
            self._state = TOGETHER
        elif self._clock.monotonic() < self._knocking_since + PATIENCE:
            return
        else:
            self._state = OUTSIDE
        fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, KNOCK)

    def _is_somebody_knocking(self) -> bool:
        if not self._lock(KNOCK, fcntl.LOCK_EX):
            return True
        fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, KNOCK)
        return False

    def _has_locks(self) -> bool:
        """Whether the file system can lock at all."""
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, ROOM)
        except OSError as error:
            return error.errno in (errno.EAGAIN, errno.EACCES)
        return True

    def _lock(self, byte: int, kind: int) -> bool:
        """Lock `byte`, whatever this process has of it already; False if another process is in the way."""
        try:
            fcntl.lockf(self._fd, kind | fcntl.LOCK_NB, 1, byte)
        except OSError:
            return False
        return True


def byte_of(evaluation: bytes) -> int:
    """The byte that stands for `evaluation`."""
    return FIRST + int.from_bytes(evaluation[:8], "big") % BYTES


def holder_of(fd: int, byte: int) -> int:
    """The pid of another process that has locked `byte`; 0 or less if there is none, or the system does not say."""
    import struct
    import sys

    is_type_last = sys.platform == "darwin"
    place = (byte, 1, 0)
    asked = (*place, fcntl.F_WRLCK, os.SEEK_SET) if is_type_last else (fcntl.F_WRLCK, os.SEEK_SET, *place)
    layout = "qqihh" if is_type_last else "hhqqi"
    try:
        told = struct.unpack(layout, fcntl.fcntl(fd, fcntl.F_GETLK, struct.pack(layout, *asked)))
    except (OSError, struct.error):
        return 0
    kind, pid = (told[3], told[2]) if is_type_last else (told[0], told[4])
    return 0 if kind == fcntl.F_UNLCK else int(pid)

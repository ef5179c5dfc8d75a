"""The lock under which a database is made or set aside; held for milliseconds, and never by one who uses a good one."""

from __future__ import annotations

import errno
import fcntl
import os

from redo_py.ground.errors import StoreError
from redo_py.store.database import NAP, PATIENCE, busy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.ground.clock import Clock

READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
FULL = (errno.ENOSPC, errno.EDQUOT)


class OpeningLock:
    """A context in which no other process makes or sets aside the database at `path`.

    Where the file system cannot lock, there is none: then two processes that make the same database at one moment may
    lose what one of them recorded. Raises OSError, or StoreError when another process does not let go.
    """

    __slots__ = ("_clock", "_descriptor", "_path")

    def __init__(self, path: str, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._descriptor = -1

    def __enter__(self) -> None:
        self._descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            self._wait()
        except BaseException:
            os.close(self._descriptor)
            raise

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def _wait(self) -> None:
        deadline = self._clock.monotonic() + PATIENCE
        while not self._taken():
            if self._clock.monotonic() >= deadline:
                raise busy(self._path)
            self._clock.sleep(NAP)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in (errno.EWOULDBLOCK, errno.EINTR)
        return True


def told_by_system(path: str, error: OSError) -> StoreError:
    """`error` of the operating system about the database at `path`, for the user."""
    if error.errno in READ_ONLY:
        return StoreError("store-read-only", path=path)
    if error.errno in FULL:
        return StoreError("store-full", path=path)
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return StoreError("store-unreachable", path=path, reason="a file is where its folder should be")
    return StoreError("store-unreachable", path=path, reason=error.strerror or str(error))

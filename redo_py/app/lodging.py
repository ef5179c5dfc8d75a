"""The temporary folders of workers on this machine. Each is locked by the worker in it for as long as that lives. So
those that a killed worker has left are known, and are removed by the next one that comes.
"""

from __future__ import annotations

import os
import shutil
import tempfile

from redo_py.executors.journal import lock

PREFIX = "redun-job-"
LOCK = ".redun-lock"  # the file in a folder that is locked; it appears when it is


class Lodging:
    """A new folder for one job; raises OSError."""

    def __init__(self) -> None:
        remove(abandoned(tempfile.gettempdir()))
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix=PREFIX))
        self._fd = _locked(self.folder)

    def leave(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def abandoned(above: str) -> list[str]:
    """The folders in `above` that workers of this user have left and that nobody works in. One without a lock may be
    just begun, or lie where nothing can be locked: it is left alone."""
    try:
        names = [name for name in os.listdir(above) if name.startswith(PREFIX)]
    except OSError:
        return []
    return [path for name in names if _is_left(path := f"{above}/{name}")]


def remove(folders: list[str]) -> None:
    """Remove these; what cannot be removed stays."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: str) -> int:
    """The open lock of `folder`; -1 where there are no locks. Raises OSError."""
    beside = f"{folder}/{LOCK}.new"
    fd = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if lock(fd):
        os.rename(beside, f"{folder}/{LOCK}")  # nobody sees it without
        return fd
    os.close(fd)
    os.unlink(beside)
    return -1


def _is_left(folder: str) -> bool:
    try:
        if os.path.islink(folder) or os.lstat(folder).st_uid != os.geteuid():
            return False
        fd = os.open(f"{folder}/{LOCK}", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        return lock(fd)
    finally:
        os.close(fd)

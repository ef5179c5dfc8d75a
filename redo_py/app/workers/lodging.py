"""The temporary folders of workers on this machine. Each is locked by the worker in it for as long as that lives. So
those that a killed worker has left are known, and are removed by the next one that comes.

A folder has no lock for moments only, while it is made and when all else in it has been removed: one that has had none
for long was left by a worker that was killed just then.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress

from redo_py.executors.processes.journal import lock
from redo_py.files import removal
from redo_py.ground.clock import Clock

PREFIX = "redun-job-"
LOCK = ".redun-lock"  # the file in a folder that is locked; it appears when it is
UNLOCKABLE = ".redun-unlockable"  # what it is called where nothing can be locked: nobody knows who works there
AGE = 3600.0  # seconds after which a folder without either was left


class Lodging:
    """A new folder for one job; raises OSError."""

    def __init__(self) -> None:
        for left in abandoned(tempfile.gettempdir(), Clock().now()):
            remove(left)
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix=PREFIX))
        self._fd = _locked(self.folder)

    def leave(self) -> None:
        """Remove it."""
        remove(self.folder)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def abandoned(above: str, now: float) -> list[str]:
    """The folders in `above` that workers of this user have left and that nobody works in. One without a lock that has
    changed in the last hour may be just begun."""
    try:
        names = [name for name in os.listdir(above) if name.startswith(PREFIX)]
    except OSError:
        return []
    return [path for name in names if _is_left(path := f"{above}/{name}", now - AGE)]


def remove(folder: str) -> None:
    """Remove one, what tells of its worker last: whoever is killed meanwhile leaves a folder that is known as left.
    What cannot be removed stays."""
    try:
        with os.scandir(folder) as entries:
            inside = [entry.path for entry in entries if entry.name not in (LOCK, UNLOCKABLE)]
    except OSError:
        return
    for path in (*inside, folder):
        with suppress(OSError):
            removal.remove(path)


def _locked(folder: str) -> int:
    """The open lock of `folder`; -1 where there are no locks. Raises OSError."""
    beside = f"{folder}/{LOCK}.new"
    fd = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if lock(fd):
        os.rename(beside, f"{folder}/{LOCK}")  # nobody sees it without
        return fd
    os.close(fd)
    os.rename(beside, f"{folder}/{UNLOCKABLE}")
    return -1


def _is_left(folder: str, oldest: float) -> bool:
    try:
        there = os.lstat(folder)
        if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.geteuid():
            return False
    except OSError:
        return False
    try:
        fd = os.open(f"{folder}/{LOCK}", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return there.st_mtime < oldest and not os.path.lexists(f"{folder}/{UNLOCKABLE}")
    except OSError:
        return False
    try:
        return lock(fd)
    finally:
        os.close(fd)

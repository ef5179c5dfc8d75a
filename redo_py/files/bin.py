"""Removing in one step: a folder is renamed into the staging folder first, and taken apart there.

So a process that is killed in the middle leaves at a path either all of what redun put there or nothing; half of it
would no longer be what the ledger tells, and nobody could say whose it is. What is left in the staging folder is
nobody's, see `sweeping`. A folder that cannot be renamed, because it is a mount or on another file system, is taken
apart where it is.
"""

from __future__ import annotations

import os
from errno import EACCES

from redo_py.files.removal import OWN_FOLDER, remove, remove_tree
from redo_py.files.sweeping import STAGING, drop

REMOVED = "removed"  # in the names of what is taken apart: <process>-removed-<number>


class Bin:
    """Where what is removed goes, below the state folder."""

    __slots__ = ("_count", "_folder")

    def __init__(self, state_dir: str) -> None:
        self._folder = f"{state_dir}/{STAGING}"
        self._count = 0

    def remove(self, full: str) -> None:
        """Remove the file, link or tree at `full`; fine if there is none. Raises OSError if something stays there."""
        remove(full, self._take_apart)

    def _take_apart(self, folder: str) -> None:
        place = self._place()
        if _moved(folder, place):
            drop([place])
        else:
            remove_tree(folder)

    def _place(self) -> str:
        self._count += 1
        return f"{self._folder}/{os.getpid()}-{REMOVED}-{self._count}"


def _moved(folder: str, place: str) -> bool:
    """Whether `folder` is at `place` now; its own write permission, which that may need, is given if it must be."""
    try:
        return _renamed(folder, place)
    except OSError as error:
        if error.errno != EACCES:
            return False
    try:
        os.chmod(folder, OWN_FOLDER)
        return _renamed(folder, place)
    except OSError:
        return False


def _renamed(folder: str, place: str) -> bool:
    try:
        os.rename(folder, place)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.rename(folder, place)
    return True

"""The staging folder: what processes are about to put in place, or to remove, under the name <process>-<more>.

Nothing there is anybody's once its process is over, however it ended.
"""

from __future__ import annotations

import os

from redo_py.files.removal import remove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

STAGING = "staging"  # the folder, below the state folder


def sweep(folder: str) -> None:
    """Remove from the staging folder what processes left there that are no more; this process has nothing there."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return
    drop([f"{folder}/{name}" for name in names if not is_alive(name.partition("-")[0])])


def is_alive(process: str) -> bool:
    """Whether `process`, a number as text, is running and is not this one."""
    if not process.isdecimal() or int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        pass
    return True


def drop(places: Sequence[str]) -> None:
    """Remove what is at `places`, as far as that is possible."""
    for place in places:
        try:
            remove(place)
        except OSError:
            continue

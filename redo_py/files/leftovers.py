"""The staging folder: what is about to be put in place, and what is about to be removed.

Names begin with the number of the process that works there. What a killed one leaves is nobody's.
"""

from __future__ import annotations

import os

from redo_py.files.removal import remove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

STAGING = "staging"


def sweep(folder: str) -> None:
    """Remove what processes left in the staging folder `folder` that are no more; fine if there is no such folder."""
    try:
        names = os.listdir(folder)
    except OSError:
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

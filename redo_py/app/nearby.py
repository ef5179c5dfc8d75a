"""\"Did you mean\" for files and folders that are not there. Only on the way to an error."""

from __future__ import annotations

import os

from redo_py.front.redunfile.names.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def nearby(path: str, base: str, fits: Callable[[str], bool]) -> str:
    """A hint with the path beside `path` that looks most like it, if it is one that `fits`; "" if there is none.
    `path` is relative to the folder `base`, or absolute."""
    folder, name = os.path.split(path.rstrip("/"))
    place = os.path.join(base, folder)
    try:
        names = sorted(each for each in os.listdir(place) if fits(os.path.join(place, each)))
    except OSError:
        return ""
    return closest(os.path.join(folder, name), [os.path.join(folder, each) for each in names])

"""Making room for outputs without ever losing what is not redun's.

What redun put at a path, and nobody has changed since, is removed. Anything else is moved to
`.redun/displaced/<moment>/<path>`; things that were moved together are kept together.
"""

from __future__ import annotations

import os
from errno import EXDEV
from stat import S_ISDIR

from redo_py.files.signature import status_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.files.api import Stamp
    from redo_py.files.bin import Bin
    from redo_py.files.places import Places
    from redo_py.ground.clock import Clock

DISPLACED = "displaced"
OUTSIDE = "outside"  # the folder there for absolute paths


class Clearing:
    """Takes things out of the way and makes folders."""

    __slots__ = ("_bin", "_clock", "_folder", "_places", "displaced")

    def __init__(self, places: Places, clock: Clock, waste: Bin) -> None:
        self._places = places
        self._bin = waste
        self._clock = clock
        self._folder = ""  # where displaced things of this process go, once there are any
        self.displaced: list[tuple[str, str]] = []  # (path, new place), not yet told to anybody

    def clear(self, stamp: Stamp, entry: tuple[bytes, int] | None) -> None:
        """Empty the path of `stamp`, what is there now; `entry` is what redun put there, if it did."""
        if stamp.signature:
            if stamp.is_just(entry):
                self._bin.remove(self._places.full(stamp.path))
            else:
                self.displace(stamp.path, stamp.left_out)
        self.make_folder(os.path.dirname(stamp.path))

    def make_folder(self, folder: str) -> None:
        """Make the project folder `folder` and those above; what stands in the way and is no folder is displaced."""
        if not folder or _is_folder(self._places.full(folder)):
            return
        for end in [place for place, char in enumerate(folder) if char == "/" and place] + [len(folder)]:
            upper = folder[:end]
            if not _is_folder(self._places.full(upper)):
                if status_at(self._places.full(upper)) is not None:
                    self.displace(upper)
                _make(self._places.full(upper))

    def displace(self, path: str, because_of: str = "") -> None:
        """Move what is at `path` to the folder of displaced things, perhaps because of one path below it."""
        below = OUTSIDE + path if path.startswith("/") else path
        full = f"{self._moment()}/{below}"
        if not _has_room(full):  # the same path once before
            self._folder = ""
            full = f"{self._moment()}/{below}"
            os.makedirs(os.path.dirname(full), exist_ok=True)
        move(self._places.full(path), full)
        cause = because_of or path
        self.displaced.append((cause, self._places.inside(full) + cause[len(path) :]))

    def _moment(self) -> str:
        """The folder for what this process displaces, made on first use; another process never has the same."""
        if not self._folder:
            above = f"{self._places.state_dir}/{DISPLACED}"
            os.makedirs(above, exist_ok=True)
            self._folder = _make_new(f"{above}/{_stamp(self._clock.now())}")
        return self._folder


def move(source: str, destination: str) -> None:
    """Move a file or tree, to another disk if need be."""
    try:
        os.rename(source, destination)
    except OSError as error:
        if error.errno != EXDEV:
            raise
        import shutil

        shutil.move(source, destination)


def _has_room(full: str) -> bool:
    """Whether something can be moved to `full`; its folder is made."""
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        return False
    return not os.path.lexists(full)


def _is_folder(full: str) -> bool:
    try:
        return S_ISDIR(os.stat(full).st_mode)
    except OSError:
        return False


def _make(full: str) -> None:
    try:
        os.mkdir(full)
    except FileExistsError:  # another job was faster
        if not _is_folder(full):
            raise


def _make_new(wanted: str) -> str:
    """Make the folder `wanted`, or with a number behind it if it exists."""
    number = 1
    while True:
        folder = wanted if number == 1 else f"{wanted}-{number}"
        try:
            os.mkdir(folder)
        except FileExistsError:
            number += 1
        else:
            return folder


def _stamp(seconds: float) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d-%H%M%S")

"""What nobody needs in the state folder: half-written files of processes that are no more, and what was displaced.

The project's lock must be held: no build is under way, though another command may be writing one of its small files.
"""

from __future__ import annotations

import os

from redo_py.files.clearing import DISPLACED
from redo_py.files.removal import remove
from redo_py.files.signature import last_change
from redo_py.files.sweeping import STAGING, is_alive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OF_BUILDS = ("tmp", STAGING, "args")  # folders that only a build puts something into, for itself
HALF_WRITTEN = ((".", "~"), ("snapshots", "~"))  # folder, ending of `name.PID~`, see `sealed`
NEW_ARTIFACTS = "new-"  # beginning of `new-PID-...` in the folder of artifacts


def rubbish(state_dir: str) -> list[str]:
    """The paths of what was left behind, sorted. Raises OSError."""
    found = [path for folder in OF_BUILDS for path in entries(f"{state_dir}/{folder}")]
    for folder, ending in HALF_WRITTEN:
        found += [
            path
            for path in entries(os.path.normpath(f"{state_dir}/{folder}"))
            if path.endswith(ending) and not _lives(path[:-1].rpartition(".")[2])
        ]
    for path in entries(f"{state_dir}/artifacts"):
        parts = os.path.basename(path).split("-")
        if parts[0] == NEW_ARTIFACTS[:-1] and len(parts) > 1 and not _lives(parts[1]):
            found.append(path)
    return sorted(found)


def displaced(state_dir: str, before: float) -> list[str]:
    """What was moved out of the way, and databases that were set aside, last changed `before` a moment in seconds."""
    folders = entries(f"{state_dir}/{DISPLACED}")
    aside = [path for path in entries(state_dir) if os.path.basename(path).startswith("state.db.broken-")]
    return sorted(path for path in [*folders, *aside] if last_change(path) < before * 1e9)


def size_of(paths: Iterable[str]) -> int:
    """The bytes of all files at and below `paths`; what is gone meanwhile counts for nothing."""
    return sum(_sizes(paths))


def drop_all(paths: Iterable[str]) -> None:
    """Remove files and trees. Raises OSError for one that stays."""
    for path in paths:
        remove(path)


def _sizes(paths: Iterable[str]) -> Iterator[int]:
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        try:
            yield os.lstat(path).st_size
            if os.path.isdir(path) and not os.path.islink(path):
                waiting += entries(path)
        except OSError:
            continue


def entries(folder: str) -> list[str]:
    """The paths of what is in `folder`; none if it is no folder any more."""
    try:
        return [f"{folder}/{name}" for name in os.listdir(folder)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _lives(process: str) -> bool:
    """Whether what `process` was writing may still be wanted: it runs, or is this one."""
    return process == str(os.getpid()) or is_alive(process)

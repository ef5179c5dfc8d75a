"""What a file system can be relied on for, found out without leaving a trace in it."""

from __future__ import annotations

import fcntl
import os

from redo_py.files.contents import LEFT_OUT
from redo_py.files.signature import MTIME, signature_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND = 1_000_000_000  # ns
MOST = 20_000  # files that are looked at
UNNAMED = getattr(os, "O_TMPFILE", 0)  # opens a file without a name, as Linux does


def time_in(folder: str) -> int:
    """The time, in ns, that a file made in `folder` just now gets; 0 where that cannot be asked without a trace."""
    if not UNNAMED:
        return 0
    try:
        descriptor = os.open(folder, UNNAMED | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        return 0
    try:
        os.utime(descriptor)
        return os.fstat(descriptor).st_mtime_ns
    except OSError:
        return 0
    finally:
        os.close(descriptor)


def lock_trouble(folder: str) -> str:
    """Why nothing in `folder` can be locked, "" if it can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        return error.strerror or str(error)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return ""
    except OSError as error:
        return error.strerror or str(error)
    finally:
        os.close(descriptor)
    return ""


def from_the_future(root: str, now: int) -> list[str]:
    """The files below `root`, as far as they are looked at, whose time lies more than a second behind `now`, in ns."""
    return [path for path in _files(root) if (signature := signature_at(path)) and signature[MTIME] > now + SECOND]


def unwritable(folder: str) -> list[str]:
    """`folder` and what is in it, as far as this process may not write it; sorted."""
    if not os.path.isdir(folder):
        return []
    paths = [folder, *(entry.path for entry in os.scandir(folder))]
    return sorted(path for path in paths if not os.path.islink(path) and not os.access(path, os.W_OK))


def _files(root: str) -> Iterator[str]:
    count = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT)
        for name in names:
            yield os.path.join(folder, name)
            count += 1
            if count >= MOST:
                return

"""Files that a command leaves where the user asked for them: whole or not at all, and untouched when they say the same
already, so that nothing that watches them wakes up."""

from __future__ import annotations

import os
import stat

from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


MARKED = 1000  # bytes at the beginning of a file, among which a mark stands


def leave(path: str, content: bytes, *marks: bytes) -> bool:
    """Put `content` at `path`; False if it is there already. Raises UsageError when that cannot be done, or when a file
    is there that is not of this kind: its first lines have one of `marks`.

    A link is followed, the mode of a file stays, and what is no file, as a pipe or /dev/stdout, is written into.
    """
    refuse_other(path, marks, path)
    try:
        return _leave(os.path.realpath(path), content)
    except OSError as error:
        raise UsageError("export-unwritable", path=path, error=error.strerror) from None


def put_whole(path: str, content: bytes) -> None:
    """Let the regular file at `path`, or a new one, hold `content`; at any moment it has the old content or all of the
    new one. A link is followed, the mode of a file stays. Raises OSError."""
    place = os.path.realpath(path)
    try:
        found = os.stat(place)
    except FileNotFoundError:
        found = None
    _replace(place, content, found)


def refuse_other(path: str, marks: Sequence[bytes], shown: str) -> None:
    """Raise UsageError if a file is at `path`, `shown` to the user, that holds something, and none of `marks` at its
    beginning: a slip of the keyboard, as `-o main.c`, shall cost nobody a source."""
    if not os.path.isfile(path):
        return
    try:
        with open(path, "rb") as stream:
            beginning = stream.read(MARKED)
    except OSError:  # who opens it for writing will say so
        return
    if beginning and not any(mark in beginning for mark in marks):
        raise UsageError("holds-another", path=shown)


def _leave(path: str, content: bytes) -> bool:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        found = None
    if found is not None and not stat.S_ISREG(found.st_mode):
        with open(path, "wb") as stream:
            stream.write(content)
        return True
    if found is not None and found.st_size == len(content) and _holds(path, content):
        return False
    _replace(path, content, found)
    return True


def _holds(path: str, content: bytes) -> bool:
    with open(path, "rb") as stream:
        return stream.read() == content


def _replace(path: str, content: bytes, found: os.stat_result | None) -> None:
    """Write beside `path`, then rename."""
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name[:100]}.{os.getpid()}~")
    try:
        with open(beside, "wb") as stream:
            stream.write(content)
        if found is not None:
            os.chmod(beside, stat.S_IMODE(found.st_mode))
        os.replace(beside, path)
    except BaseException:
        try:
            os.unlink(beside)
        except FileNotFoundError:
            pass
        raise

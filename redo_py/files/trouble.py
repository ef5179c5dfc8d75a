"""What the operating system refuses, told to the user."""

from __future__ import annotations

from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS

from redo_py.ground.errors import UsageError

FULL = frozenset((ENOSPC, EDQUOT))
DENIED = frozenset((EACCES, EPERM))


def unreadable(path: str, error: OSError) -> UsageError:
    """The error to raise when the file or folder at `path` cannot be read."""
    code = "path-denied" if error.errno in DENIED else "path-unreadable"
    return UsageError(code, path=path, reason=reason_of(error))


def unwritable(path: str, error: OSError) -> UsageError:
    """The error to raise when something cannot be put at `path`, or taken away from there."""
    if error.errno in FULL:
        return UsageError("disk-full", path=path)
    code = "disk-read-only" if error.errno == EROFS else "path-unwritable"
    return UsageError(code, path=path, reason=reason_of(error))


def reason_of(error: OSError) -> str:
    """The system's own words for `error`, in lower case and without the number and the path."""
    return (error.strerror or str(error)).lower()

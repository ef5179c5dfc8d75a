"""What the operating system or another file system refuses, told to the user."""

from __future__ import annotations

import os
from errno import EACCES, EDQUOT, EIO, ENOENT, ENOSPC, ENOTEMPTY, EPERM, EROFS

from redo_py.ground.errors import UsageError
from redo_py.values.spelling import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

FULL = frozenset((ENOSPC, EDQUOT))
DENIED = frozenset((EACCES, EPERM))


class RedunOSError(OSError):
    """Something cannot be done with what is at a path, which the text names."""

    number = EIO

    @classmethod
    def at(cls, path: str, reason: str = "") -> Self:
        """The error about `path`."""
        return cls(cls.number, reason or os.strerror(cls.number), path)


class RedunFileNotFoundError(RedunOSError, FileNotFoundError):
    """Nothing is at a path."""

    number = ENOENT


class RedunPermissionError(RedunOSError, PermissionError):
    """One may not do that with what is at a path."""

    number = EACCES


def refused(path: str, error: OSError) -> RedunOSError:
    """`error`, which the system raised about `path`, as one of ours."""
    if isinstance(error, RedunOSError):
        return error
    if isinstance(error, FileNotFoundError):
        return RedunFileNotFoundError.at(path)
    if isinstance(error, PermissionError):
        return RedunPermissionError(error.errno or EACCES, error.strerror or str(error), path)
    return RedunOSError(error.errno or EIO, error.strerror or str(error), path)


def read_only(path: str) -> RedunPermissionError:
    """The error to raise when a place cannot be written to at all."""
    return RedunPermissionError(EROFS, "this file system can only be read", path)


def not_empty(path: str) -> RedunOSError:
    """The error to raise when a folder must be empty and is not."""
    return RedunOSError(ENOTEMPTY, "the folder is not empty; recursive=True removes all that is in it", path)


def unreadable(path: str, error: OSError) -> UsageError:
    """The error to raise when the file or folder at `path` cannot be read."""
    if is_url(path):
        return UsageError("url-unreadable", path=path, reason=error.strerror or str(error))
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

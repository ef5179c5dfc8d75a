"""Signatures: what the file system says of a path without reading it.

Two equal signatures prove equal content only if the first was read long enough after the last change: see `ticks`.
All signatures are of the path itself, a link being a link; what lies behind a link has a signature of its own.
"""

from __future__ import annotations

import os
from errno import EACCES, EPERM
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_IXUSR

from redo_py.files.api import DIRECTORY, EXECUTABLE, FILE, LINK, OTHER

MTIME = 4  # places in a signature
CTIME = 5


def signature_of(status: os.stat_result) -> tuple[int, ...]:
    """The signature that `status` amounts to."""
    return (status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def signature_at(full: str) -> tuple[int, ...]:
    """The signature of the path `full` now; () when there is nothing.

    What cannot be reached is taken for absent, so that it differs from whatever was seen there; reading it
    will say why.
    """
    try:
        status = os.lstat(full)
    except OSError:
        return ()
    return (status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def status_at(full: str) -> os.stat_result | None:
    """The status of the path itself, None when there is nothing; raises PermissionError where one may not look."""
    try:
        return os.lstat(full)
    except OSError as error:
        if error.errno in (EACCES, EPERM):
            raise
        return None  # not there, below a file, below a loop of links, or longer than a name can be


def kind_of(mode: int) -> int:
    """The kind of what has `mode`; of the permissions only the owner's right to execute counts."""
    form = S_IFMT(mode)
    if form == S_IFREG:
        return EXECUTABLE if mode & S_IXUSR else FILE
    return {S_IFDIR: DIRECTORY, S_IFLNK: LINK}.get(form, OTHER)

"""Signatures: what the file system says of a path without reading it.

Two equal signatures prove equal content only if the first was read long enough after the last change: see `ticks`.
All signatures are of the path itself, a link being a link; what lies behind a link has a signature of its own.
"""

from __future__ import annotations

import os
from errno import EACCES, EPERM
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_IXUSR

from redo_py.files.api import DIRECTORY, EXECUTABLE, FILE, LINK, OTHER
from redo_py.ground.signatures import signature_of

MODE = 2  # places in a signature
MTIME = 4
CTIME = 5


def signature_at(full: str) -> tuple[int, ...]:
    """The signature of the path `full` now; () when there is nothing.

    What cannot be reached is taken for absent, so that it differs from whatever was seen there; reading it
    will say why.
    """
    try:
        return signature_of(os.lstat(full))
    except OSError:
        return ()


def signature_behind(full: str) -> tuple[int, ...]:
    """The signature of what the path `full` leads to when links are followed; () when that is nothing."""
    try:
        return signature_of(os.stat(full))
    except OSError:
        return ()


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


def last_change(full: str) -> int:
    """When the path `full`, or anything below it, was last changed, by the file system's clock in ns; 0 when there is
    nothing. It is the time that nobody can set: every new content, mode, name and removal counts."""
    latest = 0
    waiting = [full]
    while waiting:
        place = waiting.pop()
        signature = signature_at(place)
        if signature:
            latest = max(latest, signature[CTIME])
            if kind_of(signature[MODE]) == DIRECTORY:
                waiting += _entries(place)
    return latest


def _entries(folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in os.listdir(folder)]
    except OSError:  # it may not be read, or is no more: then its own change is all that there is to see
        return []

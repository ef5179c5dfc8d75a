"""Setting a damaged database aside, and the mark by which one process tells the next that it found one."""

from __future__ import annotations

import os

COMPANIONS = ("-wal", "-shm", "-journal")  # files of SQLite that belong to the database beside them


class Damage(Exception):
    """SQLite found nothing wrong, but what it gave cannot be; the text says what."""


def mark_damaged(path: str, identity: str) -> None:
    """Leave word for the next opening that the file of `identity` at `path` is to be set aside."""
    try:
        with open(_mark(path), "w") as mark:
            mark.write(identity)
    except OSError:
        return  # the next opening will meet the damage by itself


def is_marked(path: str) -> bool:
    """Whether the file now at `path` was found damaged earlier."""
    try:
        with open(_mark(path), errors="replace") as mark:
            return mark.read() == identity_of(path)
    except OSError:
        return False


def identity_of(path: str) -> str:
    """What tells the file at `path` from another one put there later; "" when there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return ""
    return f"{status.st_dev}:{status.st_ino}"


def set_aside(path: str) -> str:
    """Rename the database at `path` and its companions to a name not used yet, and return that name."""
    aside = next(name for number in range(1, 1_000_000) if not os.path.lexists(name := f"{path}.broken-{number}"))
    for suffix in COMPANIONS:
        if os.path.lexists(path + suffix):
            os.rename(path + suffix, aside + suffix)
    os.rename(path, aside)
    clear_mark(path)
    return aside


def clear_companions(path: str) -> None:
    """Remove what a database that is gone left at `path`; a log of an old one would be played into a new one."""
    for suffix in COMPANIONS:
        if os.path.lexists(path + suffix):
            os.unlink(path + suffix)


def clear_mark(path: str) -> None:
    """Take back `mark_damaged`."""
    if os.path.lexists(_mark(path)):
        os.unlink(_mark(path))


def _mark(path: str) -> str:
    return f"{path}.damaged"

"""Keeping a folder of artifacts below its size, oldest use first.

Looking at every file costs, so the sum is kept in the file `total`; the folder is looked through only when that says
that it is too much, or nothing. Processes that trim at once may lose each other's additions; the next look finds them.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

TOTAL = "total"
NEW = "new-"
DAY = 86_400_000_000_000  # ns after which a file that is being written is nobody's


def trim(folder: str, added: int, max_total: int, keep: Callable[[], Collection[bytes]]) -> int:
    """Drop files from `folder`, to which `added` bytes came since the last time; returns how many were dropped."""
    try:
        total = _read_total(folder)
        if total is not None and total + added <= max_total:
            if added:
                _write_total(folder, total + added)
            return 0
        return _trim(folder, max_total, keep())
    except OSError:  # somebody else's folder, or none at all
        return 0


def _trim(folder: str, max_total: int, keep: Collection[bytes]) -> int:
    files = sorted(files_in(folder))
    total = sum(size for _, size, _, _ in files)
    kept = {content.hex() for content in keep}
    enough = max_total if total <= max_total else max_total * 9 // 10  # room for some builds to come
    dropped = 0
    for _, size, name, path in files:
        if total <= enough:
            break
        if name not in kept:
            os.unlink(path)
            total -= size
            dropped += 1
    _write_total(folder, total)
    return dropped


def files_in(folder: str) -> list[tuple[int, int, str, str]]:
    """(time of last use, size, digest in hexadecimal, path) of every artifact."""
    found = []
    with os.scandir(folder) as shards:
        for shard in shards:
            if len(shard.name) == 1 and shard.is_dir(follow_symlinks=False):
                found += _files_of(shard.path, shard.name)
    return found


def _files_of(folder: str, start: str) -> list[tuple[int, int, str, str]]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            found.append((status.st_mtime_ns, status.st_size, start + entry.name, entry.path))
    return found


def forget_total(folder: str) -> None:
    """Let the next `trim` look at every file: some were removed."""
    try:
        os.unlink(f"{folder}/{TOTAL}")
    except FileNotFoundError:
        return


def _read_total(folder: str) -> int | None:
    try:
        with open(f"{folder}/{TOTAL}", "rb") as file:
            return int(file.read(32))
    except (OSError, ValueError):
        return None


def _write_total(folder: str, total: int) -> None:
    """Write `total`, and drop what killed processes left half-written long before."""
    beside = f"{folder}/{NEW}{os.getpid()}-{TOTAL}"
    with open(beside, "wb") as file:
        file.write(b"%d" % total)
    now = os.stat(beside).st_mtime_ns
    os.rename(beside, f"{folder}/{TOTAL}")
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(NEW) and entry.stat(follow_symlinks=False).st_mtime_ns < now - DAY:
                os.unlink(entry.path)

"""Copies of open files: sharing blocks where the file system can, else inside the kernel, else by hand."""

from __future__ import annotations

import os
from errno import EBADF, EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM, ETXTBSY, EXDEV

FICLONE = 0x40049409  # <linux/fs.h>
CHUNK = 1 << 20
REFUSED = frozenset((EBADF, EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM, ETXTBSY, EXDEV))  # try another way


def clone(source: int, destination: int) -> bool:
    """Make the empty file `destination` share the blocks of `source`; False if that cannot be done here."""
    try:
        from fcntl import ioctl

        ioctl(destination, FICLONE, source)
    except (ImportError, OSError):
        return False
    return True


def copy(source: int, destination: int) -> int:
    """Copy `source` from its beginning to the empty file `destination`; returns how many bytes there were."""
    os.lseek(source, 0, os.SEEK_SET)
    try:
        return _copy_in_kernel(source, destination)
    except OSError as error:
        if error.errno not in REFUSED:
            raise
    os.lseek(source, 0, os.SEEK_SET)
    os.lseek(destination, 0, os.SEEK_SET)
    return _copy_by_hand(source, destination)


def _copy_in_kernel(source: int, destination: int) -> int:
    if not hasattr(os, "copy_file_range"):
        raise OSError(ENOSYS, "no copy_file_range here")
    total = 0
    while count := os.copy_file_range(source, destination, CHUNK * 64):
        total += count
    return total


def _copy_by_hand(source: int, destination: int) -> int:
    total = 0
    while chunk := os.read(source, CHUNK):
        total += len(chunk)
        while chunk:
            chunk = chunk[os.write(destination, chunk) :]
    return total

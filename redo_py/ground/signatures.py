"""What the file system says of a path without reading it, as numbers that can be compared and kept."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os


def signature_of(status: os.stat_result) -> tuple[int, ...]:
    """The signature that `status` amounts to: device, inode, mode, size, and the times of the last changes."""
    return (status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

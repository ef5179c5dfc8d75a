"""Paths as the language sees them: texts relative to the project's root."""

from __future__ import annotations

from redo_py.ir.paths import joined, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["folders_of", "is_of_system", "joined", "relative"]


def is_of_system(path: str) -> bool:
    """Whether what lies at `path` is no content that was put there: the system makes it up for whoever reads it."""
    return path.startswith(("/proc/", "/sys/", "/dev/")) and not path.startswith("/dev/shm/")


def folders_of(path: str) -> Iterator[str]:
    """The folders above `path`, the nearest first."""
    end = path.rfind("/")
    while end > 0:
        path = path[:end]
        yield path
        end = path.rfind("/")

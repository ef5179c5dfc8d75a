"""Which Scheduler the code that runs belongs to."""

from __future__ import annotations

from contextlib import contextmanager
from threading import local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class NoCurrentScheduler(Exception):
    """No scheduler is running."""

    def __init__(self) -> None:
        super().__init__(
            "no scheduler is running here: call this in a task, or make one current with set_current_scheduler"
        )


class Current(local):
    """That of this thread."""

    scheduler: Any = None


CURRENT = Current()
RUNNING: list[Any] = []  # Schedulers that run something, in the order in which they began


@contextmanager
def running(scheduler: Any) -> Iterator[None]:
    """While this lasts, `scheduler` is the one of this thread and of all that have none."""
    before = CURRENT.scheduler
    CURRENT.scheduler = scheduler
    RUNNING.append(scheduler)
    try:
        yield
    finally:
        RUNNING.remove(scheduler)
        CURRENT.scheduler = before


def set_current_scheduler(scheduler: Any) -> None:
    """Make `scheduler` the one of this thread; None: it has none."""
    CURRENT.scheduler = scheduler

"""Which Scheduler the code that runs belongs to."""

from __future__ import annotations

from contextlib import contextmanager
from threading import local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.compat.scheduler import Scheduler


class NoCurrentScheduler(Exception):
    """No scheduler is running."""

    def __init__(self) -> None:
        super().__init__(
            "no scheduler is running here: call this in a task, or make one current with set_current_scheduler"
        )


class _Current(local):
    scheduler: Any = None


_CURRENT = _Current()
RUNNING: list[Scheduler] = []  # those that run something, in the order in which they began


@contextmanager
def running(scheduler: Scheduler) -> Iterator[None]:
    """While this lasts, `scheduler` is the one of this thread and of all that have none."""
    before = _CURRENT.scheduler
    _CURRENT.scheduler = scheduler
    RUNNING.append(scheduler)
    try:
        yield
    finally:
        RUNNING.remove(scheduler)
        _CURRENT.scheduler = before


def set_current_scheduler(scheduler: Scheduler | None) -> None:
    """Make `scheduler` the one of this thread."""
    _CURRENT.scheduler = scheduler


def get_current_scheduler(required: bool = True) -> Scheduler | None:
    """The scheduler of this thread, else the one that began to run last in this process, for that is whose task this
    thread runs. None without any; raises NoCurrentScheduler if it is `required`."""
    found: Scheduler | None = _CURRENT.scheduler
    if found is None and RUNNING:
        found = RUNNING[-1]
    if found is None:
        found = _of_the_command()
    if found is None and required:
        raise NoCurrentScheduler
    return found


def _of_the_command() -> Scheduler | None:
    """One for the run that our command carries out, which has none by itself."""
    from redo_py.app.running.run import UNDER_WAY

    if not UNDER_WAY:
        return None
    from redo_py.compat.scheduler import Scheduler

    return Scheduler.of_run(UNDER_WAY[-1])

"""What the function that runs now belongs to, and which paths it has written through File.

Whoever calls a task's function sets it around the call. It is a context variable, so that threads and coroutines that
take turns in one thread have each their own. In a thread that a function starts by itself there is none.
"""

from __future__ import annotations

from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Running:
    """One call of a task's function, while it runs."""

    __slots__ = ("job", "written")

    def __init__(self, job: Any = None) -> None:
        self.job = job  # what the caller knows of the job: a JobSpec where an executor calls; None outside of a run
        self.written: dict[str, None] = {}  # the paths written, copied to, staged, touched or removed, in this order


CURRENT: ContextVar[Running | None] = ContextVar("redun_current", default=None)


def note_written(path: str) -> None:
    """The function that runs now has put something at `path`, or removed it; outside of a run nobody wants to know."""
    running = CURRENT.get()
    if running is not None:
        running.written[path] = None

"""Whether a job still runs: it holds a lock for as long as it does, which nobody has once its process has ended."""

from __future__ import annotations

import sys

from redo_py.executors.processes.journal import lock
from redo_py.ground.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from redo_py.executors.inbox import SelectInbox

LOOK_EVERY = 0.05  # seconds between two looks
HOLDER = """\
import fcntl, sys, time
with open(sys.argv[1], "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    file.write("held")
    file.flush()
    time.sleep(300)
"""


def words_below(place: str) -> list[str]:
    """The words of a shell that starts a process, which has the lock at `place`."""
    return ["sh", "-c", '"$0" -c "$1" "$2" & wait', sys.executable, HOLDER, place]


class Hold:
    """What a job, or a process that it has started, has at a path that both sides see."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @property
    def has_begun(self) -> bool:
        """Whether the job has been there."""
        return self.place.exists() and self.place.read_text() != ""

    @property
    def is_free(self) -> bool:
        """Whether no job is there."""
        if not self.place.exists():
            return True
        with self.place.open() as file:
            return lock(file.fileno())


def await_begin(
    holds: Sequence[Hold], inbox: SelectInbox, patience: float, enough: Callable[[Iterable[bool]], bool] = any
) -> None:
    """Wait until one of the jobs runs, or all; there are executors that only work while somebody waits for them."""

    def look() -> bool:
        outcomes = inbox.wait(LOOK_EVERY)
        assert not outcomes, outcomes
        return enough(hold.has_begun for hold in holds)

    until(look, patience, "no job has begun")
    running = [hold for hold in holds if hold.has_begun]
    assert not any(hold.is_free for hold in running), "locks of jobs are not seen here; `shared_path` must have them"


def await_end(holds: Sequence[Hold], patience: float) -> None:
    """Wait until none of the jobs runs."""
    until(lambda: all(hold.is_free for hold in holds), patience, "a job runs on after it was ended")


def until(holds: Callable[[], bool], patience: float, otherwise: str) -> None:
    """Wait until something holds; an AssertionError says what is so otherwise."""
    clock = Clock()
    deadline = clock.monotonic() + patience
    while not holds():
        assert clock.monotonic() < deadline, otherwise
        clock.sleep(LOOK_EVERY)

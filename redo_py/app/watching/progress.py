"""What is going on, told to a screen some times a second while jobs run. Nobody pays for it where there is none."""

from __future__ import annotations

from itertools import islice

from redo_py.engine.queue import has_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from redo_py.app.times.estimate import Remaining
    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job
else:
    Protocol = object

EVERY = 0.1  # seconds between two pictures
PATIENCE = 0.3  # seconds before the first one: what is over sooner needs none
ENDS = frozenset(["done", "cached", "restored", "joined", "failed", "stopped"])  # events after which a job is over


class Running:
    """One job that runs."""

    __slots__ = ("last_line", "name", "seconds")

    def __init__(self, name: str, seconds: float, last_line: bytes) -> None:
        self.name = name
        self.seconds = seconds  # since it was started
        self.last_line = last_line  # of what it has printed so far, as it printed it


class Picture:
    """How far a build is."""

    __slots__ = ("done", "failed", "left", "others", "running", "total")

    def __init__(
        self, done: int, total: int, failed: int, running: list[Running], others: int, left: float | None
    ) -> None:
        self.done = done  # jobs that are over, those that were up to date included
        self.total = total  # jobs that are known by now
        self.failed = failed
        self.running = running  # those that run longest, as many as the screen has room for
        self.others = others  # how many more run
        self.left = left  # seconds until the end, as earlier builds tell; None when they do not


class Screen(Protocol):
    """Where pictures are shown, above lines that stay."""

    def write(self, text: str) -> None:
        """Print lines that stay."""

    def paint(self, word: str) -> str:
        """A word at the beginning of a line, in its colour."""

    def room(self) -> int:
        """How many running jobs a picture may have now; negative when none can be shown."""

    def draw(self, picture: Picture) -> None:
        """Show `picture` instead of the one before."""

    def erase(self) -> None:
        """Show no picture."""


class Progress:
    """A listener that keeps `screen` true. `tail` gives the last line of a running job."""

    def __init__(
        self,
        execution: Execution,
        screen: Screen,
        tail: Callable[[int], bytes],
        remaining: Remaining,
    ) -> None:
        self._execution = execution
        self._screen = screen
        self._tail = tail
        self._remaining = remaining
        self._ended = 0
        self._failed = 0
        self._is_due = False  # whether the inbox is going to call `_look`
        self._is_seen = False
        self._lent_to: Job | None = None  # the action that has the terminal
        self._drawn = 0.0

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        if kind in ENDS:
            self._ended += 1
            self._failed += kind == "failed"
        if kind == "started":
            self._begin(subject)
        elif self._lent_to is not None:
            if subject is self._lent_to:
                self._lent_to = None
        elif self._is_seen and self._execution.doors.clock.monotonic() - self._drawn >= EVERY:
            self._draw()

    def close(self) -> None:
        """The build is over."""
        self._screen.erase()

    def _begin(self, job: Job) -> None:
        """`job` is about to run: see to the screen, or keep away from it if it is the job's own."""
        if has_terminal(self._execution, job):
            self._lent_to = job
            self._is_seen = False
            self._screen.erase()
        elif not self._is_due:
            self._call_in(EVERY if self._is_seen else PATIENCE)

    def _call_in(self, seconds: float) -> None:
        self._is_due = True
        self._execution.doors.inbox.call_at(self._execution.doors.clock.monotonic() + seconds, self._look)

    def _look(self) -> None:
        """It is time for another picture, if there is anything to see."""
        self._is_due = False
        if not self._execution.frontier.running:
            self._is_seen = False
            self._screen.erase()
        elif self._lent_to is None:
            self._draw()
            self._call_in(EVERY)

    def _draw(self) -> None:
        room = self._screen.room()
        self._is_seen = True
        self._drawn = self._execution.doors.clock.monotonic()
        if room >= 0:
            self._screen.draw(self._picture(room))
        else:
            self._screen.erase()

    def _picture(self, room: int) -> Picture:
        """At most `room` of the running jobs; those that were started first run longest."""
        frontier, now = self._execution.frontier, self._execution.doors.clock.now()
        running = [
            Running(job.origin, now - job.started, self._tail(job.seq)) for job in islice(frontier.at_work(), room)
        ]
        others = sum(1 for _ in frontier.at_work()) - len(running)
        return Picture(self._ended, len(frontier.jobs), self._failed, running, others, self._remaining.seconds())

"""How long it will take yet, from how long the same jobs took when they last ran.

Two things bound the time that is left from below: all the work there is, spread over the jobs that run at once, and the
longest chain of jobs of which each waits for the one before. The greater of the two is the estimate.
"""

from __future__ import annotations

from redo_py.engine.job import Job, JobState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Cell

KNOWN_ENOUGH = 0.75  # of the jobs that are left must have run before, else nothing is said
SHARE = 20  # estimating takes no more than one part in so many of the time


class Durations:
    """How long the jobs of each origin took when they last ran. The records are asked once for each."""

    def __init__(self, ask: Callable[[Sequence[str]], list[float | None]]) -> None:
        self._ask = ask
        self._known: dict[str, float | None] = {}

    def of(self, jobs: Iterable[Job]) -> list[float | None]:
        """Seconds for each job; None for one that never ran."""
        origins = [job.origin for job in jobs]
        unknown = [origin for origin in dict.fromkeys(origins) if origin not in self._known]
        if unknown:
            self._known.update(zip(unknown, self._ask(unknown), strict=True))
        return [self._known[origin] for origin in origins]


class Remaining:
    """The time that is left for `execution`, looked at anew every second or so."""

    def __init__(self, execution: Execution, durations: Durations) -> None:
        self._execution = execution
        self._durations = durations
        self._end: float | None = None  # when all will be done, by the monotonic clock
        self._again = 0.0  # when to estimate again

    def seconds(self) -> float | None:
        """Seconds, None when too many jobs never ran before."""
        clock = self._execution.doors.clock
        now = clock.monotonic()
        if now >= self._again:
            left = self._estimate()
            after = clock.monotonic()
            self._end = None if left is None else after + left
            self._again = after + max(1.0, SHARE * (after - now))
        return None if self._end is None else max(0.0, self._end - now)

    def _estimate(self) -> float | None:
        jobs = [job for job in self._execution.frontier.jobs if is_to_run(job)]
        known = self._durations.of(jobs)
        measured = [seconds for seconds in known if seconds is not None]
        if not jobs or len(measured) < KNOWN_ENOUGH * len(jobs):
            return None
        usual = sum(measured) / len(measured)
        now = self._execution.doors.clock.now()
        weights = {
            id(job): rest_of(job, usual if seconds is None else seconds, now)
            for job, seconds in zip(jobs, known, strict=True)
        }
        at_once = min(self._execution.settings.jobs, len(jobs))
        return max(sum(weights.values()) / at_once, longest_chain(jobs, weights))


def is_to_run(job: Job) -> bool:
    """Whether the job runs or will, as far as can be told."""
    return job.state <= JobState.RUNNING and job.state != JobState.JOINED


def rest_of(job: Job, seconds: float, now: float) -> float:
    """Of the `seconds` that the job takes those that are left."""
    return max(0.0, seconds - (now - job.started)) if job.state == JobState.RUNNING else seconds


def longest_chain(jobs: Iterable[Cell], weights: dict[int, float]) -> float:
    """The greatest sum of weights along cells that wait for each other. Keeps its own stack."""
    lengths: dict[int, float] = {}  # of the longest chain that begins with a cell
    entered: set[int] = set()
    stack = list(jobs)
    while stack:
        cell = stack[-1]
        key = id(cell)
        if key not in entered:
            entered.add(key)
            stack += [each for each in waiting_for(cell) if id(each) not in entered]
        else:
            stack.pop()
            if key not in lengths:
                after = max((lengths.get(id(each), 0.0) for each in waiting_for(cell)), default=0.0)
                lengths[key] = weights.get(key, 0.0) + after
    return max(lengths.values(), default=0.0)


def waiting_for(cell: Cell) -> Sequence[Cell]:
    """The cells that cannot go on before `cell` has its value."""
    return [*cell.dependents, *cell.followers] if isinstance(cell, Job) else cell.dependents

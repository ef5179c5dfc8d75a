"""One job that runs elsewhere, as its executor sees it, and for how long faults are borne with it."""

from __future__ import annotations

from redo_py.executors.api import Failed
from redo_py.executors.backend import ENDED, LOST, RUNNING
from redo_py.executors.failures import job_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.executors.api import JobSpec
    from redo_py.executors.backend import Placed, Report
    from redo_py.ground.errors import RedunError


class ElsewhereJob:
    """One job, from `submit` to its one outcome."""

    __slots__ = (
        "began", "cancelled", "ended", "error", "faulty_since", "is_found", "last", "may_be_there",
        "mended", "placed", "queued", "result", "spec", "started", "waits_for", "wants_tail",
    )  # fmt: skip

    def __init__(self, spec: JobSpec) -> None:
        self.spec = spec
        self.mended = 0  # how often it was placed anew because something in the scratch was damaged
        self.placed: Placed | None = None  # once it is ready
        self.started = 0.0  # wall time when it was placed
        self.queued = 0.0  # by the monotonic clock, as are the next ones: since when it waits to be begun
        self.began = 0.0  # when it was first seen to run; 0 while it waits
        self.ended = 0.0  # when it was first seen to have ended, and its result has not come
        self.cancelled = 0.0  # when it was to be ended
        self.faulty_since = 0.0  # since when what it needs next cannot be reached; 0 when it can
        self.error: RedunError | None = None  # once set, the job is being ended from outside
        self.may_be_there = False  # whether a launch that raised may have started it
        self.is_found = False  # whether an earlier scheduler has launched it
        self.result: Report | None = None  # how it ended, as the backend says
        self.waits_for = ""  # why it has not begun, in the backend's words
        self.wants_tail = False
        self.last = b""  # the last line of its log, when somebody asked

    def begin_anew(self) -> None:
        """It is sent and run once more, under another name."""
        self.spec.identity = b""
        self.placed, self.result = None, None
        self.may_be_there = self.is_found = False
        self.queued = self.began = self.ended = self.faulty_since = 0.0

    def note(self, report: Report, now: float) -> None:
        """The backend says how it is `now`."""
        if report.state in (ENDED, LOST):
            self.result = report
        elif report.state == RUNNING:
            self.began = self.began or now
        else:
            if self.began:  # its machine was taken away
                self.began, self.queued = 0.0, now
            self.waits_for = report.reason

    def is_overdue(self, now: float) -> bool:
        """Whether it has run for longer than it may."""
        timeout = self.spec.timeout
        return timeout is not None and self.began > 0 and self.result is None and now >= self.began + timeout

    def has_waited(self, now: float) -> bool:
        """Whether it has waited for longer than it may."""
        assert self.placed is not None
        most = self.placed.options.start_timeout
        return most is not None and not self.began and self.result is None and now >= self.queued + most


def worn_out(jobs: Sequence[ElsewhereJob], now: float, patience: float) -> list[ElsewhereJob]:
    """There is a fault that concerns `jobs`: those that it has concerned for `patience` seconds."""
    for job in jobs:
        job.faulty_since = job.faulty_since or now
    return [job for job in jobs if now >= job.faulty_since + patience]


def relieved(jobs: Sequence[ElsewhereJob]) -> None:
    """What `jobs` needed was reached."""
    for job in jobs:
        job.faulty_since = 0.0


def abandoned(job: ElsewhereJob, now: float) -> Failed:
    """What is told of a job that was to be ended, when nothing was heard of it for too long."""
    error = job.error or job_failure("job-cancelled", job.spec)
    error.facts = [*error.facts, ("may run on", "its executor does not answer")]
    return Failed(job.spec.seq, error, b"", job.started or now, now)


def not_begun(job: ElsewhereJob) -> RedunError:
    """The error of a job that has waited for too long."""
    assert job.placed is not None
    error = job_failure("not-begun", job.spec, seconds=job.placed.options.start_timeout)
    error.facts = [("waits for", job.waits_for)] if job.waits_for else []
    return error

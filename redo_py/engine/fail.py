"""fail: a job ends by its own fault."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job


def fail(execution: Execution, job: Job, error: BaseException) -> None:
    """The job becomes FAILED, and counts as a failure. It must not be FAILED or DONE."""
    job.outcome = "failed"
    execution.failures.append(job)
    execution.frontier.fail(job, error)
    execution.doors.events.emit("failed", job, error)

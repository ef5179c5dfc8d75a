"""fail: a job ends by its own fault, or because the user stopped the execution."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job

CANCELLED = "job-cancelled"  # the error of what an executor was asked to end


def fail(execution: Execution, job: Job, error: BaseException) -> None:
    """The job becomes FAILED, and counts as a failure. It must not be FAILED or DONE."""
    job.outcome = "stopped" if was_stopped(execution, error) else "failed"
    execution.failures.append(job)
    execution.blamed[id(error)] = job
    if execution.handling.attempts:
        fail_below(execution, job, error)
    else:
        execution.frontier.fail(job, error)
    execution.doors.events.emit(job.outcome, job, error)


def was_stopped(execution: Execution, error: BaseException) -> bool:
    """Whether `error` is what the user's wish has made of a job."""
    return execution.stopping and getattr(error, "code", "") == CANCELLED


def fail_below(execution: Execution, job: Job, error: BaseException) -> None:
    """Let `job` be FAILED, of whose failure those hear that handle such errors."""
    from redo_py.engine.catchers import catchers
    from redo_py.engine.handled import concerned, fault_of, take_down

    attempts = concerned(execution, job, error)
    if catchers(execution, job, error):
        execution.handling.caught.add(job.seq)
    execution.frontier.fail(job, error)
    for attempt in attempts:
        take_down(execution, attempt, fault_of(execution, job))

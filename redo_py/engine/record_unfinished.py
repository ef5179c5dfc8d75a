"""record_unfinished: what is written of jobs that have no value: they failed, were stopped, or run still."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job, JobState
from redo_py.engine.record import MADE, record_reduction, write_row
from redo_py.engine.record_fault import record_fault
from redo_py.records import OUTPUT


def record_unfinished(execution: Execution) -> None:
    """The execution is over: write the rows of the jobs that failed by themselves or were stopped, and, if it has not
    come to its end, of those that still waited for what they had called. They take the place of no call that `why`
    compares with."""
    if execution.settings.dry:
        return
    for job in execution.failures:
        record_failure(execution, job)
    if execution.stopping:
        for job in execution.frontier.jobs:
            if job.state == JobState.REDUCING and job.manner.recorded:
                record_stopped(execution, job)


def record_failure(execution: Execution, job: Job) -> None:
    """What failed, and with which arguments, as far as it came. One that is not recorded is no secret."""
    if job.eval_hash and not job.call_hash:
        job.made = []
        record_fault(execution, job)
    write_row(execution, job, job.outcome)
    if job.log:
        execution.buffer.append((OUTPUT, (execution.id, job.seq, job.origin, job.log)))


def record_stopped(execution: Execution, job: Job) -> None:
    """A job that was reduced, to what was not done any more."""
    if job.outcome in MADE and not job.call_hash:
        record_reduction(execution, job)
    write_row(execution, job, "stopped")


def announce(execution: Execution) -> None:
    """Let the records tell of jobs that have been running for a while, and of those that called them: if the execution
    is killed, that is what remains of them. Their rows are replaced when they end."""
    announced = execution.announced
    for running in execution.frontier.running.values():
        job: Job | None = running
        while job is not None and job.seq not in announced:
            announced.add(job.seq)
            if job.manner.recorded and not execution.settings.dry:
                write_row(execution, job, "running")
            job = job.parent

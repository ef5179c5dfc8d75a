"""record_unfinished: what is written of jobs that have no value: they failed, were stopped, or run still."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job, JobState
from redo_py.engine.record import MADE, record_code, record_reduction, said_of, write_row
from redo_py.engine.record_fault import record_fault
from redo_py.ground import hashing
from redo_py.records import CALL, OUTPUT, VALUE
from redo_py.values.codec import preview

UNENDED = b"has not ended"  # stands for a result


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
        execution.buffer[OUTPUT] += (execution.id, job.seq, job.origin, bytes(job.log))


def record_stopped(execution: Execution, job: Job) -> None:
    """A job that was reduced, to what was not done any more."""
    if job.outcome in MADE and not job.call_hash:
        record_reduction(execution, job)
    write_row(execution, job, "stopped")


def announced_call(execution: Execution, job: Job) -> bytes | None:
    """A call node that tells what `job`, which runs, was given: the same for all that are given that, and nobody's once
    they have ended. None if the job has no identity yet."""
    if not job.args_hash:
        return None
    buffer = execution.buffer
    task_hash = record_code(execution, job.task)
    call = hashing.digest(hashing.CALL, b"".join((UNENDED, task_hash, job.args_hash)))
    nothing = hashing.digest(hashing.VALUE, UNENDED)
    said = said_of(job)
    if not all(plain for _, plain in job.pieces):
        said = ", ".join(f"{name}={preview(value)}" for name, value in job.arguments.items())
    kept = ("plain", job.args_bytes) if job.args_bytes else ("unkept", b"")
    buffer[VALUE] += (job.args_hash, *kept, said)
    buffer[VALUE] += (nothing, "unkept", b"", "not known: it has not ended")
    buffer[CALL] += (call, job.name, task_hash, job.args_hash, nothing, None)
    return call


def announce(execution: Execution) -> None:
    """Let the records tell of jobs that have been running for a while, and of those that called them: if the execution
    is killed, that is what remains of them. Their rows are replaced when they end."""
    announced = execution.announced
    for running in execution.frontier.running.values():
        job: Job | None = running
        while job is not None and job.seq not in announced:
            announced.add(job.seq)
            if job.manner.recorded and not execution.settings.dry:
                write_row(execution, job, "running", announced_call(execution, job))
            job = job.parent

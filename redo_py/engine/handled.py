"""handled: errors on their way to those who handle them. What is remembered of them, and why: see engine.attempts."""

from __future__ import annotations

from redo_py.engine.attempts import HANDLING, ILL, WELL, Attempt, Fault, Recalled
from redo_py.engine.catchers import catchers, lenders
from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, Job
from redo_py.engine.record_fault import BESIDE, FORGOTTEN, forget_error, record_error, record_fault
from redo_py.ground import hashing
from redo_py.ground.errors import RedunError
from redo_py.values.codec import Unreadable, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

OWN = ("command-failed", "call-exited", "result-unwritable")  # our texts for what a job itself did


# ---- while it runs


def begin(execution: Execution, cell: Cell, kinds: tuple[Any, ...], anew: bool = False) -> Attempt:
    """The form of `cell` begins to try something, and would handle errors of `kinds`; if `anew`, no remembered ones.
    Raises TypeError if these are no classes."""
    isinstance(None, kinds)
    attempt = execution.handling.attempts[id(cell)] = Attempt(kinds, anew)
    return attempt


def concerned(execution: Execution, job: Job, error: BaseException) -> list[Attempt]:
    """Those that will have to do with the failure of `job`, which is about to fail by its own fault, if it may be
    remembered at all."""
    return (catchers(execution, job, None) or []) if is_memorable(job, error) else []


def is_memorable(job: Job, error: BaseException) -> bool:
    """Whether the failure of `job` says something of its task and arguments, and of nothing else."""
    if not job.tries or job.outcome != "failed" or job.volatile or job.depfiles:
        return False
    if job.always or job.kind == "action" or job.manner.is_async or not job.manner.recorded:
        return False
    if isinstance(error, RedunError):
        return error.code in OWN
    if isinstance(error, OSError):
        from errno import EDQUOT, EMFILE, ENFILE, ENOMEM, ENOSPC

        return error.errno not in (EDQUOT, EMFILE, ENFILE, ENOMEM, ENOSPC)
    return not isinstance(error, (MemoryError, KeyboardInterrupt))


def fault_of(execution: Execution, job: Job) -> Fault:
    """The one Fault of `job`, which has failed; the first time its call is recorded."""
    fault = execution.handling.faults.get(job.seq)
    if fault is None:
        fault = execution.handling.faults[job.seq] = Fault(job)
        record_fault(execution, job)
    return fault


def take_down(execution: Execution, attempt: Attempt, fault: Fault) -> None:
    """`fault` is below `attempt`, which may have come to its end already."""
    if fault in attempt.faults:
        return
    attempt.faults.append(fault)
    if attempt.state == ILL:
        pass_on(execution, attempt, fault)
    elif attempt.state == WELL:
        remember(execution, fault)
    else:
        fault.open += 1


def lead(execution: Execution, attempt: Attempt, error: BaseException) -> None:
    """`attempt` was given `error` and is going to handle it."""
    attempt.state = HANDLING
    job = execution.blamed.get(id(error))
    if job is None or id(error) in execution.handling.recalled or not is_memorable(job, error):
        return
    fault = fault_of(execution, job)
    fault.beside = False
    take_down(execution, attempt, fault)


def succeed(execution: Execution, attempt: Attempt) -> None:
    """`attempt` has its value: what failed below it is remembered if nobody else has a say in it."""
    attempt.state = WELL
    for fault in attempt.faults:
        fault.open -= 1
        remember(execution, fault)


def give_up(execution: Execution, cell: Cell, attempt: Attempt, error: BaseException) -> None:
    """`attempt` has not helped, `cell` fails with `error`: who is given that decides on what failed below."""
    attempt.state = ILL
    attempt.outer = catchers(execution, cell, None) or []
    for fault in attempt.faults:
        fault.open -= 1
        pass_on(execution, attempt, fault)
        remember(execution, fault)  # those further out may have ended well before


def is_in_vain(execution: Execution, cell: Cell, given: Sequence[BaseException], error: BaseException) -> bool:
    """Whether the form of `cell`, which was `given` errors, must try anew what has failed instead of failing with
    `error` itself: some of them are only remembered, and somebody further out would fail. They are forgotten."""
    remembered = [each for each in given if id(each) in execution.handling.recalled]
    if not remembered or catchers(execution, cell, error) is not None:
        return False
    for each in remembered:
        job = execution.blamed[id(each)]
        forget_error(execution, job, remembered_under(job.eval_hash))
    return True


def pass_on(execution: Execution, attempt: Attempt, fault: Fault) -> None:
    """`attempt` has failed: what becomes of `fault` is for those further out to say, if there are any."""
    fault.lost = fault.lost or not attempt.outer
    for other in attempt.outer:
        take_down(execution, other, fault)


# ---- what is remembered


def remembered_under(evaluation: bytes) -> bytes:
    """Where the store keeps the error of an evaluation."""
    return hashing.digest(hashing.HANDLED, evaluation)


def remember(execution: Execution, fault: Fault) -> None:
    """Let later executions find the error of a fault, once all have handled it and unless it cannot be kept."""
    if fault.open == 0 and not fault.lost:
        key = remembered_under(fault.job.eval_hash)
        record_error(execution, fault.job, key, fault.beside)


def recall(execution: Execution, jobs: Sequence[Job]) -> list[Recalled | None]:
    """For each of `jobs`, for which there is no result, the error that it may fail with without being run."""
    found = execution.doors.store.lookup([remembered_under(job.eval_hash) for job in jobs])
    return [recalled(execution, job, traces) if traces else None for job, traces in zip(jobs, found, strict=True)]


def recalled(execution: Execution, job: Job, traces: Sequence[Any]) -> Recalled | None:
    """The error of one job; of several traces one that was a lead."""
    traces = [trace for trace in traces if trace.value_bytes != FORGOTTEN]
    leads = [trace for trace in traces if trace.discovered != BESIDE]
    if not traces:
        return None
    trace = (leads or traces)[0]
    try:
        error = load(trace.value_format, trace.value_bytes)
    except Unreadable:
        return None
    if not isinstance(error, BaseException) or lenders(execution, job, error if leads else None) is None:
        return None
    return Recalled(error, trace, not leads)

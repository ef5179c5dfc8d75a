"""record_fault: what is written of a job that failed below a catch."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.record import NOTHING, record_node
from redo_py.ground import hashing
from redo_py.ground.errors import RedunError
from redo_py.records import TRACE, VALUE
from redo_py.values.codec import dump, preview
from redo_py.values.encoding import encode
from redo_py.values.errors import kept_error, stand_in

BESIDE = encode(("beside",))  # stands in a trace of an error where others say what was discovered
FORGOTTEN = encode(None)  # the value of such a trace in the place of an error


def record_fault(execution: Execution, job: Job) -> None:
    """The call that failed, with its error for its value. An error that cannot be kept is shown by what stands for it,
    and leaves `result_written` as it was: empty."""
    assert job.error is not None
    written = kept_error(job.error)
    if written is not None:
        job.result_written = written
    text = job.error.headline if isinstance(job.error, RedunError) else preview(job.error)
    record_node(execution, job, written or dump(stand_in(job.error)), text, None)


def record_error(execution: Execution, job: Job, key: bytes, beside: bool) -> None:
    """Let later executions find the error of `job` under `key`, if it can be kept. Its call must have been recorded."""
    if job.result_written[0]:
        discovered = BESIDE if beside else NOTHING
        place = hashing.digest(hashing.VALUE, discovered)
        row = (key, place, job.value_hash, job.call_hash, discovered, NOTHING, job.ended)
        execution.buffer[TRACE] += row


def forget_error(execution: Execution, job: Job, key: bytes) -> None:
    """Let later executions find no error under `key`, under which that of `job` was found in this one."""
    nothing = hashing.digest(hashing.VALUE, FORGOTTEN)
    now = execution.doors.clock.now()
    execution.buffer[VALUE] += (nothing, "plain", FORGOTTEN, "")
    for discovered in (NOTHING, BESIDE):
        place = hashing.digest(hashing.VALUE, discovered)
        execution.buffer[TRACE] += (key, place, nothing, job.call_hash, discovered, NOTHING, now)

"""flush: records go to the store in batches."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import UNWRITTEN
from redo_py.records import Buffer

ROWS_AT_MOST = 20_000  # records in one batch: a larger one writes fewer pages of the indexes twice
SECONDS_AT_MOST = 0.3  # how long a record waits for its batch


def flush_if_due(execution: Execution) -> None:
    """Write the buffer when it is full or old."""
    due = execution.flushed + SECONDS_AT_MOST
    if execution.buffer.count >= ROWS_AT_MOST or (execution.buffer and execution.doors.clock.monotonic() >= due):
        flush(execution)


def flush(execution: Execution) -> None:
    """Write the buffer."""
    if execution.buffer and execution.settings.records:
        execution.doors.store.write(execution.buffer)
        for job in execution.written:
            job.result_written = UNWRITTEN
    execution.written = []
    execution.buffer = Buffer()
    execution.flushed = execution.doors.clock.monotonic()

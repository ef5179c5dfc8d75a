"""What jobs failed with: kept for `redun log`, and behind what functions printed for `redun log --output`."""

from __future__ import annotations

from redo_py.app.report import describe
from redo_py.app.telling.frames import where
from redo_py.ground.errors import RedunError
from redo_py.records import FAILURE, OUTPUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job
    from redo_py.records import Record


def keep_tracebacks(execution: Execution) -> None:
    """Write what every job failed with and where, and for functions that raised the traceback at the end of what they
    printed."""
    rows: list[Record] = []
    for job in execution.failures:
        error = job.error
        kind, message = told(error)
        rows.append((FAILURE, (execution.id, job.seq, kind, message, where(error))))
        if not isinstance(error, RedunError):
            rows.append((OUTPUT, (execution.id, job.seq, job.origin, with_traceback(job))))
    if rows:
        execution.doors.store.write(rows)


def told(error: BaseException | None) -> tuple[str, str]:
    """The class of an error, and its text; of one of redun's own that has all."""
    if isinstance(error, RedunError):
        return "", error.headline
    try:
        return type(error).__name__, str(error)
    except Exception as failure:
        return type(error).__name__, f"<its text cannot be had: {type(failure).__name__}>"


def with_traceback(job: Job) -> bytes:
    """What the job printed, and the traceback of its error on lines of its own."""
    gap = b"\n" if job.log and not job.log.endswith(b"\n") else b""
    return job.log + gap + f"{describe(job.error)}\n".encode("utf-8", "backslashreplace")

"""What the functions that failed have raised, kept behind what they printed, for `redun log --output`."""

from __future__ import annotations

from redo_py.app.report import describe
from redo_py.ground.errors import RedunError
from redo_py.records import OUTPUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job


def keep_tracebacks(execution: Execution) -> None:
    """Write the output of every job whose function raised, with the traceback at its end."""
    raised = [job for job in execution.failures if not isinstance(job.error, RedunError)]
    if raised:
        execution.doors.store.write(
            [(OUTPUT, (execution.id, job.seq, job.origin, with_traceback(job))) for job in raised]
        )


def with_traceback(job: Job) -> bytes:
    """What the job printed, and the traceback of its error on lines of its own."""
    gap = b"\n" if job.log and not job.log.endswith(b"\n") else b""
    return job.log + gap + f"{describe(job.error)}\n".encode("utf-8", "backslashreplace")

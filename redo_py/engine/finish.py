"""finish: an executor has answered. Is what came back the whole truth about this job? Only then is it remembered.

A job that ended well may still not be believed: an output may be missing, an input may have changed while the job read
it, it may have read something that a rule makes without saying so. Such a job runs again or fails; nothing of it is
recorded.

Which content a discovered input had when it was read can only be inferred: its present content is taken if the path
has the signature that this execution saw before the job started, or if it was last changed clearly before the start.
If it changed within the clock's tick before the start, the result is used but not remembered. Else it changed while
the job ran, and the job runs again.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job, JobState
from redo_py.engine.observe import ZERO, forget, observe, saw, stamp_values
from redo_py.engine.prepare import forget_identity
from redo_py.engine.queue import leave_pool
from redo_py.engine.reach import reaches
from redo_py.engine.record import Written, write_value
from redo_py.engine.reduce import settle
from redo_py.executors.api import Failed, Finished
from redo_py.files.api import ABSENT, DIRECTORY
from redo_py.ground.errors import RedunError, RunError
from redo_py.ground.nested import collect
from redo_py.ir.expression import Expression
from redo_py.task.builtin import COMMAND
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.executors.api import Outcome
    from redo_py.files.api import Stamp

TICK = 0.020  # seconds by which a file system's clock may lag behind ours
READS_AT_MOST = 3  # how often a job runs again because an input changed under it


class Changed(Exception):
    """An input is not what it was when the job was decided; the job must be decided again."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def finish(execution: Execution, outcomes: Sequence[Outcome]) -> None:
    """Take in outcomes of RUNNING jobs; each leaves REDUCING, concluded, READY, QUEUED or FAILED."""
    good: list[tuple[Job, Finished]] = []
    for outcome in outcomes:
        job = execution.frontier.running.get(outcome.seq)
        if job is None:
            raise AssertionError(f"BUG: an outcome for job {outcome.seq}, which is not running")
        job.started, job.ended, job.log = outcome.started, outcome.ended, outcome.output
        leave_pool(execution, job)
        if isinstance(outcome, Failed):
            fail_or_retry(execution, job, outcome.error)
        else:
            good.append((job, outcome))
    if good:
        believe(execution, good)


def believe(execution: Execution, good: list[tuple[Job, Finished]]) -> None:
    """Check what came back and settle it. Outputs of all jobs are read in one batch."""
    paths = [output.path for job, _ in good for output in job.outputs]
    stamps = {stamp.path: stamp for stamp in execution.doors.files.collect(paths)}
    for job, outcome in good:
        try:
            check_outputs(execution, job, stamps)
            job.discovered = check_discovered(execution, job, outcome.discovered)
            check_inputs(execution, job)
            result = outcome.value if job.task.fullname != COMMAND else tuple(job.products)
            job.result_written = written(execution, job, result)
        except Changed as change:
            run_again(execution, job, change.path)
        except RedunError as error:
            fail(execution, job, error)
        else:
            for file in job.products:
                execution.made_by[file.path] = job
            settle(execution, job, result)


def check_outputs(execution: Execution, job: Job, stamps: dict[str, Stamp]) -> None:
    """All declared outputs must be there and of the declared kind; they become the job's products."""
    for output in job.outputs:
        stamp = stamps[output.path]
        if stamp.kind == ABSENT:
            raise RunError("output-missing", path=output.path, origin=job.origin)
        if output.directory != (stamp.kind == DIRECTORY):
            kind = "a folder" if stamp.kind == DIRECTORY else "no folder"
            declared = "a folder (trailing slash)" if output.directory else "a file"
            raise RunError("output-kind", path=output.path, kind=kind, declared=declared)
    made = [stamps[output.path] for output in job.outputs]
    saw(execution, made)
    job.products = [File(stamp.path, stamp.digest, stamp.kind) for stamp in made]
    execution.ledger.update({stamp.path: (stamp.digest, stamp.kind) for stamp in made})


def check_discovered(execution: Execution, job: Job, read: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """The paths that the job says it read, beyond its arguments, with the content that it must have read."""
    if not read:
        return ()
    planner = execution.doors.planner
    known = {file.path for file in job.files}
    known.update(output.path for output in job.outputs)
    paths = [path for path in dict.fromkeys(planner.own_path(path) for path in read) if path not in known]
    for path in paths:
        producer = planner.producer(path)
        if producer is not None and not declared(execution, job, producer):
            raise RunError("undeclared-dependency", path=path, origin=job.origin)
    check_unchanged(execution, [execution.stamps[path] for path in paths if path in execution.stamps])
    seen_before = {path for path in paths if execution.seen_at.get(path, job.started) < job.started}
    stamps = observe(execution, paths)
    for path, stamp in zip(paths, stamps, strict=True):
        if path not in seen_before:
            check_age(execution, job, stamp)
    return tuple((path, stamp.digest or ZERO) for path, stamp in zip(paths, stamps, strict=True))


def check_age(execution: Execution, job: Job, stamp: Stamp) -> None:
    """A path first seen after the job ended must have been as it is before the job started; raises Changed."""
    if stamp.kind == ABSENT:
        return
    changed_at = max(stamp.signature[4], stamp.signature[5]) / 1e9
    if changed_at >= job.started:
        raise Changed(stamp.path)
    if changed_at >= job.started - TICK:
        job.volatile = execution.volatile = True


def declared(execution: Execution, job: Job, producer: Expression) -> bool:
    """Whether the job depends on the call `producer`, directly or not, order-only included."""
    return reaches(execution, job.expression, producer)


def check_inputs(execution: Execution, job: Job) -> None:
    """Every declared input must be what it was when the job was decided; raises Changed."""
    digests = {file.path: file.digest for file in job.files}
    check_unchanged(execution, job.input_stamps)
    for stamp in job.input_stamps:
        if (stamp.digest or ZERO) != digests.get(stamp.path, stamp.digest or ZERO):
            raise Changed(stamp.path)


def check_unchanged(execution: Execution, stamps: list[Stamp]) -> None:
    """Each path must still hold what its stamp says; one whose stamp proves nothing is read again. Raises Changed."""
    files = execution.doors.files
    for stamp, same in zip(stamps, files.unchanged(stamps), strict=True):
        if not same:
            forget(execution, [stamp.path])
            raise Changed(stamp.path)
    doubtful = [stamp for stamp in stamps if not stamp.trusted and stamp.kind != ABSENT]
    for stamp, now in zip(doubtful, files.observe([stamp.path for stamp in doubtful]), strict=True):
        if now.digest != stamp.digest and not is_link_product(execution, stamp):
            saw(execution, [now])
            raise Changed(stamp.path)


def is_link_product(execution: Execution, stamp: Stamp) -> bool:
    """Whether the stamp is of a link as such, which observing it as an input would follow."""
    return stamp.path in execution.made_by and stamp.kind not in (1, 2, DIRECTORY)


def run_again(execution: Execution, job: Job, path: str) -> None:
    """RUNNING -> READY: its files are looked at again, and it is decided again."""
    if job.tries > READS_AT_MOST:
        fail(execution, job, RunError("changes-while-read", path=path, origin=job.origin))
        return
    forget(execution, [path])
    undo(execution, job)
    forget_identity(execution, job)
    execution.doors.events.emit("retried", job, f"{path} changed while it was read")
    execution.frontier.set_state(job, JobState.READY)


def undo(execution: Execution, job: Job) -> None:
    """Remove what a job that is not believed has left at its outputs."""
    job.products = []
    job.discovered = ()
    job.volatile = False
    paths = [output.path for output in job.outputs]
    execution.doors.files.discard(paths)
    forget(execution, paths)


def fail_or_retry(execution: Execution, job: Job, error: BaseException) -> None:
    """RUNNING -> QUEUED while there are retries left, else FAILED."""
    if job.tries <= int(job.options.get("retries") or 0) and not execution.stopping:
        undo(execution, job)
        execution.doors.events.emit("retried", job, str(error))
        execution.frontier.set_state(job, JobState.QUEUED)
    else:
        fail(execution, job, error)


def fail(execution: Execution, job: Job, error: BaseException) -> None:
    """RUNNING -> FAILED by its own fault."""
    if not execution.settings.keep_failed:
        undo(execution, job)
    job.outcome = "failed"
    job.error = error
    execution.failures.append(job)
    execution.doors.events.emit("failed", job, error)
    execution.frontier.fail(job, error)


def written(execution: Execution, job: Job, result: Any) -> Written:
    """The result as the store keeps it; raises RunError for one that cannot be kept."""
    stamp_values(execution, collect(result, File))
    try:
        return write_value(result)
    except Exception as error:
        kind = type(result).__name__
        raise RunError("result-unwritable", task=job.task.fullname, kind=kind, error=str(error)) from error

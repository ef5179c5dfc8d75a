"""finish: an executor has answered. Is what came back the whole truth about this job? Only then is it remembered.

A job that ended well may still not be believed: an output may be missing, an input may have changed while the job read
it, it may have read something that a rule makes without saying so. Such a job runs again or fails; nothing of it is
recorded.

Which content a discovered input had when it was read can only be inferred: its present content is taken if the path
has the signature that this execution saw before the job started, or if it was last changed clearly before the start.
If it changed within the clock's tick before the start, the result is used but not remembered. Else it may have changed
while the job ran, and the job runs again, knowing now what it reads. Not remembered either is what comes of a process
that could not import all that changes what the job's code reaches.
"""

from __future__ import annotations

from redo_py.engine.examine import undeclared
from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail
from redo_py.engine.job import Job, JobState
from redo_py.engine.observe import forget, observe, saw, saw_products
from redo_py.engine.prepare import forget_identity
from redo_py.engine.record import record_early
from redo_py.engine.reduce import settle
from redo_py.engine.written import Written, write_value
from redo_py.executors.api import Asked, Failed, Finished
from redo_py.files.api import ABSENT, DIRECTORY, OTHER
from redo_py.ground.errors import RedunError, RunError
from redo_py.ground.nested import PLAIN, collect, substitute
from redo_py.ir.expression import Expression
from redo_py.tasks.builtin import COMMAND, SCRIPT, STDOUT
from redo_py.values.errors import keepable
from redo_py.values.file import File, Observed
from redo_py.values.hooks import after_call
from redo_py.values.unknown import ABSENT_DIGEST
from redo_py.values.value import IN_USE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.executors.api import Message
    from redo_py.files.api import Stamp
    from redo_py.values.file import Output

DEAR = 0.5  # seconds after which a call's work is recorded before those that it calls have ended: redun may be killed
GONE = "depfile-names-absent"
READS_AT_MOST = 3  # how often a job runs again because an input changed under it
SEVERAL = 16  # jobs that are believed together, while as many wait to be started
SETTLED = 32  # jobs that are DONE before some may wait for others to be believed together with them


class Changed(Exception):
    """An input is not what it was when the job was decided; the job must be decided again."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def finish(execution: Execution, outcomes: Sequence[Message]) -> None:
    """Take in outcomes of RUNNING jobs; each leaves REDUCING, concluded, READY, QUEUED or FAILED, or still RUNNING, to
    be believed soon. And what those ask that run on."""
    ended = execution.frontier.ended
    is_urgent = False
    for outcome in outcomes:
        job = execution.frontier.running.get(outcome.seq)
        if isinstance(outcome, Asked):
            if job is not None:
                from redo_py.engine.answering import ask

                ask(execution, job, outcome)
            continue
        if job is None:
            raise AssertionError(f"BUG: an outcome for job {outcome.seq}, which is not running")
        job.started, job.ended, job.log = outcome.started, outcome.ended, outcome.output
        job.usage = outcome.usage
        execution.places.leave(job)
        if outcome.tags:
            from redo_py.engine.tags import id_of, record_tags

            record_tags(execution, "job", id_of(execution, job), outcome.tags)
        if execution.stages:
            from redo_py.engine.staged import leave_stage

            leave_stage(execution, job)
        if isinstance(outcome, Failed) and id(outcome.error) in execution.blamed:
            fail_with(execution, job, outcome.error)
        elif isinstance(outcome, Failed):
            fail_or_retry(execution, job, outcome.error)
        else:
            ended.append((job, outcome))
            is_urgent = is_urgent or job.name != COMMAND
    if ended and (is_urgent or not can_wait(execution)):
        believe(execution)


def can_wait(execution: Execution) -> bool:
    """Whether commands that have ended may stay RUNNING until others are to be believed as well. First the next command
    starts in their place; and what is done for several at once takes half the time, since commands drive our code from
    the processor's caches. In a build that has just begun, or has little left to start, nothing waits."""
    frontier = execution.frontier
    return len(frontier.queue) >= SEVERAL and frontier.counts[JobState.DONE] >= SETTLED and not execution.stopping


def believe(execution: Execution) -> None:
    """Check what came back of those that have ended, and settle it. Outputs of all are read in one batch."""
    good, execution.frontier.ended = execution.frontier.ended, []
    paths = [output.path for job, _ in good for output in job.outputs]
    stamps = collected(execution, paths)
    look_at_tools(execution, [job for job, _ in good])
    for job, outcome in good:
        try:
            if job.outputs:
                check_outputs(execution, job, stamps)
            if job.options.get("absent_words"):
                from redo_py.engine.undeclared import check_words

                check_words(execution, job)
            if outcome.discovered:
                job.discovered = check_discovered(execution, job, outcome.discovered)
            elif job.name == SCRIPT:
                from redo_py.engine.script import files_read

                job.discovered = check_discovered(execution, job, files_read(execution, job))
            if job.options.get("offered"):
                from redo_py.engine.undeclared import offered_and_read

                job.discovered += offered_and_read(execution, job)
            if job.files and job.kind != "action":  # one may change what it names, and is not run twice for that
                look_at_inputs(execution, job, outcome.written)
            if job.tools:
                check_tools(execution, job)
            if outcome.lacked:
                job.volatile, execution.volatile = outcome.lacked, True
                job.reason += f"; its result is not remembered: its worker could not import {outcome.lacked}"
            result = result_of(execution, job, outcome)
            if outcome.written and job.files:
                from redo_py.engine.made import note_given

                note_given(execution, job, outcome.written)
            job.result_written = written(execution, job, result)
        except Changed as change:
            run_again(execution, job, change.path)
        except RedunError as error:
            fail_finished(execution, job, error)
        else:
            for file in job.products:
                execution.made_by[file.path] = job
            settle(execution, job, result)
            if job.state == JobState.REDUCING and outcome.ended - outcome.started > DEAR and job.manner.recorded:
                record_early(execution, job)
            if execution.mates:
                from redo_py.engine.share import release

                release(execution, job, job.result_written)


def collected(execution: Execution, paths: list[str]) -> dict[str, Stamp | RedunError]:
    """What was left at each path, kept as artifacts; of one that cannot be read, the error."""
    if not paths:
        return {}
    files = execution.doors.files
    try:
        return {stamp.path: stamp for stamp in files.collect(paths)}
    except RedunError as error:
        if len(paths) == 1:
            return {paths[0]: error}
        return {path: found for each in paths for path, found in collected(execution, [each]).items()}


def check_outputs(execution: Execution, job: Job, found: dict[str, Stamp | RedunError]) -> None:
    """All declared outputs must be there and of the declared kind; they become the job's products."""
    made = [check_output(job, output, found[output.path]) for output in job.outputs]
    saw_products(execution, made)
    job.products = [File(stamp.path, stamp.digest, stamp.kind) for stamp in made]
    execution.ledger.update({stamp.path: (stamp.digest, stamp.kind) for stamp in made})


def check_output(job: Job, output: Output, found: Stamp | RedunError) -> Stamp:
    """The stamp of one output; raises RunError for one that is not as declared."""
    if isinstance(found, RedunError):
        raise found
    if found.kind == ABSENT:
        raise RunError("output-missing", path=output.path, origin=job.origin)
    if output.directory != (found.kind == DIRECTORY) or found.kind == OTHER:
        kind = {DIRECTORY: "a folder", OTHER: "a device, socket or pipe"}.get(found.kind, "no folder")
        declared = "a folder (trailing slash)" if output.directory else "a file"
        raise RunError("output-kind", path=output.path, kind=kind, declared=declared)
    return found


def check_discovered(execution: Execution, job: Job, read: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """The paths that the job says it read, beyond its arguments, with the content that it must have read."""
    planner, seen_at = execution.doors.planner, execution.seen_at
    known = {file.path for file in job.files}
    known.update(output.path for output in job.outputs)
    paths = [path for path in dict.fromkeys(planner.own_path(path) for path in read) if path not in known]
    planner.look_up(paths)
    paths = [path for path in paths if planner.producer(path) is not job.expression]
    for path in undeclared(execution, job, paths):
        raise RunError("undeclared-dependency", path=path, origin=job.origin)
    check_unchanged(execution, [execution.stamps[path] for path in paths if path in execution.stamps])
    seen_before = {path for path in paths if path in seen_at and seen_at[path] <= job.started}
    stamps = observe(execution, paths)
    for path, stamp in zip(paths, stamps, strict=True):
        if path not in seen_before:
            check_age(execution, job, stamp)
    return tuple((path, stamp.digest or ABSENT_DIGEST) for path, stamp in zip(paths, stamps, strict=True))


def check_age(execution: Execution, job: Job, stamp: Stamp) -> None:
    """A path first seen after the job ended must have been as it is before the job started; raises Changed. If it was,
    but does not show it (it is absent, or its time lies in the future), the second run can tell: it has been seen."""
    if stamp.kind == ABSENT:
        raise Changed(stamp.path)
    for each in (stamp, *stamp.parts):  # what a link leads to counts too
        if each.signature:
            changed_at = max(each.signature[4], each.signature[5]) / 1e9
            if changed_at >= job.started:
                raise Changed(stamp.path)
            if changed_at >= job.started - execution.doors.files.tick(each.signature):
                job.volatile = execution.volatile = True


def look_at_inputs(execution: Execution, job: Job, written: Sequence[str]) -> None:
    """As check_inputs, but a function that is not to be repeated has most likely changed its inputs by itself."""
    try:
        check_inputs(execution, job, written)
    except Changed as change:
        if execution.settings.repeats:
            raise
        from redo_py.engine.overtaken import take_once

        take_once(execution, job, change.path)


def check_inputs(execution: Execution, job: Job, written: Sequence[str] = ()) -> None:
    """Every declared input must be what it was when the job was decided, but for what it has itself `written`; raises
    Changed."""
    digests = {file.path: file.digest for file in job.files}
    stamps = job.input_stamps
    if written:
        from redo_py.engine.made import places_of

        places = places_of(written)
        stamps = [stamp for stamp in stamps if stamp.path not in places]
    check_unchanged(execution, stamps)
    for stamp in stamps:
        if (stamp.digest or ABSENT_DIGEST) != digests.get(stamp.path, stamp.digest or ABSENT_DIGEST):
            raise Changed(stamp.path)


def look_at_tools(execution: Execution, jobs: list[Job]) -> None:
    """Whatever `jobs` ran with and is no longer the same is forgotten: its digest will be asked for again."""
    tools = {tool.key: tool for job in jobs for tool in job.tools if tool.key in execution.tools}
    if tools:
        for key, same in zip(tools, execution.doors.tools.unchanged(list(tools.values())), strict=True):
            if not same:
                del execution.tools[key]


def check_tools(execution: Execution, job: Job) -> None:
    """Every tool must be what it was when the job was decided; raises Changed."""
    for tool in job.tools:
        if execution.tools.get(tool.key) != tool.digest:
            raise Changed(tool.name)


def check_unchanged(execution: Execution, stamps: Sequence[Stamp]) -> None:
    """Each path must still hold what its stamp says; one whose stamp proves nothing is read again. Raises Changed."""
    files = execution.doors.files
    for stamp, same in zip(stamps, files.unchanged(stamps), strict=True):
        if not same:
            forget(execution, [stamp.path])
            raise Changed(stamp.path)
    doubtful = [stamp for stamp in stamps if not stamp.trusted and stamp.kind != ABSENT]
    for stamp, now in zip(doubtful, files.observe([stamp.path for stamp in doubtful]), strict=True):
        if now.digest != stamp.digest:
            saw(execution, [now])
            raise Changed(stamp.path)


def run_again(execution: Execution, job: Job, path: str, how: str = "changed while it was read") -> None:
    """RUNNING -> READY: its files are looked at again, and it is decided again."""
    if job.tries > READS_AT_MOST:
        from redo_py.engine.undeclared import changes_while_read

        fail_finished(execution, job, changes_while_read(job, path))
        return
    execution.volatile = True  # others may have been decided by what the path held before
    undo(execution, job)
    forget_identity(execution, job)
    execution.doors.events.emit("retried", job, f"{path} {how}")
    execution.frontier.set_state(job, JobState.READY)


def undo(execution: Execution, job: Job) -> None:
    """Remove what a job that is not believed has left at its outputs and depfiles."""
    job.products, job.made = [], []
    job.discovered = ()
    job.volatile = False
    paths = [*[output.path for output in job.outputs], *job.depfiles]
    execution.doors.files.discard(paths)
    forget(execution, paths)


def fail_or_retry(execution: Execution, job: Job, error: BaseException) -> None:
    """RUNNING -> QUEUED while there are retries left, else FAILED. What a depfile names and is gone may have been
    removed by somebody while the job ran: if so, the next run says nothing of it."""
    if job.tries == 1 and isinstance(error, RunError) and error.code == GONE and not execution.stopping:
        run_again(execution, job, str(error.words["name"]), "was read and is not there")
    elif job.tries <= int(job.options.get("retries") or 0) and not execution.stopping:
        undo(execution, job)
        execution.doors.events.emit("retried", job, str(error))
        execution.frontier.set_state(job, JobState.QUEUED)
    else:
        fail_finished(execution, job, error)


def fail_with(execution: Execution, job: Job, error: BaseException) -> None:
    """RUNNING -> FAILED by the fault of a call that it awaited."""
    job.outcome = "failed"
    execution.doors.events.emit("skipped", job)
    execution.frontier.fail(job, error)


def fail_finished(execution: Execution, job: Job, error: BaseException) -> None:
    """RUNNING -> FAILED by its own fault."""
    if not execution.settings.keep_failed:
        undo(execution, job)
    if execution.handling.attempts and (job.files or job.tools) and not read_what_was_decided(execution, job):
        job.volatile = True  # nobody knows why it failed
    fail(execution, job, error)


def read_what_was_decided(execution: Execution, job: Job) -> bool:
    """Whether the inputs and tools of `job`, which failed, are still those that it was decided with."""
    try:
        look_at_tools(execution, [job])
        check_inputs(execution, job)
        check_tools(execution, job)
    except (Changed, RedunError):
        return False
    return True


def result_of(execution: Execution, job: Job, outcome: Finished) -> Any:
    """What the job reduced to. Files in a function's result get the digests of now: it may just have written them."""
    if job.name == COMMAND:
        return tuple(job.products)
    result = outcome.value
    if job.name == STDOUT:
        return result.rstrip(b"\n").decode("utf-8", "surrogateescape")
    if job.name == SCRIPT:
        from redo_py.engine.script import result_of_script

        return result_of_script(execution, job, result)
    if "handle" in IN_USE:
        from redo_py.engine.handles import advanced

        result = advanced(execution, job, result)
    if "postprocess" in IN_USE:
        result = after_call(result, {"pre_call_hash": job.eval_hash.hex()})
    if job.options.get("script"):
        from redo_py.tasks.scripts import returned_script

        result = returned_script(result, job.arguments)
    if type(result) in PLAIN or not collect(result, (Observed, Expression)):
        return result
    from redo_py.engine.made import seen_now, tell_lost

    result = seen_now(execution, job, result, outcome.written)
    tell_lost(execution, job, result, outcome.written)
    return result


def written(execution: Execution, job: Job, result: Any) -> Written:
    """The result as the store keeps it; raises RunError for one that cannot be kept."""
    try:
        try:
            return write_value(execution, result)
        except Exception:
            return write_value(execution, substitute(result, BaseException, keepable))
    except Exception as error:
        kind = type(result).__name__
        raise RunError("result-unwritable", task=job.name, kind=kind, error=str(error)) from error

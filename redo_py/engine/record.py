"""record: jobs that have their final value become DONE, and what is to be remembered of them goes to the store."""

from __future__ import annotations

from redo_py.engine.address import address_of
from redo_py.engine.execution import Execution
from redo_py.engine.job import NOBODY, UNASKED, Job, JobState
from redo_py.engine.manner import ORDINARY
from redo_py.engine.observe import with_references
from redo_py.engine.record_arguments import record_arguments, record_parts
from redo_py.engine.rooted import rooted
from redo_py.engine.written import shown
from redo_py.ground import hashing
from redo_py.records import (
    CALL,
    EDGE,
    FILE_USE,
    JOB,
    LATEST,
    LEDGER,
    OUTPUT,
    TASK,
    TRACE,
    VALUE,
)
from redo_py.tasks.builtin import COMMAND, SCRIPT
from redo_py.tasks.task import Task, TaskReference
from redo_py.values.codec import dump, preview
from redo_py.values.encoding import encode
from redo_py.values.file import is_url
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.engine.written import Written
    from redo_py.values.file import File

NOTHING = encode(())
NO_DISCOVERY = hashing.digest(hashing.VALUE, NOTHING)
MADE = ("ran", "adopted")  # outcomes that are calls of their own, and not those of earlier executions
LONGEST_COMMAND = 2000  # characters of a script that are kept as text
APART = b""  # in place of the digest of all arguments: each is kept by itself
NOT_MEASURED = (None, None)  # in place of what a job took
LARGE = 1 << 16  # bytes of a result that are not kept for those who may want it again


def record(execution: Execution) -> None:
    """Every concluded job becomes DONE, wakes those that wait for it, and is recorded."""
    frontier = execution.frontier
    concluded, frontier.concluded = frontier.concluded, []
    for job in concluded:
        if job.leader is not None:
            job.call_hash, job.value_hash = job.leader.call_hash, job.leader.value_hash
        elif job.manner is not ORDINARY:
            record_specially(execution, job)
        elif job.outcome in MADE or job.result_written[1]:
            record_call(execution, job)
        if execution.assumed:
            from redo_py.engine.guess import inherit

            inherit(execution, job)
        execution.doors.events.emit("done" if job.outcome == "ran" else job.outcome, job)
        if job.manner.recorded:
            record_job(execution, job)
        frontier.set_state(job, JobState.DONE)
        frontier.arrive(job)
        for follower in job.followers:
            follower.products = job.products
            follower.value = job.value
            frontier.concluded.append(follower)
        job.followers = NOBODY
        if not execution.settings.dry:
            settle(execution, job)


def settle(execution: Execution, job: Job) -> None:
    """`job` is DONE: let what is not needed go. For its result the store can be asked, once it has it, if it may be."""
    job.settle()
    if not job.result_written[1]:
        return
    is_found = job.kind == "task" and not job.always and not job.volatile and not takes_none(execution)
    is_large = len(job.result_written[2]) > LARGE and job.manner.recorded
    if is_found and (is_large or job.manner is ORDINARY):
        execution.written.append(job)


def takes_none(execution: Execution) -> bool:
    """Whether `execution` has to compute something although the store may have it."""
    return execution.settings.force_all or execution.settings.forces is not None


def record_specially(execution: Execution, job: Job) -> None:
    """What `record` writes of a job whose manner is its own."""
    manner = job.manner
    if not manner.recorded:
        job.value_hash = job.result_written[0]
        record_placed(execution, job, job.products)
        return
    if job.outcome in MADE or job.has_result:
        record_call(execution, job)
    if job.options.get("tags"):
        from redo_py.engine.tags import record_job_tags

        record_job_tags(execution, job, execution.doors.tasks.digest(job.task))
    if manner.shallow and job.kind != "action":
        from redo_py.engine.record_ultimate import record_ultimate

        record_ultimate(execution, job)


def record_call(execution: Execution, job: Job) -> None:
    """The rows of a call that was made: what it was, what came out, and how to find it again."""
    result = job.result_written
    record_node(execution, job, result, shown(result, job.value), final_result(execution, job))
    record_parts(execution, result[0], result[2], job.value)
    record_run(execution, job)


def record_reduction(execution: Execution, job: Job) -> None:
    """The same of a call that was made, but fails because of what it was reduced to: it has no value."""
    result = job.result_written
    record_node(execution, job, result, shown(result, job.result), None)
    record_parts(execution, result[0], result[2], job.result)
    record_run(execution, job)


def record_early(execution: Execution, job: Job) -> None:
    """The same of a call whose own calls have not ended yet, so that its work is not lost with this process. `record`
    writes the rest."""
    record_reduction(execution, job)
    job.call_hash = job.value_hash = b""


def record_run(execution: Execution, job: Job) -> None:
    """How to find the result of a call that was made, and what it printed."""
    if not job.volatile and job.kind != "action" and not job.manner.is_async:
        record_trace(execution, job)
    if job.log:
        execution.buffer[OUTPUT] += (execution.id, job.seq, job.origin, bytes(job.log))


def record_node(execution: Execution, job: Job, result: Written, text: str, final: bytes | None) -> None:
    """The rows that say what a call was and what came out. `text` is kept beside that; `final` is what it came to."""
    buffer = execution.buffer
    job.value_hash = result[0]
    task_hash = record_task(execution, job)
    children: list[bytes] = []
    if job.children:
        children += dict.fromkeys([child.call_hash for child in job.children if child.call_hash])
    job.call_hash = hashing.digest(hashing.CALL, b"".join((task_hash, job.args_hash, job.value_hash, *children)))
    arguments = APART  # but together where failures are told apart by them, see engine.failed
    if job.error is not None or job.manner is not ORDINARY or not job.pieces or not all_plain(job):
        arguments = job.args_hash
        kept = ("plain", job.args_bytes) if job.args_bytes else ("unkept", b"")
        buffer[VALUE] += (arguments, *kept, said_of(job))
    buffer[VALUE] += (*result, text)
    buffer[CALL] += (job.call_hash, job.name, task_hash, arguments, job.value_hash, final)
    for position, child in enumerate(children):
        buffer[EDGE] += (job.call_hash, position, child)
    record_arguments(execution, job)
    if job.files or job.discovered or job.products or job.made:
        record_files(execution, job)


def all_plain(job: Job) -> bool:
    """Whether each argument of `job` can be read back by itself."""
    return all(plain for _, plain in job.pieces)


def said_of(job: Job) -> str:
    """The text that is kept beside the arguments of a job."""
    return preview(job.arguments["command"], LONGEST_COMMAND) if job.name == SCRIPT else ""


def final_result(execution: Execution, job: Job) -> bytes | None:
    """The digest of the value that `job` ended with, which is recorded, if it returned expressions; None for one that
    cannot be kept."""
    if not job.result_written[1].startswith("expression:"):
        return None
    try:
        written = dump(with_references(execution, job.value), room=execution.settings.room)
    except Exception:  # whatever pickling it raises: an operation on a value may give anything
        return None
    execution.buffer[VALUE] += (*written, shown(written, job.value))
    record_parts(execution, written[0], written[2], job.value)
    return written[0]


def record_trace(execution: Execution, job: Job) -> None:
    """What lets a later execution find the result."""
    discovered, key = NOTHING, NO_DISCOVERY
    if job.discovered:
        discovered = encode(job.discovered)
        key = hashing.digest(hashing.VALUE, discovered)
    products = encode(tuple(file.state() for file in job.products)) if job.products else NOTHING
    execution.buffer[TRACE] += (job.eval_hash, key, job.value_hash, job.call_hash, discovered, products, job.ended)


def record_task(execution: Execution, job: Job) -> bytes:
    """The task's digest; its code, and that of tasks among the arguments, is written the first time it is met."""
    if job.name != COMMAND:
        for item in job.notable:
            if isinstance(item, (Task, TaskReference)):
                name = item.name if isinstance(item, TaskReference) else item.fullname
                record_code(execution, execution.doors.tasks.resolve(name))
    return record_code(execution, job.task)


def record_code(execution: Execution, task: Task) -> bytes:
    """The digest of `task`, whose code is written if that was not done yet."""
    tasks = execution.doors.tasks
    digest = tasks.digest(task)
    if digest not in execution.tasks_recorded:
        execution.tasks_recorded.add(digest)
        execution.buffer[TASK] += (digest, task.fullname, tasks.text(task), encode(tasks.parts(task)))
    return digest


def record_files(execution: Execution, job: Job) -> None:
    """What it read of the project, what it made, and that redun put it there."""
    buffer = execution.buffer
    read = [(file.path, file.digest) for file in job.files]
    read += [pair for pair in job.discovered if not pair[0].startswith("/") and pair[1] != ABSENT_DIGEST]
    for path, digest in read:
        buffer[FILE_USE] += (execution.id, job.seq, rooted(execution, path), "r", digest)
    for file in job.products:
        buffer[FILE_USE] += (execution.id, job.seq, rooted(execution, file.path), "w", file.digest)
        if execution.settings.restores and not is_url(file.path):
            record_placed(execution, job, [file])
    for path, digest in job.made:
        buffer[FILE_USE] += (execution.id, job.seq, rooted(execution, path), "w", digest)


def record_placed(execution: Execution, job: Job, files: Sequence[File]) -> None:
    """That `job` has put `files` where they are."""
    for file in files:
        execution.buffer[LEDGER] += (rooted(execution, file.path), file.digest, file.kind, job.origin)


def record_job(execution: Execution, job: Job) -> None:
    """The row of the job itself, and where `why` finds the last call of its address."""
    if execution.settings.dry and job.outcome != "adopted":
        return
    write_row(execution, job, job.outcome)
    if job.call_hash:
        done = job.leader or job
        discovered = encode(done.discovered) if done.discovered else NOTHING
        address = job.address if job.address is not UNASKED else address_of(execution, job)
        evaluation = unremembered(job) if isinstance(job.volatile, str) else job.eval_hash
        latest = (*address, job.call_hash, evaluation, discovered, execution.id, done.seq)
        execution.buffer[LATEST] += latest
    if job.outcome == "restored":
        record_placed(execution, job, job.products)


def unremembered(job: Job) -> bytes:
    """What stands for the evaluation of `job` in LATEST if its worker lacked a module: `why` tells by that."""
    return hashing.digest(hashing.EVALUATION, b"without a module" + job.eval_hash)


def write_row(execution: Execution, job: Job, state: str, call: bytes | None = None) -> None:
    """The row of `job` alone, which is in `state`, see records.JOB; `call` is what stands for its call while it has
    none."""
    caller = job.parent
    while caller is not None and not caller.manner.recorded:
        caller = caller.parent
    parent = caller.seq if caller is not None else None
    started, ended = job.started, job.ended
    if not (started and ended):
        now = execution.doors.clock.now()
        started, ended = started or now, ended or now
    cpu, memory = job.usage or NOT_MEASURED
    row = (
        execution.id, job.seq, parent, job.call_hash or call, job.name, job.origin, state, job.reason, started, ended,
        cpu, memory or None,
    )  # fmt: skip
    execution.buffer[JOB] += row

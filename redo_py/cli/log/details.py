"""All that is known of one job, call, task or value, as lines."""

from __future__ import annotations

from redo_py.app.report import printable, text_of
from redo_py.app.telling.history import moment
from redo_py.cli.log.lines import SHORT, bracketed, duration, indented, job_line
from redo_py.ground.units import shown_size
from redo_py.query.log.executions import tags_of
from redo_py.query.log.jobs import Job, Tree, job_of
from redo_py.records import CALL, FAILURE, FILE_USE, JOB, OUTPUT, TASK
from redo_py.tasks.builtin import BUILTIN, SHELL_TASKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.app.telling.recorded import Recorded
    from redo_py.query.log.calls import Call

RAISED = "Traceback (most recent call last):\n"  # behind what a function printed stands what it raised
RELATED = 10  # calls, files or versions of one kind that have a line each


def job_lines(recorded: Recorded, job: Job) -> Iterator[str]:
    """A job: what led to it, how long it took and why it ran; then its call, and the code as it was."""
    yield f"Job {job.id} {bracketed(job.status)} {moment(job.started)}:  {printable(recorded.calls.text(job))}"
    past = recorded.executions.get(job.execution)
    tree = Tree(recorded.store, past) if past is not None else None
    if tree is not None:
        yield f"Traceback: {trail(recorded, tree, job)}"
        yield f"Duration: {duration(job.seconds)}{below(tree, job)}"
    if job.cpu is not None:
        yield f"Processor time: {duration(job.cpu)}{peak(job)}"
    if job.reason:
        yield f"Because: {printable(job.reason)}"
    if tags := tags_of(recorded.store, "job", job.digest):
        yield "Tags: " + printable(", ".join(f"{key}={value}" for key, value in tags))
    if job.status == "CACHED":
        yield from made_by(recorded, job)
    yield from failure_lines(recorded, job)
    call = recorded.calls.get(job.call) if job.call is not None else None
    yield from files_of(recorded, job)
    if call is not None:
        yield ""
        yield from indented(call_lines(recorded, call), "  ")
        yield from indented(code_of(recorded, call), "  ")


def trail(recorded: Recorded, tree: Tree, job: Job) -> str:
    """The jobs that led to one, the last ones by name."""
    callers = tree.callers(job.seq)
    steps = [f"Exec {job.execution.hex()[:SHORT]}"]
    if len(callers) > 1:
        steps.append(f"({len(callers) - 1:,} {'Job' if len(callers) == 2 else 'Jobs'})")
    for seq in callers[-1:]:
        caller = recorded.job(job.execution, seq)
        if caller is not None:
            steps.append(f"Job {caller.id[:SHORT]} {name_of(caller)}")
    return printable(" > ".join([*steps, f"Job {job.id[:SHORT]} {name_of(job)}"]))


def name_of(job: Job) -> str:
    """What a job is called in few words: its task without the namespace, or what it was to make."""
    return job.origin if job.task in BUILTIN else job.task.rpartition(".")[2]


def below(tree: Tree, job: Job) -> str:
    """How long it took with all that it led to, if it led to anything."""
    if not tree.called(job.seq):
        return ""
    return f" (with what it called: {duration(max(0.0, tree.ended(job.seq) - job.started))})"


def peak(job: Job) -> str:
    """The most memory that its processes had, if that is known."""
    return f", memory: {shown_size(job.memory)}" if job.memory is not None else ""


def made_by(recorded: Recorded, job: Job) -> Iterator[str]:
    """Which job ran for the result that one took."""
    if job.call is None:
        return
    where = {"call": job.call, "state": "ran"}
    columns = ("execution", "seq")
    for execution, seq in recorded.store.rows(JOB, where, "started", True, 1, columns):
        runner = job_of(recorded.store, execution, seq, is_under_way=False)
        if runner is not None:
            yield f"Result of: Job {runner.id[:SHORT]} of Exec {execution.hex()[:SHORT]}, {moment(runner.started)}"


def failure_lines(recorded: Recorded, job: Job) -> Iterator[str]:
    """What a job failed with, or which of those that it called failed, and what it had printed."""
    key = {"execution": job.execution, "seq": job.seq}
    told = list(recorded.store.rows(FAILURE, key, columns=["kind", "message", "trace"]))
    if job.state == "failed" and not told:
        yield from failed_below(recorded, job)
    for kind, message, trace in told:
        yield ""
        yield f"  Error: {printable(': '.join(part for part in (kind, message) if part))}"
        yield from indented(map(printable, trace.splitlines()), "    ")
    for (printed,) in recorded.store.rows(OUTPUT, key, columns=["text"]):
        text = text_of(printed)
        lines = (text.rpartition(RAISED)[0] if told and RAISED in text else text).splitlines()
        if lines:
            yield ""
            yield "  Output:"
            yield from indented(map(printable, lines), "    ")


def failed_below(recorded: Recorded, job: Job) -> Iterator[str]:
    """The failed ones among the jobs that one called."""
    where = {"execution": job.execution, "parent": job.seq, "state": "failed"}
    rows = list(recorded.store.rows(JOB, where, "seq", limit=RELATED + 1))
    if rows:
        yield ""
        yield "  Failed in:"
    for row in rows[:RELATED]:
        yield f"    {job_line(recorded, Job(row, is_under_way=False))}"
    if len(rows) > RELATED:
        yield "    ... and more"


def files_of(recorded: Recorded, job: Job) -> Iterator[str]:
    """The files that a job has read and made."""
    key = {"execution": job.execution, "seq": job.seq}
    columns = ("mode", "path", "content")
    uses = sorted(recorded.store.rows(FILE_USE, key, columns=columns))
    if uses:
        yield ""
        yield "  Files:"
    for mode, path, content in uses[:RELATED]:
        yield f"    File {content.hex()[:SHORT]} {mode}  {printable(path)}"
    if len(uses) > RELATED:
        yield f"    ... and {len(uses) - RELATED:,} more files"


def call_lines(recorded: Recorded, call: Call) -> Iterator[str]:
    """A call node: what it was given, what came out, what called it and what it called."""
    calls = recorded.calls
    yield printable(f"CallNode {call.digest.hex()} {call.task}")
    if call.task in SHELL_TASKS:
        yield from labelled("Command:", calls.steps(call))
    else:
        yield from labelled("Args:", [", ".join(text for _, text in calls.arguments(call))])
    yield from labelled("Result:", [calls.value(call.result)])
    for title, others in (("Parents:", calls.parents(call.digest)), ("Children:", calls.children(call.digest))):
        yield from labelled(title, [call_name(recorded, each) for each in others[:RELATED]])
        if len(others) > RELATED:
            yield f"            ... and {len(others) - RELATED:,} more"


def labelled(label: str, texts: list[str]) -> Iterator[str]:
    """Texts below each other, `label` before the first one."""
    for number, text in enumerate(texts):
        yield f"  {label if not number else '':<10}{printable(text)}".rstrip()


def call_name(recorded: Recorded, digest: bytes) -> str:
    """A call in few words."""
    rows = recorded.store.rows(CALL, {"call": digest}, columns=["task"])
    return " ".join([digest.hex()[:SHORT], *(task for (task,) in rows)])


def code_of(recorded: Recorded, call: Call) -> Iterator[str]:
    """The code that a call ran, if it was the user's."""
    if call.task in BUILTIN:
        return
    code = recorded.calls.code(call.task_hash)
    yield ""
    yield printable(f"Task {call.task_hash.hex()} {call.task}")
    if code is not None and code[1]:
        yield ""
        yield from indented(map(shown_code, code[1].rstrip().splitlines()), "  ")


def shown_code(line: str) -> str:
    """A line of code; tabs stay."""
    return "\t".join(map(printable, line.split("\t")))


def task_lines(recorded: Recorded, task_hash: bytes) -> Iterator[str]:
    """One version of a task, its code, and the other versions there were."""
    code = recorded.calls.code(task_hash)
    name, text = code or ("", "")
    yield printable(f"Task {task_hash.hex()} {name}")
    yield ""
    yield from indented(map(shown_code, text.rstrip().splitlines()), "  ")
    others = [other for (other,) in recorded.store.rows(TASK, {"task": name}, columns=["task_hash"])]
    others = [other for other in others if other != task_hash]
    if others:
        yield ""
        yield "Other versions:"
        yield from (f"  Task {other.hex()[:SHORT]}" for other in others[:RELATED])
        if len(others) > RELATED:
            yield f"  ... and {len(others) - RELATED:,} more"


def value_lines(recorded: Recorded, digest: bytes) -> Iterator[str]:
    """A value, and the calls that it came from and went to."""
    from redo_py.records import ARGUMENT

    yield f"Value {digest.hex()}"
    yield f"  {printable(recorded.calls.value(digest))}"
    store = recorded.store
    results = [*store.rows(CALL, {"value": digest}, columns=["call"])]
    results += store.rows(CALL, {"result": digest}, columns=["call"])
    arguments = [*store.rows(ARGUMENT, {"value": digest}, columns=["call"])]
    for title, found in (("Result of", results), ("Argument of", arguments)):
        calls = list(dict.fromkeys(call for (call,) in found))
        if calls:
            yield ""
            yield f"{title}:"
            yield from (f"  CallNode {call_name(recorded, call)}" for call in calls[:RELATED])
            if len(calls) > RELATED:
                yield f"  ... and {len(calls) - RELATED:,} more"


def whole_call_lines(recorded: Recorded, call: Call) -> Iterator[str]:
    """A call node, its code, and the jobs that came to it."""
    yield from call_lines(recorded, call)
    yield from code_of(recorded, call)
    yield from call_jobs_lines(recorded, call.digest)


def call_jobs_lines(recorded: Recorded, call: bytes) -> Iterator[str]:
    """The jobs that came to a call by themselves, the latest first."""
    columns = ("execution", "seq", "state")
    rows = recorded.store.rows(JOB, {"call": call}, "started", True, None, columns)
    keys = [(execution, seq) for execution, seq, state in rows if state != "joined"]
    if keys:
        yield ""
        yield "Jobs:"
    for execution, seq in keys[:RELATED]:
        job = recorded.job(execution, seq)
        if job is not None:
            yield f"  {job_line(recorded, job)}"
    if len(keys) > RELATED:
        yield f"  ... and {len(keys) - RELATED:,} earlier ones"

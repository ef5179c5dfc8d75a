"""The traceback of a task: through which jobs it came about, and where in its code it was raised."""

from __future__ import annotations

from linecache import getline

from redo_py.app.report import describe
from redo_py.executors.failures import trace_elsewhere
from redo_py.ground.errors import ErrorList, RedunError
from redo_py.ground.frames import details_of, shown_value, trace_of
from redo_py.ground.job_ids import short_job_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from redo_py.engine.job import Job

DEEPEST = 20  # jobs; of more the middle is left out
REMEMBERED = "what it returned is remembered, without the line that made the call"
TASKS = "Traceback (most recent task last):"
MOST_DECORATORS = 50  # lines above the `def` of a task that are looked at


def task_trace(execution: bytes, job: Job, error: BaseException) -> list[str]:
    """The lines about `error`, by which `job` of `execution` failed."""
    above = list(jobs_above(execution, job))
    if isinstance(error, (RedunError, ErrorList)):
        return [*([TASKS, *above] if above else []), *describe(error).splitlines()]
    there = trace_elsewhere(error)
    return [TASKS, *above, own_line(execution, job), *(there.splitlines() if there else trace_of(error))]


def jobs_above(execution: bytes, job: Job) -> Iterator[str]:
    """The lines about the jobs whose reduction led to `job`, the outermost first, each where it called the next."""
    chain: list[tuple[Job, Job]] = []  # (caller, called)
    called = job
    while called.parent is not None:
        chain.append((called.parent, called))
        called = called.parent
    chain.reverse()
    for number, (each, after) in enumerate(chain):
        if number == DEEPEST // 2 and len(chain) > DEEPEST:
            yield f"  ... {len(chain) - DEEPEST} more jobs ..."
        if number < DEEPEST // 2 or number >= len(chain) - DEEPEST // 2:
            yield from place_of_call(execution, each, after)


def place_of_call(execution: bytes, job: Job, called: Job) -> Iterator[str]:
    """The lines about `job` at the moment when it called `called`."""
    span = called.expression.span if called.expression is not None else None
    variables = [(name, shown_value(value)) for name, value in job.arguments.items()]
    if span is None or span.file != file_of(job):
        yield own_line(execution, job)
        if span is None and file_of(job) and not job.tries:  # if it ran, a form has made the call
            yield f"    ({REMEMBERED})"
        yield from details_of("", variables)
    else:
        yield f'  Job {short_job_id(execution, job.seq)}: File "{span.file}", line {span.line}, in {job.task.name}'
        yield from details_of(getline(span.file, span.line).strip(), variables)


def file_of(job: Job) -> str:
    """The file of the job's task; "" if it has none."""
    code = getattr(job.task.func, "__code__", None)
    return code.co_filename if code is not None else ""


def own_line(execution: bytes, job: Job) -> str:
    """The line that says which job it is, and where the `def` of its task is."""
    file = file_of(job)
    place = f'File "{file}", line {line_of_def(job.task.func.__code__)}, in {job.task.name}' if file else job.name
    return f"  Job {short_job_id(execution, job.seq)}: {place}"


def line_of_def(code: CodeType) -> int:
    """The line of the `def` that made `code`, below its decorators; the first line of both if it is not to be seen."""
    first = code.co_firstlineno
    for line in range(first, first + MOST_DECORATORS):
        if getline(code.co_filename, line).split("(")[0].split()[-2:] == ["def", code.co_name]:
            return line
    return first

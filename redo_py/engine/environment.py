"""environment: what a job that asks for an environment of its own rests on, and where it runs.

The files that describe it are inputs of the job like any other, and its content is in the key: another requirements
file is another call, a touched one is not.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.ground.errors import RedunError, UsageError
from redo_py.ground.spans import Span
from redo_py.tasks.builtin import BUILTIN, COMMAND, SCRIPT, SHELL_TASKS, STDOUT
from redo_py.tasks.declaration.environments import ARGUMENT, OPTION
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.executors.api import Executor
    from redo_py.tasks.task import Task


def take_environment(execution: Execution, job: Job) -> None:
    """Let the files of the environment that `job` asks for be among its inputs. Raises RedunError, at the call, if one
    of them is missing."""
    if job.name not in (*SHELL_TASKS, SCRIPT) and is_ours(job.task):
        return  # a function of redun's own, which has it from a call above
    assert job.expression is not None
    environment = job.options[OPTION]
    try:
        paths = execution.doors.tools.environment_files(environment)
    except RedunError as error:
        error.span = error.span or job.expression.span or span_of_def(job.task)
        error.facts.append(("for", f"{job.origin}{place_of(job.task)}"))
        raise
    job.manner.environment = (environment, tuple([File(path) for path in paths]))


def is_ours(task: Task) -> bool:
    """Whether the function of `task` is one of redo_py."""
    return str(getattr(task.func, "__module__", "")).startswith("redo_py.")


def span_of_def(task: Task) -> Span | None:
    """Where a task of the user's is written, for one that nothing of the user's calls."""
    code = getattr(task.func, "__code__", None)
    return Span(code.co_filename, code.co_firstlineno, 1) if code is not None else None


def place_of(task: Task) -> str:
    """Where a task of the user's is written, as it stands behind its name: a call that is remembered has no place."""
    span = span_of_def(task)
    return f", {span.file}:{span.line}" if span is not None and task.fullname not in BUILTIN else ""


def with_environment(execution: Execution, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    """`arguments` with what tells the environment from another one. Its files have been looked at."""
    assert job.manner.environment is not None
    environment, files = job.manner.environment
    paths = {file.path for file in files}
    seen = {file.path: file for file in job.files if file.path in paths}
    told = {OPTION: environment, "python": execution.doors.tools.python, "files": tuple(seen.values())}
    return {**arguments, ARGUMENT: told}


def executor_within(execution: Execution, job: Job, name: str) -> Executor | None:
    """What runs `job`, which would run in the executor `name`, in its environment; None if there is no executor of that
    name. Raises RedunError."""
    assert job.manner.environment is not None
    if job.manner.is_async:
        raise UsageError("environment-async", label=job.origin)
    executors: Any = execution.doors.executors
    is_call = job.name not in (COMMAND, STDOUT, SCRIPT)
    found: Executor | None = executors.within(name, job.manner.environment[0], is_call)
    return found

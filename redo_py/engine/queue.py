"""queue: hand queued jobs to executors, as far as there is room."""

from __future__ import annotations

from collections import deque

from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail
from redo_py.engine.job import Job, JobState
from redo_py.engine.observe import observe, with_tasks
from redo_py.engine.prepare import forget_identity
from redo_py.engine.room import make_room
from redo_py.engine.temporary import materialise_for
from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.ground.errors import RedunError, UsageError
from redo_py.tasks.builtin import COMMAND, STEPS
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def submit(execution: Execution) -> None:
    """Start QUEUED jobs while fewer than `jobs` run and nothing has stopped the execution."""
    frontier = execution.frontier
    while frontier.queue and len(frontier.running) < execution.settings.jobs and not execution.stopping:
        job = frontier.queue.popleft()
        if job.state != JobState.QUEUED:
            continue
        pool = job.options.get("pool")
        if pool and not enter_pool(execution, pool):
            execution.pool_waiting.setdefault(pool, deque()).append(job)
            continue
        try:
            launch(execution, job)
        except (RedunError, OSError) as error:
            leave_pool(execution, job)
            fail(execution, job, error)


def launch(execution: Execution, job: Job) -> None:
    """QUEUED -> RUNNING: make room for its outputs and hand it over. Raises what keeps it from running."""
    materialise_for(execution, job)
    if not still_as_decided(execution, job):
        leave_pool(execution, job)
        execution.frontier.set_state(job, JobState.READY)
        return
    executor = execution.doors.executors.get(executor_name(job))
    if executor is None:
        raise unknown_executor(execution, job)
    # Nothing may lie at its depfiles either: what is found there afterwards must have been written by this run.
    make_room(execution, job, [*(output.path for output in job.outputs), *job.depfiles])
    job.tries += 1
    job.started = execution.doors.clock.now()
    execution.frontier.set_state(job, JobState.RUNNING)
    execution.doors.events.emit("started", job)
    executor.submit([spec_of(execution, job)])


def still_as_decided(execution: Execution, job: Job) -> bool:
    """Whether the digests that `job` was decided with are those that its files and tools were last seen with; else it
    is READY again. A file or tool that is shared with a job that saw it change is told apart here."""
    if any(execution.tools.get(tool.key) != tool.digest for tool in job.tools):
        forget_identity(execution, job)
        return False
    if not job.files:
        return True
    job.input_stamps = observe(execution, [file.path for file in job.files])
    for file, stamp in zip(job.files, job.input_stamps, strict=True):
        if (stamp.digest or ABSENT_DIGEST) != file.digest:
            forget_identity(execution, job)
            return False
    return True


def executor_name(job: Job) -> str:
    """The executor that the job asks for; by default "command" for commands and "thread" for functions."""
    asked: str | None = job.options.get("executor")
    return asked or ("command" if job.name == COMMAND else "thread")


def unknown_executor(execution: Execution, job: Job) -> UsageError:
    """The error for an executor that is not configured."""
    from difflib import get_close_matches

    name = executor_name(job)
    known = sorted(execution.doors.executors)
    close = get_close_matches(name, known, 1)
    suggestion = f"did you mean `{close[0]}`?" if close else "known here: " + ", ".join(known)
    return UsageError("unknown-executor", name=name, origin=job.origin, suggestion=suggestion)


def spec_of(execution: Execution, job: Job) -> JobSpec:
    """Everything that an executor needs for `job`."""
    return JobSpec(
        job.seq,
        job.origin,
        steps_of(execution, job),
        environment_of(execution, job),
        tuple(output.path for output in job.outputs),
        job.depfiles,
        job.options.get("timeout"),
        has_terminal(execution, job),
    )


def has_terminal(execution: Execution, job: Job) -> bool:
    """Whether the job gets the terminal itself: an action with nothing beside it. Its output is seen, and not kept."""
    frontier = execution.frontier
    alone = not frontier.queue and not frontier.ready and len(frontier.running) <= 1
    return execution.settings.terminal and job.kind == "action" and alone


def steps_of(execution: Execution, job: Job) -> tuple[CommandStep | CallStep, ...]:
    """What there is to do, as steps."""
    arguments = job.arguments
    if job.name == COMMAND:
        return tuple(CommandStep(*step) for step in arguments["steps"])
    if job.name != STEPS:
        args, kwargs = job.task.signature.unbind(with_tasks(execution, arguments) if job.notable else arguments)
        return (CallStep(job.task.caller, args, kwargs),)
    return tuple(_step_of(execution, part) for part in arguments["parts"])


def _step_of(execution: Execution, part: Any) -> CommandStep | CallStep:
    if part[0] == "command":
        return CommandStep(*part[1])
    _, reference, args, kwargs = part
    task = execution.doors.tasks.resolve(reference.name)
    args, kwargs = task.signature.unbind(task.signature.bind(args, kwargs))
    return CallStep(task.caller, args, kwargs)


def environment_of(execution: Execution, job: Job) -> dict[str, str]:
    """The whole environment of the job's commands."""
    declared = job.arguments.get("env") if job.name in (COMMAND, STEPS) else None
    if not declared:
        return execution.settings.environment
    return {**execution.settings.environment, **declared}


def enter_pool(execution: Execution, pool: str) -> bool:
    """Take one of the pool's places; False when it is full."""
    used = execution.pools_used.get(pool, 0)
    if used >= execution.settings.pools.get(pool, 1):
        return False
    execution.pools_used[pool] = used + 1
    return True


def leave_pool(execution: Execution, job: Job) -> None:
    """Give the job's place in its pool back, and let the next one that waits for it try."""
    pool = job.options.get("pool")
    if pool:
        execution.pools_used[pool] -= 1
        waiting = execution.pool_waiting.get(pool)
        if waiting:
            execution.frontier.queue.appendleft(waiting.popleft())

"""queue: hand queued jobs to executors, as far as there is room."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail
from redo_py.engine.forced import is_forced
from redo_py.engine.job import Job, JobState
from redo_py.engine.manner import ORDINARY
from redo_py.engine.observe import observe, with_tasks
from redo_py.engine.places import NoPlace
from redo_py.engine.prepare import forget_identity
from redo_py.engine.room import make_room
from redo_py.engine.temporary import materialise_for
from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.ground.errors import RedunError, UsageError
from redo_py.ground.job_ids import execution_id, job_id
from redo_py.ground.nested import substitute
from redo_py.ir.commands import with_resources
from redo_py.tasks.builtin import COMMAND, SCRIPT, SHELL_TASKS, STDOUT, STEPS
from redo_py.tasks.job_info import JobInfo
from redo_py.tasks.options import told
from redo_py.values.file import Observed
from redo_py.values.hooks import before_call
from redo_py.values.unknown import ABSENT_DIGEST
from redo_py.values.value import IN_USE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.executors.api import Executor, ScriptStep


def submit(execution: Execution) -> None:
    """Start QUEUED jobs while there are places for them and nothing has stopped the execution."""
    queue, places = execution.frontier.queue, execution.places
    while not execution.stopping:
        try:
            job = places.next_job(queue)
        except NoPlace as refusal:
            fail(execution, refusal.job, refusal.error)
            continue
        if job is None:
            break
        try:
            launch(execution, job)
        except (RedunError, OSError) as error:
            places.leave(job)
            fail(execution, job, error)
    places.settle()
    tell_notes(execution)


def tell_notes(execution: Execution) -> None:
    """Tell what the places have to say about jobs that are too large for this machine."""
    for note in execution.places.notes:
        execution.doors.events.emit("notice", None, note)
    execution.places.notes.clear()


def launch(execution: Execution, job: Job) -> None:
    """QUEUED -> RUNNING: make room for its outputs and hand it over; or READY, to be decided again; or it waits for
    another run. Raises what keeps it from running."""
    if execution.unmaterialised:
        materialise_for(execution, job)
    if not still_as_decided(execution, job):
        execution.places.leave(job)
        execution.frontier.set_state(job, JobState.READY)
        return
    if execution.doors.claims is not None and not execution.doors.claims.is_alone:
        from redo_py.engine.claim import claim

        if not claim(execution, job):
            execution.places.leave(job)
            return
    executor = executor_of(execution, job)
    if executor is None:
        raise unknown_executor(execution, job)
    if job.outputs or job.depfiles:
        # Nothing may lie at its depfiles either: what is found there afterwards must have been written by this run.
        make_room(execution, job, [*(output.path for output in job.outputs), *job.depfiles])
    if "handle" in IN_USE:
        from redo_py.engine.handles import given, roll_back

        if handles := given(job):
            roll_back(execution, job, handles)
    job.tries += 1
    job.started, job.ended = execution.doors.clock.now(), 0.0
    execution.frontier.set_state(job, JobState.RUNNING)
    execution.doors.events.emit("started", job)
    executor.submit([spec_of(execution, job)])


def still_as_decided(execution: Execution, job: Job) -> bool:
    """Whether the digests that `job` was decided with are those that its files and tools were last seen with; else it
    is READY again. A file or tool that is shared with a job that saw it change is told apart here."""
    if job.tools and any(execution.tools.get(tool.key) != tool.digest for tool in job.tools):
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


def executor_of(execution: Execution, job: Job) -> Executor | None:
    """The executor that the job asks for, in the mode that it asks for; None if there is none of that name."""
    name, mode = executor_name(job), job.options.get("mode")
    if job.manner.environment is not None:
        from redo_py.engine.environment import executor_within

        return executor_within(execution, job, name)
    if mode is None or job.kind != "task" or job.name == SCRIPT:  # commands are processes anyway
        return execution.doors.executors.get(name)
    return execution.doors.executors.get(f"{name} {mode}")


def executor_name(job: Job) -> str:
    """The executor that the job asks for; by default "command" for commands and "thread" for functions."""
    asked: str | None = job.options.get("executor")
    if job.name == SCRIPT and asked in (None, "default", "thread", "process"):
        from redo_py.engine.script import has_errand

        return "thread" if has_errand(job) else "command"
    if job.manner.is_async:
        return async_executor(job, asked)
    return asked or ("command" if job.name in (COMMAND, STDOUT) else "thread")


def async_executor(job: Job, asked: str | None) -> str:
    """The executor of async jobs; raises UsageError if `job` asks for another one."""
    if asked not in (None, "default", "thread", "async"):
        raise UsageError("async-executor", label=job.origin, executor=asked)
    return "async"


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
        tuple([output.path for output in job.outputs]) if job.outputs else (),
        job.depfiles,
        job.options.get("timeout"),
        has_terminal(execution, job),
        answers=is_answer(job),
        script=job.name == SCRIPT,
        files=job.files,
        tools=job.tools,
        options=job.options,
        identity=identity_of(execution, job),
        gives=given_by(job) if job.name == SCRIPT else (),
        repeatable=not job.always and job.kind != "action",
        environment=job.manner.environment,
    )


def given_by(job: Job) -> list[str]:
    """The paths that a script leaves behind."""
    from redo_py.engine.script import paths_given

    return paths_given(job)


def identity_of(execution: Execution, job: Job) -> bytes:
    """What tells that the result of another job would be this one's; b"" for a job that must run whatever others did:
    each time, once more, or to tell what it reads."""
    must_run = job.always or job.kind == "action" or execution.settings.force_all or is_forced(execution, job)
    return b"" if must_run or job.tries > 1 or job.depfiles else job.eval_hash


def is_answer(job: Job) -> bool:
    """Whether what the commands of `job` write to their standard output is its value, or a part of that."""
    if job.name == SCRIPT:
        from redo_py.engine.script import wants_stream

        return wants_stream(job)
    return job.name == STDOUT


def has_terminal(execution: Execution, job: Job) -> bool:
    """Whether the job gets the terminal itself: an action with nothing beside it. Its output is seen, and not kept."""
    if job.kind != "action" or not execution.settings.terminal:
        return False
    frontier = execution.frontier
    waiting = frontier.queue or frontier.ready or execution.places.has_waiting
    return not waiting and len(frontier.running) <= 1


def steps_of(execution: Execution, job: Job) -> tuple[CommandStep | CallStep | ScriptStep, ...]:
    """What there is to do, as steps."""
    arguments = job.arguments
    if job.name == COMMAND or job.name == STDOUT:
        return tuple(command_step(execution, job, *step) for step in arguments["steps"])
    if job.name == SCRIPT:
        from redo_py.engine.script import script_step

        return (script_step(execution, job),)
    if job.name != STEPS:
        if job.manner is not ORDINARY and job.manner.traits is not None and job.manner.traits.informed:
            arguments = informed(execution, job)
        if "preprocess" in IN_USE:
            arguments = before_call(arguments, {"pre_call_hash": job.eval_hash.hex(), "call_order": job.seq})
        if job.notable:
            arguments = with_tasks(execution, arguments)
        if job.files:
            arguments = with_own_files(arguments)
        args, kwargs = job.task.parameters.unbind(arguments)
        return (CallStep(job.task.caller, args, kwargs, job.task),)
    return tuple(_step_of(execution, job, part) for part in arguments["parts"])


def with_own_files(arguments: dict[str, Any]) -> dict[str, Any]:
    """`arguments` with Files of the function's own: one that it writes through is no longer what was seen there."""
    copied: dict[str, Any] = substitute(arguments, Observed, lambda file: file.seen_as(file.digest, file.kind))
    return copied


def informed(execution: Execution, job: Job) -> dict[str, Any]:
    """The arguments of `job` with what it wants to be told about itself."""
    ids = execution_id(execution.id), job_id(execution.id, job.seq)
    info = JobInfo(*ids, job.eval_hash.hex(), job.args_hash.hex(), told(job.options))
    asking = [name for name in job.manner.traits.informed if isinstance(job.arguments[name], JobInfo)]  # type: ignore[union-attr]
    return {**job.arguments, **dict.fromkeys(asking, info)}


def command_step(
    execution: Execution, job: Job, text: str, cwd: str = "", shell: str = "", stdin: str = ""
) -> CommandStep:
    """One command, told what its job was given."""
    return CommandStep(granted(execution, job, text), cwd, shell, stdin)


def granted(execution: Execution, job: Job, text: str) -> str:
    """`text` with the numbers of processors and GPUs that `job` has."""
    if "\0" not in text:
        return text
    places = execution.places
    return with_resources(text, places.cpus_of(job), places.gpu_count_of(job))


def _step_of(execution: Execution, job: Job, part: Any) -> CommandStep | CallStep:
    if part[0] == "command":
        return command_step(execution, job, *part[1])
    _, reference, args, kwargs = part
    task = execution.doors.tasks.resolve(reference.name)
    args, kwargs = task.parameters.unbind(task.parameters.bind(args, kwargs))
    return CallStep(task.caller, args, kwargs, task)


def environment_of(execution: Execution, job: Job) -> dict[str, str]:
    """The whole environment of the job's commands."""
    declared = job.arguments.get("env") if job.name in SHELL_TASKS else None
    gpus = execution.places.gpus_of(job)
    if not declared and not gpus:
        return execution.settings.environment
    own = {name: granted(execution, job, value) for name, value in (declared or {}).items()}
    if gpus:
        own["CUDA_VISIBLE_DEVICES"] = ",".join(gpus)
    return {**execution.settings.environment, **own}

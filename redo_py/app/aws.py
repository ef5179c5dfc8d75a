"""What `redun aws` does: the jobs of an executor's queue in AWS Batch, their logs, and their end."""

from __future__ import annotations

from redo_py.app.plugins import class_of
from redo_py.app.report import printable
from redo_py.app.views.executors import opened
from redo_py.executors.batch.console import STATES, Console
from redo_py.executors.batch.flights import LIVE
from redo_py.executors.batch.service import Fault, Refused, Service, as_error
from redo_py.executors.plugins import options_of
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redo_py.app.running.workspace import RunWorkspace
    from redo_py.executors.batch.console import QueuedJob

BATCH = "aws_batch"
LIST, LOGS, KILL = ACTIONS = ("list-jobs", "logs", "kill-jobs")


class Wishes:
    """What the command line asks for."""

    __slots__ = ("all", "executor", "statuses", "words")

    def __init__(self, words: Sequence[str], statuses: Sequence[str], all: bool, executor: str) -> None:
        self.words = words  # what means jobs: beginnings of ids, parts of names
        self.statuses = [status.upper() for status in statuses]
        self.all = all
        self.executor = executor  # "" for the only one


def aws(
    action: str,
    wishes: Wishes,
    environ: Mapping[str, str],
    write: Callable[[str], None],
    directory: str = "",
    profile: str = "",
) -> int:
    """Carry out an action; the exit status. Raises UsageError or RunError."""
    if action not in ACTIONS:
        raise UsageError("unknown-aws-action", action=action)
    for status in wishes.statuses:
        if status not in STATES:
            raise UsageError("unknown-job-status", status=status, known=", ".join(STATES))
    workspace = opened(environ, directory, profile)
    try:
        service, console = _console(workspace, wishes.executor)
        try:
            return _ACTIONS[action](console, wishes, write, workspace.clock.local)
        except (Fault, Refused) as problem:
            raise as_error(problem) from None
        finally:
            service.close()
    finally:
        workspace.close()


def _console(workspace: RunWorkspace, name: str) -> tuple[Service, Console]:
    """The console of the executor that is meant."""
    settings = workspace.settings.executors
    there = [each for each, setting in settings.items() if setting.get("type") == BATCH]
    if name and name not in there:
        hint = f"of this type are: {', '.join(there)}" if there else "docs/executors.md shows how one is set"
        raise UsageError("aws-no-executor", asked=f"`{name}`", hint=hint)
    if not there:
        raise UsageError("aws-no-executor", asked="of the settings", hint="docs/executors.md shows how one is set")
    if not name and len(there) > 1:
        raise UsageError("aws-several-executors", names=", ".join(there))
    name = name or there[0]
    made_of = class_of(workspace, name, settings[name])
    options = options_of(name, made_of, settings[name], lambda option: workspace.span_of_executor(name, option))
    service = Service(name, options.aws_region, workspace.clock)
    return service, Console(service, options)


def _list(console: Console, wishes: Wishes, write: Callable[[str], None], shown: Callable[[float], str]) -> int:
    """One line for each job, the newest first."""
    jobs = _chosen(console, wishes, STATES if wishes.all else LIVE)
    for job in jobs:
        write(_line(job, shown))
    if not jobs:
        write("redun: no jobs\n" if wishes.all or wishes.statuses else "redun: no jobs wait or run\n")
    return 0


def _logs(console: Console, wishes: Wishes, write: Callable[[str], None], shown: Callable[[float], str]) -> int:
    """Everything that jobs have printed; of several, what each has under its own line."""
    if not wishes.words and not wishes.all and not wishes.statuses:
        raise UsageError("missing-argument", command=f"aws {LOGS}", argument="JOB")
    jobs = _chosen(console, wishes, STATES)
    chosen = [(job, job_id) for job in jobs for job_id in console.parts(job, wishes.words)]
    for job, job_id in chosen:
        if len(chosen) > 1:
            write(f"{job_id}  {printable(job.name)}\n")
        for moment, line in console.log(job_id):
            write(f"{shown(moment)}  {printable(line)}\n")
    return 0


def _kill(console: Console, wishes: Wishes, write: Callable[[str], None], shown: Callable[[float], str]) -> int:
    """End jobs, and name them."""
    if not wishes.words and not wishes.all and not wishes.statuses:
        raise UsageError("missing-argument", command=f"aws {KILL}", argument="JOB")
    jobs = _chosen(console, wishes, LIVE)
    for job in jobs:
        for job_id in console.parts(job, wishes.words, whole=True):
            console.end(job_id)
            write(f"ended  {job_id}  {printable(job.name)}\n")
    if not jobs:
        write("redun: no jobs wait or run\n")
    return 0


_ACTIONS = {LIST: _list, LOGS: _logs, KILL: _kill}


def _chosen(console: Console, wishes: Wishes, states: Sequence[str]) -> list[QueuedJob]:
    """The jobs that are meant: those that the words mean, or all, in the states that were asked for."""
    wanted = wishes.statuses or states
    return console.asked(wishes.words, wanted) if wishes.words else console.jobs(wanted)


def _line(job: QueuedJob, shown: Callable[[float], str]) -> str:
    """A job, and why it is as it is if AWS says so."""
    when = shown(job.started or job.created or 0.0)
    size = f"  {job.size} jobs" if job.size else ""
    reason = f"  {printable(job.reason)}" if job.reason else ""
    return f"{job.status:<9}  {when}  {job.id}  {printable(job.name)}{size}{reason}\n"

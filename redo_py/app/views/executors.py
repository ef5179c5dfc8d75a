"""`redun executors`: what jobs can run on, whether that works here, and a small job to prove it."""

from __future__ import annotations

import os
import platform

from redo_py.app.checked_executors import check_name
from redo_py.app.plugins import Plugins, class_of
from redo_py.app.running.command import go_to
from redo_py.app.running.named_executors import ALIAS, LOCAL, is_local, resolved
from redo_py.app.running.workspace import RunWorkspace
from redo_py.config.settings import command_environment
from redo_py.executors.failures import reason
from redo_py.executors.functions.sounding import answers
from redo_py.ground.errors import RedunError, RunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Write = Callable[[str], None]

BUILT_IN = {  # name -> (type, what it is)
    "default": ("local", "threads of this process"),
    "process": ("local", "processes of this machine"),
    "command": ("local", "shell commands on this machine"),
}
READY, UNUSABLE = "ready", "unusable"
PATIENCE = 600.0  # seconds in which a small job must have answered on an executor that has no `timeout`
ASKED_FOR = 20.0  # seconds in which an executor must have said for the list that it can be used


class Row:
    """What is told of one executor."""

    __slots__ = ("name", "origin", "question", "reason", "state", "type")

    def __init__(
        self, name: str, type: str, state: str, reason: str, origin: str, question: Callable[[], str] | None = None
    ) -> None:
        self.question = question  # what finds out whether it can be used, and raises why not; None if that is known
        self.name = name
        self.type = type
        self.state = state  # READY UNUSABLE
        self.reason = reason  # what it is, or why it cannot be used
        self.origin = origin  # where it is set; "" if it is always there

    def take(self, answer: str | BaseException) -> None:
        """What came of the question: what it uses, or why it cannot be used."""
        if isinstance(answer, BaseException):
            self.state, self.reason = UNUSABLE, told_of(answer)
        elif answer:
            self.reason = f"{self.reason}, {answer}"

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return {name: getattr(self, name) for name in ("name", "type", "state", "reason", "origin")}


def list_executors(environ: Mapping[str, str], write: Write, directory: str, profile: str, is_json: bool) -> int:
    """Tell of all; the exit status."""
    workspace = opened(environ, directory, profile)
    try:
        rows = all_rows(workspace)
    finally:
        workspace.close()
    if is_json:
        import json

        write(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
        return 0
    names, types = (max(len(getattr(row, column)) for row in rows) for column in ("name", "type"))
    for row in rows:
        told = row.reason + (f" ({row.origin})" if row.origin else "")
        write(f"{row.name:<{names}}  {row.type:<{types}}  {row.state:<8}  {told}\n")
    return 0


def opened(environ: Mapping[str, str], directory: str, profile: str) -> RunWorkspace:
    """The workspace of the project that `directory` is in. Raises UsageError."""
    if directory:
        go_to(directory)
    workspace = RunWorkspace(environ, profile)
    workspace.answer_redun(None)
    return workspace


def all_rows(workspace: RunWorkspace) -> list[Row]:
    """The executors that are always there, unless the settings change them, and those of the settings. All are asked at
    once whether they can be used, and none for longer than ASKED_FOR."""
    settings = workspace.settings.executors
    rows = [Row(name, kind, READY, what, "") for name, (kind, what) in BUILT_IN.items() if name not in settings]
    rows += [row_of(workspace, name, setting) for name, setting in sorted(settings.items())]
    found = answers({row.name: row.question for row in rows if row.question is not None}, ASKED_FOR)
    for row in rows:
        row.take(found.get(row.name, ""))
    return rows


def row_of(workspace: RunWorkspace, name: str, setting: Mapping[str, Any]) -> Row:
    """What is to be told of the executor `name`, or how to find out."""
    kind = str(setting.get("class") or setting.get("type", LOCAL))
    origin = workspace.place_of_executor(name)
    try:
        if kind == ALIAS:
            other = resolved(name, workspace.settings.executors)
            check_name(other, workspace)
            return Row(name, kind, READY, f"another name of {other}", origin)
        if is_local(setting):
            mode = "processes" if setting.get("mode") == "process" else "threads"
            return Row(name, kind, READY, f"{mode} of this machine", origin)
        executor: Any = Plugins(workspace, None, 1, workspace.tasks().digest_alone).made(name, setting)
        said = (class_of(workspace, name, setting).__doc__ or "").strip().partition("\n")[0].rstrip(".")
        return Row(name, kind, READY, said, origin, lambda: opened_once(name, executor))
    except RedunError as error:
        return Row(name, kind, UNUSABLE, told_of(error), origin)


def opened_once(name: str, executor: Any) -> str:
    """What an executor uses that had a choice, once it has shown that it can be used. Raises RedunError with what is
    missing, and anything that classes of others raise."""
    backend = getattr(executor, "backend", executor)
    uses = ""
    if hasattr(backend, "open"):
        backend.open()
        uses = getattr(backend, "uses", "")
        if hasattr(backend, "close"):
            backend.close()
    if backend is not executor:
        try:
            executor.site.scratch.check()
        except OSError as error:
            told = f"its scratch {error.filename}: {reason(error)}"
            raise RunError("executor-unusable", name=name, error=told) from None
    return uses


def told_of(error: BaseException) -> str:
    """What is wrong, in a line."""
    if isinstance(error, RedunError):
        return error.headline + (f"; {error.hint}" if error.hint.startswith("did you mean") else "")
    if isinstance(error, TimeoutError):
        return f"no answer within {ASKED_FOR:g} seconds"
    return f"{type(error).__name__}: {error}"


# ---- a small job


def here() -> tuple[str, str]:
    """What the small job says: the version of Python, and the machine."""
    return platform.python_version(), platform.node()


def check_executor(name: str, environ: Mapping[str, str], write: Write, directory: str, profile: str) -> int:
    """Run a small job on the executor `name` and tell how it went; the exit status. Raises UsageError."""
    from redo_py.executors.api import CallStep, Failed, JobSpec
    from redo_py.executors.elsewhere.trial import Trial
    from redo_py.executors.inbox import SelectInbox
    from redo_py.executors.processes.journal import Unwritten

    workspace = opened(environ, directory, profile)
    inbox = SelectInbox(workspace.clock)
    trial = None
    try:
        workspace.make_state()
        made = executors_of(workspace, inbox, Unwritten(), lambda text: write(f"{text}\n"))
        executor = made.get("command" if name == "command" else name)
        if executor is None:
            raise unknown(name, [*BUILT_IN, *workspace.settings.executors])
        began = workspace.clock.monotonic()
        env = command_environment(workspace.environ)
        spec = JobSpec(1, f"executors check {name}", steps_for(name, CallStep(here, (), {})), env)
        trial = Trial(executor, inbox, patience_of(workspace, name), lambda text: write(f"{name}: {text}\n"))
        try:
            outcome, error = trial.run(spec)
            seconds = workspace.clock.monotonic() - began
        finally:
            if trial.end():
                made.stop()
    finally:
        if trial is None or trial.is_over:  # else something may still answer into it
            inbox.close()
        workspace.close()
    if outcome is None or isinstance(outcome, Failed):
        write(f"{name}: failed after {seconds:.1f} s\n{error if outcome is None else outcome.error}\n")
        return 1
    write(f"{name}: ready, {answer_of(outcome)}, {seconds:.1f} s\n")
    return 0


def steps_for(name: str, call: Any) -> list[Any]:
    """What the small job does."""
    from redo_py.executors.api import CommandStep

    return [CommandStep("true")] if name == "command" else [call]


def answer_of(outcome: Any) -> str:
    """What the small job has found out."""
    if outcome.value is None:
        return f"commands on {os.uname().nodename}"
    version, machine = outcome.value
    return f"Python {version} on {machine}"


def executors_of(workspace: RunWorkspace, inbox: Any, journal: Any, notice: Write) -> Any:
    """All executors, for one small job; `notice` hears what the user should know."""
    from redo_py.app.running.executors import RunExecutors
    from redo_py.executors.commands.sharing import Sharing

    sharing = Sharing(1, inbox, lambda _: None, "never")
    return RunExecutors(workspace, journal, sharing, 1, notice).made(inbox)


def patience_of(workspace: RunWorkspace, name: str) -> float:
    """Seconds that are waited for an answer of the executor `name`."""
    given = workspace.executor_options().get(resolved(name, workspace.settings.executors), {}).get("timeout")
    return PATIENCE if given is None else float(given)


def unknown(name: str, known: list[str]) -> UsageError:
    """The error for an executor that there is not."""
    from redo_py.executors.options import suggestion

    return UsageError("no-executor", name=name, hint=suggestion(name, known))

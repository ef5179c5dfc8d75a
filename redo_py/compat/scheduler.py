"""Scheduler: runs expressions with settings of its own, from Python."""

from __future__ import annotations

import os
from threading import local

from redo_py.app.running.arguments.request import RunRequest
from redo_py.app.running.from_python import DryRunResult as DryRunResult
from redo_py.app.running.from_python import report, value_of
from redo_py.app.running.options import RunOptions, context_of, execution_id_of
from redo_py.app.running.run import UNDER_WAY, Run
from redo_py.app.running.workspace import RunWorkspace
from redo_py.compat.config import Config
from redo_py.compat.current import CURRENT, RUNNING, NoCurrentScheduler, running
from redo_py.compat.executors import Executor, of_setting
from redo_py.config.environment import environment
from redo_py.config.layers import Layer, merged
from redo_py.config.redun_ini import RedunIni
from redo_py.config.root import STATE
from redo_py.config.settings import DEFAULTS, Settings
from redo_py.tasks.task import merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Literal, NoReturn, overload

    from redo_py.app.running.run import Report

INFO = 20  # the level of a line that nobody has given another one, as `logging` has it
PASSING = ("", "sqlite://", "sqlite:///:memory:")  # databases that last as long as their scheduler
FILE = "sqlite:///"
DEFAULT = "default"


class SchedulerError(Exception):
    """A scheduler was asked for what it cannot do."""


class Workspaces(local):
    """Each thread has its own, because a database belongs to the thread that opened it."""

    own: RunWorkspace | None = None


class Scheduler:
    """Runs expressions, each with `run`. What it has run is remembered in the folder that `config` names, or beside the
    database that it names; without either as long as the scheduler lives. Several threads may use it."""

    def __init__(
        self,
        config: Config | Mapping[str, Mapping[str, Any]] | None = None,
        backend: Any = None,
        executor: Executor | None = None,
        logger: Any = None,
        use_task_traceback: bool = True,
        job_status_interval: int | None = None,
        migrate: bool | None = None,
    ) -> None:
        if backend is not None:
            raise SchedulerError("a scheduler cannot be given a backend; see docs/coming-from-redun.md")
        self.config = config if isinstance(config, Config) else Config(config)
        self.logger = logger
        self.use_task_traceback = use_task_traceback
        self.job_status_interval = job_status_interval
        said = RedunIni(self.config.ini, environment(), self.config.configdir)
        for notice in said.notices:
            self.log(notice)
        self._said = said.values
        self.limits: dict[str, int] = dict(self._said.get("limits", {}))
        configured = {DEFAULT: {}, "process": {"mode": "process"}, **self._said.get("executors", {})}
        self.executors: dict[str, Executor] = {name: of_setting(name, each) for name, each in configured.items()}
        self._state = ""
        self._workspaces = Workspaces()
        if executor is not None:
            self.add_executor(executor)

    @classmethod
    def of_run(cls, run: Run) -> Scheduler:
        """One with the settings and the records of `run`."""
        scheduler = cls()
        settings = run.workspace.settings
        scheduler.limits = settings.limits
        scheduler.executors |= {name: of_setting(name, each) for name, each in settings.executors.items()}
        scheduler._state = run.workspace.state
        return scheduler

    def keep_records_in(self, state: str) -> None:
        """Remember in the state folder `state`; must be called before anything runs."""
        self._state = state

    # ---- running

    def run(
        self,
        expr: Any,
        exec_argv: Sequence[str] | None = None,
        dryrun: bool = False,
        cache: bool = True,
        tags: Iterable[tuple[str, Any]] = (),
        context: Mapping[str, Any] | None = None,
        execution_id: str | None = None,
    ) -> Any:
        """The value of `expr`, which may hold task calls at any depth. Raises what the task raised, RedunError, and
        DryRunResult if `dryrun` and something would have to run."""
        workspace = self._workspace()
        options = RunOptions(
            exec_argv or ("Scheduler.run",),
            dryrun,
            cache,
            tags=[*workspace.settings.tags.items(), *tags],
            context=merge(context_of(RunRequest(), workspace), context or {}),
            id=execution_id_of(execution_id) if execution_id else b"",
        )
        run = Run(workspace, options, self._report())
        with running(self):
            value = value_of(run, expr)
        if dryrun and any(job.outcome == "would_run" for job in run.execution.frontier.jobs):
            raise DryRunResult
        return value

    def extend_run(
        self,
        expr: Any,
        parent_job_id: str,
        dryrun: bool = False,
        cache: bool = True,
        context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What `expr` comes to, as a dict with `status` and `result` or `error`, for whoever began it elsewhere as the
        job `parent_job_id`; the record of the execution names that job."""
        try:
            value = self.run(expr, ["Scheduler.extend_run", parent_job_id], dryrun, cache, context=context)
        except Exception as error:
            return {"status": "FAILED", "error": error, "parent_job_id": parent_job_id}
        return {"status": "DONE", "result": value, "parent_job_id": parent_job_id}

    def evaluate(self, expr: Any, parent_job: Any = None) -> NoReturn:
        """Only the scheduler that a form is handed can do this. Raises SchedulerError."""
        raise SchedulerError(
            "evaluate() is for functions with @scheduler_task, which are handed a scheduler that has it"
        )

    # ---- settings

    def load(self, migrate: bool | None = None) -> None:
        """Open the records now, and not with the first run."""
        self._workspace().records(self.log)

    def load_module(self, name: str) -> None:
        """Import a module of the project. Raises UsageError that points at the user's line."""
        self._workspace().modules().load(name)

    def add_executor(self, executor: Executor) -> None:
        """Let tasks ask for `executor` by its name."""
        self.executors[executor.name] = executor
        executor.scheduler = self
        if self._workspaces.own is not None:
            self._workspaces.own.settings = self.settings_for(self._workspaces.own)

    def log(self, *messages: Any, indent: int = 0, multiline: bool = False, level: int = INFO) -> None:
        """Hand `messages` to the logger that it was given; without one nobody reads them."""
        if self.logger is not None:
            for line in " ".join(map(str, messages)).splitlines() if multiline else [" ".join(map(str, messages))]:
                self.logger.log(level, " " * indent + line)

    @property
    def is_running(self) -> bool:
        """Whether something runs."""
        return self in RUNNING

    @property
    def backend(self) -> NoReturn:
        """There is none."""
        raise AttributeError(
            "a scheduler has no backend: `redun log` tells what is recorded; see docs/coming-from-redun.md"
        )

    def _workspace(self) -> RunWorkspace:
        found = self._workspaces.own
        if found is None or found.folder != os.getcwd():
            self._state = self._state or self._find_state()
            found = self._workspaces.own = RunWorkspace(environment(), state=self._state)
            found.settings = self.settings_for(found)
        return found

    def settings_for(self, workspace: RunWorkspace) -> Settings:
        """What counts for runs of this scheduler in `workspace`."""
        own = {**self._said, "executors": {name: each.setting() for name, each in self.executors.items()}}
        return Settings(merged(DEFAULTS, [*workspace.layers, Layer({**own, "limits": self.limits})]))

    def _find_state(self) -> str:
        """The state folder."""
        uri = self.config.ini.sections.get("backend", {})
        database = self.config.ini.value("backend", "db_uri", environment()) if "db_uri" in uri else ""
        if database in PASSING and not self.config.has_folder:
            return passing_folder(self)
        folder = self.config.configdir
        if database not in PASSING and database.startswith(FILE):
            folder = os.path.dirname(os.path.join(folder, database.removeprefix(FILE)))
        folder = os.path.abspath(folder)
        return folder if os.path.basename(folder) == STATE else f"{folder}/{STATE}"

    def _report(self) -> Report:
        if self.logger is None:
            return report()
        from redo_py.app.running.reporting.report import PREFIX, RunReport

        return RunReport(lambda text: self.log(text.removeprefix(PREFIX).rstrip("\n")), "info")


if TYPE_CHECKING:

    @overload
    def get_current_scheduler(required: Literal[True] = True) -> Scheduler: ...

    @overload
    def get_current_scheduler(required: bool) -> Scheduler | None: ...


def get_current_scheduler(required: bool = True) -> Scheduler | None:
    """The scheduler of this thread, else the one that began to run last in this process, for it is one of its tasks
    that this thread runs. None without any; raises NoCurrentScheduler if it is `required`."""
    if CURRENT.scheduler is not None or RUNNING:
        found: Scheduler = CURRENT.scheduler or RUNNING[-1]
        return found
    if UNDER_WAY:
        return Scheduler.of_run(UNDER_WAY[-1])
    if required:
        raise NoCurrentScheduler
    return None


def passing_folder(scheduler: Scheduler) -> str:
    """A folder that goes with `scheduler`."""
    import tempfile
    import weakref
    from shutil import rmtree

    folder = tempfile.mkdtemp(prefix="redun-scheduler-")
    weakref.finalize(scheduler, rmtree, folder, ignore_errors=True)
    return folder

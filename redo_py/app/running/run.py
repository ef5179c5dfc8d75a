"""A run: one expression of Python tasks, from the call to its value, recorded in the state folder."""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.app.executors import Executors
from redo_py.app.interrupt import Interrupts
from redo_py.app.machine import ProjectMachine
from redo_py.app.running.no_rules import NoRules
from redo_py.app.tasks import ProjectTasks
from redo_py.app.tools import ProjectTools
from redo_py.app.workspace import Workspace
from redo_py.config.environment import worker_environment
from redo_py.config.root import STATE, find_run_root
from redo_py.engine.execution import Doors, Execution, Settings
from redo_py.engine.job import JobState
from redo_py.engine.loop import run as evaluate
from redo_py.executors.command import CommandExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.journal import Journal
from redo_py.executors.processes import this_process
from redo_py.executors.sharing import Sharing
from redo_py.ground.events import Events
from redo_py.records import EXECUTION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.engine.job import Cell
    from redo_py.executors.api import Executor
    from redo_py.front.modules import Project as Modules

    class Report(Protocol):
        """Who is told what happens."""

        def __call__(self, kind: str, subject: Any, detail: Any) -> None:
            """An event of the engine."""

        def notice(self, text: str) -> None:
            """Something that the user should know once."""

        def begin(self, execution: Execution, argv: str, state: str) -> None:
            """`execution`, asked for by `argv`, is about to begin; its records are in the folder `state`."""


DEFAULT = "default"  # the executor of functions that ask for none
UNDER_WAY: list[Run] = []  # what runs in this process, the last begun last


class RunOptions:
    """How a run is carried out."""

    __slots__ = ("argv", "cache", "dry", "jobs", "max_failures")

    def __init__(
        self,
        argv: Sequence[str] = (),
        dry: bool = False,
        cache: bool = True,
        jobs: int | None = None,
        max_failures: int | None = 1,
    ) -> None:
        self.argv = tuple(argv)  # how it was asked for, for the record
        self.dry = dry  # take what is remembered, run nothing
        self.cache = cache  # False: take no result of an earlier execution
        self.jobs = jobs  # how many tasks run at once; None: as the settings say
        self.max_failures = max_failures  # None: never stop for a failure


class RunWorkspace(Workspace):
    """The workspace of runs that begin in the current folder. It neither needs a redunfile nor locks anything, and the
    current folder stays what it is."""

    def __init__(self, environ: Mapping[str, str], profile: str = "", state: str = "") -> None:
        """`state` is the state folder, "" for that of the project."""
        folder = os.getcwd()
        root = find_run_root(folder)
        here = "" if root == folder else os.path.relpath(folder, root)
        self.folder = folder
        self._tasks: ProjectTasks | None = None
        super().__init__(root, here, state or f"{root}/{STATE}", folder, environ, profile)

    def tasks(self) -> ProjectTasks:
        """The Tasks door."""
        if self._tasks is None:
            self._tasks = ProjectTasks(self.modules)
        return self._tasks

    def _leave_modules(self, modules: Modules) -> None:
        """Whoever called may use them on."""
        modules.leave()


class Run:
    """One execution of an expression in `workspace`."""

    def __init__(self, workspace: RunWorkspace, options: RunOptions, report: Report) -> None:
        self.workspace = workspace
        self.options = options
        self.report = report
        self.id = os.urandom(16)
        self.started = workspace.clock.now()
        self.jobs = options.jobs or workspace.settings.jobs
        self.execution: Execution

    def evaluate(self, value: Any) -> Cell:
        """Reduce `value`, which may hold expressions, as far as it goes; the cell that has its value or its error."""
        workspace = self.workspace
        workspace.make_state()
        inbox = SelectInbox(workspace.clock)
        journal = Journal(f"{workspace.state}/tmp/run-{self.id.hex()}", workspace.clock)
        sharing = Sharing(self.jobs, inbox, self.report.notice, workspace.settings.jobserver)
        executors = Executors(inbox, self._factories(journal, sharing), self._executor_behind)
        self.execution = execution = self._execution(inbox, executors)
        sharing.places = execution.places
        UNDER_WAY.append(self)
        try:
            self._record("running", None)
            self.report.begin(execution, self.argv, workspace.state)
            with Interrupts(execution, executors, inbox.wake):
                root = evaluate(execution, value)
            self._record(self._status(root), workspace.clock.now())
            return root
        finally:
            UNDER_WAY.remove(self)
            executors.stop()
            sharing.close()
            inbox.close()
            workspace.memo.save()
            journal.close()

    @property
    def argv(self) -> str:
        """How the run was asked for."""
        return " ".join(self.options.argv)

    def _execution(self, inbox: SelectInbox, executors: Executors) -> Execution:
        workspace, options = self.workspace, self.options
        settings = Settings(
            jobs=self.jobs,
            max_failures=options.max_failures,
            dry=options.dry,
            force_all=not options.cache,
            limits=workspace.settings.limits,
            environment=workspace.environ,
            restores=False,
        )
        tools = ProjectTools(
            workspace.files, workspace.folder, workspace.environ.get("PATH"), workspace.settings.tools
        )  # fmt: skip
        doors: Any = executors
        return Execution(
            self.id,
            Doors(
                workspace.store(self.report.notice), workspace.files, workspace.tasks(), tools,
                NoRules(workspace.folder), workspace.clock, Events(self.report), inbox, doors,
                ProjectMachine(workspace.settings, workspace.environ),
            ),
            settings,
        )  # fmt: skip

    def _factories(self, journal: Journal, sharing: Sharing) -> dict[str, Callable[[Executors], Executor]]:
        workspace = self.workspace

        def commands(executors: Executors) -> Executor:
            scratch = f"{workspace.state}/tmp"
            return CommandExecutor(
                workspace.folder, workspace.clock, journal, scratch, workspace.environ, sharing=sharing
            )  # fmt: skip

        def threads(count: int | None) -> Callable[[Executors], Executor]:
            def make(executors: Executors) -> Executor:
                from redo_py.executors.threads import ThreadExecutor
                from redo_py.files import public as public  # functions may open the files that they are given

                inner: Any = executors.get("command")
                return ThreadExecutor(count or self.jobs, workspace.clock, inner)

            return make

        def processes(count: int | None) -> Callable[[Executors], Executor]:
            def make(executors: Executors) -> Executor:
                from redo_py.executors.process import ProcessExecutor

                environ, digest = worker_environment(workspace.environ), workspace.tasks().digest
                return ProcessExecutor(count or self.jobs, workspace.root, workspace.clock, journal, environ, digest)

            return make

        factories = {"command": commands, DEFAULT: threads(None), "process": processes(None)}
        if workspace.settings.executors:
            from redo_py.app.running.named_executors import Named

            named = Named(workspace.settings.executors, threads, processes, workspace.place_of_executor)
            factories |= named.factories()
        return factories

    def _executor_behind(self, name: str) -> str:
        """The name of the executor that runs the jobs of `name`. Raises UsageError for aliases in a circle."""
        if self.workspace.settings.executors:
            from redo_py.app.running.named_executors import resolved

            name = resolved(name, self.workspace.settings.executors)
        return DEFAULT if name == "thread" else name

    def _status(self, root: Cell) -> str:
        if self.execution.interrupted:
            return "interrupted"
        return "done" if root.state == JobState.DONE else "failed"

    def _record(self, status: str, ended: float | None) -> None:
        """Write the row of the execution."""
        if self.options.dry:
            return
        workspace = self.workspace
        process = this_process() if ended is None else None
        row = (self.id, self.started, ended, status, self.argv, workspace.here, __version__, "run", process)
        self.execution.doors.store.write([(EXECUTION, row)])
        if status == "failed":
            from redo_py.app.telling.tracebacks import keep_tracebacks

            keep_tracebacks(self.execution)

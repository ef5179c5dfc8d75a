"""A run: one expression of Python tasks, from the call to its value, recorded in the state folder."""

from __future__ import annotations

import os
from contextlib import closing, nullcontext, suppress

from redo_py import __version__
from redo_py.app.away import names_elsewhere, options_of_jobs
from redo_py.app.interrupt import Interrupts
from redo_py.app.machine import ProjectMachine
from redo_py.app.running.collections import FewerCollections
from redo_py.app.running.executors import RunExecutors
from redo_py.app.running.no_rules import NoRules
from redo_py.app.tools import ProjectTools
from redo_py.engine.execution import Doors, Execution, Settings
from redo_py.engine.job import JobState
from redo_py.engine.loop import run as evaluate
from redo_py.executors.commands.sharing import Sharing
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.executors.processes.recovery import RUN_JOURNAL, abandoned, recover
from redo_py.executors.processes.system import ancestors, pid_here, stands_still, this_process
from redo_py.ground.errors import UsageError
from redo_py.ground.events import Events
from redo_py.ground.job_ids import execution_id
from redo_py.ground.shell import in_shell
from redo_py.records import EXECUTION
from redo_py.store.claims import FileClaims
from redo_py.tasks.identity import asked_of, give_back

TOLD: set[str] = set()  # tasks without a namespace that the user has been told of
UNDER_WAY: list[Run] = []  # what runs in this process, the last begun last

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from redo_py.app.executors import Executors
    from redo_py.app.running.options import RunOptions
    from redo_py.app.running.workspace import RunWorkspace
    from redo_py.engine.job import Cell

    class Report(Protocol):
        """Who is told what happens."""

        def __call__(self, kind: str, subject: Any, detail: Any) -> None:
            """An event of the engine."""

        def notice(self, text: str) -> None:
            """Something that the user should know once."""

        def begin(self, execution: Execution, argv: str, state: str) -> None:
            """`execution`, asked for by `argv`, is about to begin; its records are in the folder `state`."""

        def write_table(self) -> None:
            """How many jobs are in which state."""

        def ended(self) -> None:
            """The engine has stopped."""


class Run:
    """One execution of an expression in `workspace`."""

    def __init__(self, workspace: RunWorkspace, options: RunOptions, report: Report) -> None:
        self.workspace = workspace
        self.options = options
        self.report = report
        self.id = options.id or os.urandom(16)
        self.started = workspace.clock.now()
        self.jobs = options.jobs or workspace.settings.calls
        self.execution: Execution
        self._collections = FewerCollections()

    def evaluate(self, value: Any) -> Cell:
        """Reduce `value`, which may hold expressions, as far as it goes; the cell that has its value or its error."""
        workspace = self.workspace
        workspace.make_state()
        store = workspace.records(self.report.notice)
        if self.options.id and any(True for _ in store.rows(EXECUTION, {"id": self.id}, limit=1)):
            raise UsageError("execution-there", id=execution_id(self.id))
        inbox = SelectInbox(workspace.clock)
        end_what_is_left(workspace, self.report.notice)
        journal = Journal(f"{workspace.state}/tmp/{RUN_JOURNAL}{self.id.hex()}", workspace.clock, is_locked=True)
        sharing = Sharing(self.jobs, inbox, self.report.notice, workspace.settings.jobserver)
        executors = RunExecutors(workspace, journal, sharing, self.jobs, self.report.notice, self.id).made(inbox)
        self.execution = execution = self._execution(inbox, executors)
        sharing.places = execution.places
        claims = self._claims()
        execution.doors.claims = claims
        with (
            closing(claims) if claims is not None else nullcontext(),
            Interrupts(execution, executors, inbox.call_soon, workspace.clock) as interrupts,
        ):
            UNDER_WAY.append(self)
            try:
                self._record("running", None)
                self.report.begin(execution, self.argv, workspace.state)
                self._watch(inbox)
                if claims is not None:
                    claims.enter()
                asked_of(execution.doors.tasks)
                interrupts.listen()
                with self._collections:
                    root = evaluate(execution, value)
                interrupts.engine_stopped()
                self.report.ended()
                if root.state == JobState.DONE:  # what failed has enough to tell
                    self._tell_nameless()
                workspace.tell_outsized(self.report.notice)
                self._record(self._status(root), workspace.clock.now())
                return root
            finally:
                interrupts.engine_stopped()
                UNDER_WAY.remove(self)
                give_back(execution.doors.tasks)
                executors.stop()
                sharing.close()
                inbox.close()
                workspace.memo.save()
                journal.close()

    def _tell_nameless(self) -> None:
        """Warn of tasks without a namespace, which those of other modules may be taken for: once in a process."""
        tasks = {job.task.base for job in self.execution.frontier.jobs if not job.task.namespace}
        names = sorted({task.fullname for task in tasks} - TOLD)
        if names and "namespace" not in self.workspace.settings.ignore_warnings:
            TOLD.update(names)
            shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
            self.report.notice(f"tasks without a namespace: {shown}; set `redun_namespace` in their modules")

    def _watch(self, inbox: SelectInbox) -> None:
        """Have the report tell from time to time how far the run is."""
        clock, interval = self.workspace.clock, self.workspace.settings.status_interval
        if interval <= 0:
            return

        def tell() -> None:
            self.report.write_table()
            inbox.call_at(clock.monotonic() + interval, tell)

        inbox.call_at(clock.monotonic() + interval, tell)

    @property
    def argv(self) -> str:
        """How the run was asked for."""
        return in_shell(self.options.argv)

    def _execution(self, inbox: SelectInbox, executors: Executors) -> Execution:
        workspace, options = self.workspace, self.options
        settings = Settings(
            jobs=self.jobs,
            max_failures=options.max_failures,
            dry=options.dry,
            force_all=not options.cache,
            limits=workspace.settings.limits,
            environment=workspace.environ,
            restores=workspace.settings.restores,
            repeats=False,
            context=options.context,
            here=workspace.here,
            room=workspace.settings.max_value,
            tags=options.tags,
            executor_options=options_of_jobs(workspace),
            elsewhere=names_elsewhere(workspace),
        )
        tools = ProjectTools(
            workspace.files, workspace.folder, workspace.environ.get("PATH"), workspace.settings.tools
        )  # fmt: skip
        doors: Any = executors
        events = Events(self.report, self._collections)
        workspace.files.meter.tell = lambda text: events.emit("notice", None, text)
        return Execution(
            self.id,
            Doors(
                workspace.records(self.report.notice), workspace.files, workspace.tasks(), tools,
                NoRules(workspace.folder, workspace.root), workspace.clock, events, inbox, doors,
                ProjectMachine(workspace.settings, workspace.environ),
            ),
            settings,
        )  # fmt: skip

    def _claims(self) -> FileClaims | None:
        """What keeps other runs from computing what this one is at; None for a run that takes nothing from others."""
        if self.options.dry or not self.options.cache:
            return None
        workspace = self.workspace
        store = workspace.records(self.report.notice)

        def is_guest() -> bool:
            """Whether a job of a run that is under way has started this one."""
            started = store.rows(EXECUTION, {"status": "running"}, columns=["process"])
            return not ancestors().isdisjoint(pid_here(process) for (process,) in started if process)

        return FileClaims(f"{workspace.state}/claims", workspace.clock, is_guest, stands_still)

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
        if ended is not None and self.execution.failures:
            from redo_py.app.telling.tracebacks import keep_tracebacks

            keep_tracebacks(self.execution)


def end_what_is_left(workspace: RunWorkspace, notice: Callable[[str], None]) -> None:
    """End the commands of runs that were killed. What they have half made needs no care: it is made again before
    anybody takes it for whole."""
    for path in abandoned(f"{workspace.state}/tmp"):
        for process in recover(path, workspace.clock).ended:
            notice(f"ended {process}, left by a run that was killed")
        with suppress(FileNotFoundError):  # another run may have been as quick
            os.unlink(path)

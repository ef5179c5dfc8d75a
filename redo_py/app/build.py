"""`redun build`: from a request to built files and an exit status."""

from __future__ import annotations

import os

from redo_py.app.away import names_elsewhere, options_of_jobs
from redo_py.app.care.recover import JOURNAL, recover_project
from redo_py.app.ending import Ending, record_start
from redo_py.app.environments import Environments, program_of
from redo_py.app.executors import Executors
from redo_py.app.forcing import matching
from redo_py.app.interrupt import Interrupts
from redo_py.app.leftovers import sources_of
from redo_py.app.machine import ProjectMachine
from redo_py.app.parts import Rest, rest_of
from redo_py.app.planner import RedunfilePlanner
from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.report import Report
from redo_py.app.request import Request, defines, snapshot_key
from redo_py.app.tools import ProjectTools
from redo_py.config.environment import foreign_environment, worker_environment
from redo_py.config.root import STATE
from redo_py.config.settings import command_environment
from redo_py.engine.execution import Doors, Execution, Settings
from redo_py.engine.job import Job
from redo_py.engine.loop import run
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.commands.sharing import VARIABLE as MAKEFLAGS
from redo_py.executors.commands.sharing import Sharing
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal, Unwritten
from redo_py.files.snapshot import drop_snapshot
from redo_py.front.redunfile.planning.requests import named
from redo_py.ground.errors import StoreError, UsageError
from redo_py.ground.events import Events
from redo_py.records import EXECUTION, JOB, OUTPUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.app.watching.progress import Screen
    from redo_py.app.watching.watch import Watch
    from redo_py.executors.api import Executor
    from redo_py.front.redunfile.planning.planner import Planner

    Factory = Callable[[Executors], Executor]

NESTED = "REDUN_BUILD_ROOT"  # tells a command's own `redun build` which project it is inside of


class Build:
    """One `redun build`. `write` takes the text for the user; `versions` names what makes snapshots meaningless."""

    def __init__(
        self,
        project: Project,
        request: Request,
        write: Callable[[str], None],
        versions: str,
        watch: Watch | None = None,
    ) -> None:
        self.project = project
        self.request = request
        self.write = write
        self.watch = watch  # who else is told what happens
        self.dry = request.is_rehearsal
        project.only_reads = project.only_reads or self.dry
        self.report = report_of(request, write, project.environ)
        project.notice = self.report.notice
        self.key = snapshot_key(request, project.root, project.here, versions)
        self.started = project.clock.now()
        self.id = os.urandom(16)  # of the execution
        self.opened: OpenRedunfile
        self.rest: Rest | None = None  # what need not be planned, because no change can reach it
        self.expressions: list[Any] = []
        self.jobs = request.jobs or project.settings.jobs  # how many at once, if nobody else has a say
        self.machine = ProjectMachine(project.settings, project.environ)
        self.tools = ProjectTools(project.files, project.root, project.environ.get("PATH"), project.settings.tools)

    def run(self) -> int:
        """Carry the request out; the exit status. What it raises was raised before anything was run."""
        collect_garbage_rarely()
        self.project.make_state()
        if not self.dry:
            self.project.lock(" ".join(("redun build", *self.request.targets)), self._tell_wait)
            recover_project(self.project, self.report.notice)
            if self.request.may_be_answered:
                self.rest = rest_of(self.project.root, STATE, self.key, self.project.environ, self._is_recorded)
            drop_snapshot(STATE, self.key)
        self.plan()
        if self.request.print_ir:
            from redo_py.ir.schema import to_json

            self.write(to_json(tuple(self.expressions)) + "\n")
            return 0
        if not self.dry:
            self._find_gpus()
        return self._execute()

    def plan(self) -> None:
        """Read the redunfile and plan the targets; every missing input is found here, before any work."""
        self.opened = OpenRedunfile(self.project, defines(self.request.defines))
        self.report.texts = self.opened.redunfile.texts
        planner = self.opened.planner
        if self.rest is not None and not self._plan_parts(planner, self.rest):
            self.rest = None
            self.plan()
            return
        if self.rest is None:
            self.expressions = self._planned(planner)
        for warning in self.opened.redunfile.warnings:
            self.write(str(warning) + "\n")
        self.opened.sources = sources_of(self.project, planner, self.request.targets, self.report.notice)

    def _planned(self, planner: Planner) -> list[Any]:
        """All that was asked for."""
        targets = list(self.request.targets)
        if not self.request.arguments:
            return planner.request(targets, self.project.here)
        action = named(self.opened.redunfile, targets[0], self.project.here, "action")
        if not action:
            raise UsageError("not-an-action", name=targets[0], option=self.request.arguments[0])
        return [planner.request_action(action, list(self.request.arguments))]

    def _plan_parts(self, planner: Planner, rest: Rest) -> bool:
        """Plan what was asked for and is not in `rest`; False if the plan is not what it was."""
        planner.kept = rest.expression
        self.expressions = [planner.expression_of(origin) for origin in rest.roots]
        return all(each is not None for each in self.expressions) and rest.fits(planner.planned, planner.reads.globs)

    def execution(self, inbox: SelectInbox, executors: Any, dry: bool, sharing: Sharing | None = None) -> Execution:
        """The engine's state for this request, wired to the project."""
        project, request = self.project, self.request
        environment = command_environment(project.environ)
        environment[NESTED] = project.root
        settings = Settings(
            jobs=sharing.jobs if sharing is not None else self.jobs,
            max_failures=request.max_failures,
            dry=dry,
            force_all=request.force_all,
            forces=matching(request.force, project.here) if request.force else None,
            keep_failed=request.keep_failed,
            terminal=os.isatty(0) and os.isatty(1),
            limits={**self.opened.redunfile.pools, **project.settings.limits},
            environment=environment,
            room=project.settings.max_value,
            executor_options=options_of_jobs(project),
            elsewhere=names_elsewhere(project),
        )
        events = Events(self.report)
        project.files.meter.tell = lambda text: events.emit("notice", None, text)
        store = project.store(self.report.notice)
        doors = Doors(
            store, project.files, self.opened.tasks, self.tools,
            RedunfilePlanner(self.opened.planner, project.root, project.files, store), project.clock, events,
            inbox, executors, self.machine, sharing.server if sharing is not None else None,
        )  # fmt: skip
        execution = Execution(self.id, doors, settings)
        if self.rest is not None:
            execution.kept = self.rest.calls
        return execution

    def rehearse(self) -> Execution:
        """Plan, and decide everything as a build would, but change nothing: for those who ask why."""
        self.plan()
        inbox = SelectInbox(self.project.clock)
        try:
            execution = self.execution(inbox, {}, dry=True)
            run(execution, tuple(self.expressions))
        finally:
            inbox.close()
            self.project.memo.save()
        return execution

    def _execute(self) -> int:
        project = self.project
        inbox = SelectInbox(project.clock)
        journal = Unwritten() if self.dry else Journal(JOURNAL, self.project.clock)
        sharing = self._sharing(inbox)
        executors = self._executors(inbox, journal, sharing)
        execution = self.execution(inbox, executors, self.dry, sharing)
        execution.settings.asks = self.request.check
        sharing.places = execution.places
        self.report.replay = self.printed_before
        record_start(self, execution)
        with Interrupts(execution, executors, inbox.call_soon, project.clock) as interrupts:
            try:
                if self.watch is not None:
                    self._let_watch(self.watch, execution, executors)
                interrupts.listen()
                root = run(execution, tuple(self.expressions))
                interrupts.engine_stopped()
                if self.watch is not None:
                    self.watch.look_away()
                return Ending(self, execution, root).conclude()
            finally:
                interrupts.engine_stopped()
                executors.stop()
                sharing.close()
                inbox.close()
                project.memo.save()
                journal.close()

    def _sharing(self, inbox: SelectInbox) -> Sharing:
        """The jobserver of this build, joined if redun was called with one."""
        sharing = Sharing(self.jobs, inbox, self.report.notice, self.project.settings.jobserver)
        if not self.dry:
            sharing.join(self.project.environ.get(MAKEFLAGS, ""), self.request.jobs is not None)
        return sharing

    def _find_gpus(self) -> None:
        """Raise ErrorList if a job that has to run needs more GPUs than there are."""
        most = self.opened.redunfile.most_gpus
        if most and most > len(self.machine.gpus):
            from redo_py.app.gpus import refuse_missing_gpus

            inbox = SelectInbox(self.project.clock)
            try:
                execution = self.execution(inbox, {}, dry=True)
                refuse_missing_gpus(execution, self.expressions, len(self.machine.gpus))
            finally:
                inbox.close()

    def _executors(self, inbox: SelectInbox, journal: Journal | Unwritten, sharing: Sharing) -> Executors:
        project = self.project

        def commands(executors: Executors) -> Executor:
            scratch = f"{STATE}/tmp"
            return CommandExecutor(project.root, project.clock, journal, scratch, project.environ, sharing=sharing)

        def threads(executors: Executors) -> Executor:
            from redo_py.executors.functions.threads import ThreadExecutor

            inner: Any = executors.get("command")
            return ThreadExecutor(
                sharing.jobs, project.clock, inner, measures=project.settings.measures or bool(self.request.trace)
            )

        def processes(executors: Executors) -> Executor:
            from redo_py.executors.functions.process import ProcessExecutor

            digest = self.opened.tasks.digest_alone
            environ = worker_environment(project.environ)
            return ProcessExecutor(sharing.jobs, project.root, project.clock, journal, environ, digest)

        def processes_of(program: Sequence[str], environ: Mapping[str, str]) -> Callable[[Executors], Executor]:
            from redo_py.executors.functions.process import ProcessExecutor

            return lambda _: ProcessExecutor(
                sharing.jobs, project.root, project.clock, journal, foreign_environment(environ),
                self.opened.tasks.digest_of_files, program=program, by_files=True,
            )  # fmt: skip

        def apart(executors: Executors) -> Executor:
            from redo_py.executors.environments.apart import ApartExecutor

            return ApartExecutor(factories["process"](executors), threads(executors))

        def coroutines(executors: Executors) -> Executor:
            from redo_py.executors.functions.coroutines import CoroutineExecutor

            return CoroutineExecutor(project.root, project.clock)

        factories: dict[str, Factory] = {
            "command": commands, "thread": threads, "process": processes, "async": coroutines,
        }  # fmt: skip
        if project.python:
            factories |= {"process": processes_of(program_of(project.python), project.environ), "thread": apart}
        if project.settings.executors:
            factories |= self._named(inbox, journal, sharing, factories["thread"], factories["process"])
        environments = Environments(project, processes_of, self.report.notice)
        return Executors(inbox, factories, self._behind(), environments)

    def _behind(self) -> Callable[[str], str] | None:
        """What follows aliases; None if there are none."""
        settings = self.project.settings.executors
        if not settings:
            return None
        from redo_py.app.running.named_executors import behind

        return lambda name: behind(name, settings)

    def _named(
        self,
        inbox: SelectInbox,
        journal: Journal | Unwritten,
        sharing: Sharing,
        threads: Factory,
        processes: Factory,
    ) -> dict[str, Factory]:
        """The executors that the settings name. What they try again is told between two events of the engine."""
        from redo_py.app.plugins import Plugins
        from redo_py.app.running.named_executors import Named

        def notice(text: str) -> None:
            inbox.call_soon(lambda: self.report.notice(text))

        tasks = self.opened.tasks
        plugins = Plugins(
            self.project, journal, sharing.jobs, tasks.digest_alone, execution=self.id, notice=notice,
            identify_files=tasks.digest_of_files,
        )  # fmt: skip
        return Named(
            self.project.settings.executors, lambda _: threads, lambda _: processes, plugins.factory
        ).factories()

    def _let_watch(self, watch: Watch, execution: Execution, executors: Executors) -> None:
        """Let others hear of what happens from now on."""
        watch.open_files(self.report.notice)
        store = self.project.store(self.report.notice)
        watch.begin(execution, executors, store, self.project.root, self.started)

    def _tell_wait(self, holder: str) -> None:
        self.report.notice(f"waiting for another build of this project ({holder})")

    def _is_recorded(self, execution: bytes) -> bool:
        """Whether the records know the execution."""
        return any(self.project.store(self.report.notice).rows(EXECUTION, {"id": execution}, limit=1))

    def printed_before(self, job: Job) -> bytes:
        """What the job printed when it last ran."""
        store = self.project.store(self.report.notice)
        for row in store.rows(JOB, {"call": job.call_hash, "state": "ran"}, order="started", descending=True, limit=1):
            for output in store.rows(OUTPUT, {"execution": row[0], "seq": row[1]}):
                return bytes(output[3])
        return b""


def collect_garbage_rarely() -> None:
    """Cells and expressions live until the build ends: looking for garbage among them costs a tenth of it. The fast
    lane has done the same for what it has loaded."""
    import gc

    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def report_of(request: Request, write: Callable[[str], None], environ: Mapping[str, str]) -> Report:
    """What makes lines of what happens."""
    kind = Report
    if environ.get("GITHUB_ACTIONS") == "true":
        from redo_py.app.watching.github import GithubReport

        kind = GithubReport
    return kind(write, request.quiet, request.verbose, request.explain, request.is_rehearsal)


def watch_of(request: Request, screen: Screen | None) -> Watch | None:
    """Who is to watch the build that `request` asks for; None, and nothing loaded, if nobody is."""
    if screen is None and not request.writes_files:
        return None
    from redo_py.app.watching.watch import Watch

    return Watch(request, screen)


def build(
    request: Request,
    environ: Mapping[str, str],
    write: Callable[[str], None],
    versions: str,
    screen: Screen | None = None,
) -> int:
    """Carry out `request`; the exit status. Raises UsageError, ErrorList and StoreError before anything was run.
    `screen` is the terminal that `write` prints on, if it is one."""
    watch = watch_of(request, screen)
    try:
        return attempt(request, environ, write, versions, watch, screen)
    except StoreError as error:
        if error.code != "store-damaged" or request.writes_files:  # those files tell of one execution
            raise
        write(f"redun: {error.headline}: begun anew\n")
        return attempt(request, environ, write, versions, None, None)
    finally:
        if watch is not None:
            watch.close()


def attempt(
    request: Request,
    environ: Mapping[str, str],
    write: Callable[[str], None],
    versions: str,
    watch: Watch | None,
    screen: Screen | None,
) -> int:
    """One execution of `request`; the exit status. Raises what `build` does, and StoreError also when the records turn
    out to be damaged in the middle: they are set aside by whoever opens them next."""
    project = Project(request.directory, request.file, environ, request.profile)
    try:
        made = Build(project, request, write, versions, watch)
        if screen is not None:
            made.report.paint = screen.paint
        return made.run()
    finally:
        project.close()

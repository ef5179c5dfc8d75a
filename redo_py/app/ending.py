"""How a build ends: what is said and recorded of it, and its exit status."""

from __future__ import annotations

from redo_py import __version__
from redo_py.app.argument_files import trim_argument_files
from redo_py.app.forcing import unused
from redo_py.app.remember import remember
from redo_py.app.report import is_answer, summary
from redo_py.engine.job import JobState
from redo_py.engine.temporary import sweep
from redo_py.executors.processes.system import this_process
from redo_py.front.redunfile.planning.requests import named
from redo_py.ground.errors import RedunError
from redo_py.ir.commands import quote
from redo_py.records import BUILD, EXECUTION, FORCED_BUILD, PARTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from redo_py.app.parts import Rest
    from redo_py.app.project import Project
    from redo_py.app.redunfile import OpenRedunfile
    from redo_py.app.report import Report
    from redo_py.app.request import Request
    from redo_py.app.tools import ProjectTools
    from redo_py.app.watching.watch import Watch
    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Cell, Job
else:
    Protocol = object

UP_TO_DATE = "redun: everything is up to date"
WOULD_RUN = 4  # the exit status of --check when something would have to run


class Build(Protocol):
    """What an ending needs to know of the build that ends; see app.build."""

    dry: bool
    expressions: list[Any]
    key: str
    opened: OpenRedunfile
    project: Project
    report: Report
    rest: Rest | None
    request: Request
    started: float
    tools: ProjectTools
    watch: Watch | None
    write: Callable[[str], None]

    def printed_before(self, job: Job) -> bytes:
        """What `job` printed when it last ran."""


class Ending:
    """The end of `build`, whose `execution` has stopped with `root`."""

    def __init__(self, build: Build, execution: Execution, root: Cell) -> None:
        self.build = build
        self.execution = execution
        self.root = root
        self.counts = count(build, execution)
        self.seconds = build.project.clock.now() - build.started

    def conclude(self) -> int:
        """Say and record how it ended, remember that all is up to date if it is; the exit status."""
        build = self.build
        status = self.status()
        record_end(build, self.execution, status)
        if status == 0 and not build.dry:
            self.keep()
        self.tell(status)
        if build.request.check and status == 0 and self.counts.get("would_run"):
            status = WOULD_RUN
        if build.watch is not None:
            build.watch.tell(build.expressions, status, self.seconds, build.printed_before, self.root.error)
        return status

    def status(self) -> int:
        """The exit status; says what nobody has said yet."""
        execution, root = self.execution, self.root
        if execution.interrupted:
            self.build.report.notice("interrupted; what had finished is recorded")
            return 128 + execution.interrupted
        if root.state == JobState.DONE:
            return 0
        error = root.error
        told = {id(job.error) for job in execution.failures}
        if error is not None and id(error) not in told:
            self.build.report.error(error)
        status = error.exit_status if isinstance(error, RedunError) else 1
        has_run = any(job.tries for job in execution.frontier.jobs)
        return 1 if status == 2 and has_run else status  # 2 says that nothing was run

    def keep(self) -> None:
        """All went well: print the values that were asked for, tidy up, and let the next build know."""
        build, project = self.build, self.build.project
        values = self.values()
        for target, value in values.items():
            build.write(f"{target} = {value!r}\n")
        sweep(self.execution)
        project.trim()
        trim_argument_files(build.started)
        if not values:
            remember(project, build.opened, build.tools, self.execution, build.key, UP_TO_DATE, build.rest)

    def values(self) -> dict[str, object]:
        """Those of the public lazy names that were asked for."""
        build = self.build
        asked = zip(build.request.targets, self.root.value or (), strict=False)
        redunfile, here = build.opened.redunfile, build.project.here
        return {target: value for target, value in asked if named(redunfile, target, here, "lazy")}

    def tell(self, status: int) -> None:
        """The last lines."""
        build = self.build
        notice = build.report.notice
        build.report.tell_displaced()
        build.project.tell_outsized(notice)
        if status == 0:
            for warning in unused(build.request.force, self.execution.frontier.jobs, build.project.here):
                notice(warning)
        if build.request.quiet and not status:
            return
        if status or any(self.counts.get(kind) for kind in ("done", "restored", "failed", "would_run", "skipped")):
            notice(summary(self.counts, self.seconds, build.dry)[7:])
            self.tell_times()
        else:
            build.write(UP_TO_DATE + "\n")
        if build.dry:
            from redo_py.app.telling.taken import as_of_the_last_build

            for said in as_of_the_last_build(self.execution):
                notice(said)

    def tell_times(self) -> None:
        """How long it would take, or what took so long."""
        build = self.build
        if build.dry:
            from redo_py.app.times.estimate import Durations
            from redo_py.app.times.forecast import forecast

            store = build.project.store(build.report.notice)
            said = forecast(self.execution, build.expressions, Durations(store.durations))
        elif build.request.verbose or build.request.trace:
            from redo_py.app.times.forecast import retrospect

            said = retrospect(self.execution, build.expressions)
        else:
            return
        if said:
            build.report.notice(said)


def count(build: Build, execution: Execution) -> dict[str, int]:
    """How many jobs ended how; what only asked the world something is no work."""
    counts = build.report.counts
    jobs = execution.frontier.jobs
    counts["skipped"] = sum(job.state < JobState.DONE or job.outcome == "skipped" for job in jobs)
    counts["done"] = counts.get("done", 0) - sum(map(is_answer, jobs))
    if build.rest is not None:
        counts["cached"] = counts.get("cached", 0) + len(build.rest)
    return counts


def record_start(build: Build, execution: Execution) -> None:
    """The row of an execution that has begun."""
    execution.buffer[EXECUTION] += row_of(build, execution, None, "running")


def record_end(build: Build, execution: Execution, status: int) -> None:
    """The row of an execution that is over, and what failed in it."""
    if build.dry:
        return
    name = "interrupted" if execution.interrupted else "failed" if status else "done"
    execution.doors.store.write([(EXECUTION, row_of(build, execution, build.project.clock.now(), name))])
    if execution.failures:
        from redo_py.app.telling.tracebacks import keep_tracebacks

        keep_tracebacks(execution)


def row_of(build: Build, execution: Execution, ended: float | None, state: str) -> tuple[object, ...]:
    """An execution as the store has it."""
    kind = "build" if build.rest is None else PARTS
    forced = [f"--force={quote(pattern)}" for pattern in build.request.force]
    words = (FORCED_BUILD if build.request.force_all else BUILD, *forced, *map(quote, build.request.meaning))
    argv = " ".join(words)
    process = this_process() if ended is None else None
    return (execution.id, build.started, ended, state, argv, build.project.here, __version__, kind, process)

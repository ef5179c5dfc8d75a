"""`redun adopt`: outputs that are there count as made of the present inputs, so that a project that comes from another
tool is not built anew. They are marked as not verified until they have been made here."""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.app.build import Build
from redo_py.app.care.recover import recover_project
from redo_py.app.forcing import matching
from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.report import printable
from redo_py.app.request import Request, defines
from redo_py.engine.loop import run
from redo_py.executors.commands.depfile import read_depfile
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.system import this_process
from redo_py.files.globbing import glob
from redo_py.ground.errors import RunError, UsageError
from redo_py.records import EXECUTION
from redo_py.tasks.builtin import COMMAND
from redo_py.values.file import normal_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

LEFT = ("would_run", "restored", "failed")  # outcomes of what would not be found up to date
WIDTH = 14  # of the first column


class Wanted:
    """What is to be adopted; the engine's Adopting."""

    def __init__(self, root: str, patterns: Sequence[str], dry: bool, any_age: bool) -> None:
        self._root = root
        self._is_match = matching(patterns) if patterns else None  # None: everything
        self.dry = dry
        self.any_age = any_age

    def matches(self, paths: Sequence[str]) -> bool:
        """Whether one of these outputs of a job is asked for."""
        return self._is_match is None or any(map(self._is_match, paths))

    def read_depfiles(self, job: Job) -> list[str]:
        """What the depfiles of `job` name. Raises RunError if one is missing or is none."""
        folder = job.arguments["steps"][-1][1] if job.name == COMMAND else ""
        found: dict[str, None] = {}
        for depfile in job.depfiles:
            try:
                names = read_depfile(os.path.join(self._root, depfile))
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise RunError("adopt-depfile", path=depfile, reason=reason) from None
            except ValueError as error:
                raise RunError("adopt-depfile", path=depfile, reason=str(error)) from None
            found |= dict.fromkeys(os.path.join(folder, name) for name in names)
        return list(found)


def adopt(
    request: Request,
    globs: Sequence[str],
    any_age: bool,
    environ: Mapping[str, str],
    write: Callable[[str], None],
    versions: str,
) -> int:
    """Adopt outputs that match one of `globs`, without any of them all that a build of the defaults would make; the
    exit status. Raises UsageError, ErrorList and StoreError before anything is recorded."""
    project = Project(request.directory, request.file, environ, request.profile)
    request.quiet = True  # `tell` has the one line for each output; a dry build has another for what it would run
    try:
        project.make_state()
        if not request.dry:
            project.lock(
                "redun adopt", lambda holder: write(f"redun: waiting for another build of this project ({holder})\n")
            )
            recover_project(project, lambda text: write(f"redun: {text}\n"))
        patterns = [normal_path(f"{project.here}/{each}" if project.here else each) for each in globs]
        if patterns:
            request.targets = tuple(f"//{path}" for path in outputs_that_match(project, request, patterns))
        wanted = Wanted(project.root, patterns, request.dry, any_age)
        tell(carried_out(Build(project, request, write, versions), wanted), wanted, write)
        return 0
    finally:
        project.memo.save()
        project.close()


def outputs_that_match(project: Project, request: Request, patterns: Sequence[str]) -> list[str]:
    """What rules make and a pattern matches: of the files that are there, and of what the redunfile names. Raises
    UsageError for a pattern without any."""
    planner = OpenRedunfile(project, defines(request.defines)).planner
    named = [path for target in planner.targets() for path in (target.name, *target.instances) if "{" not in path]
    found: dict[str, None] = {}
    for pattern in patterns:
        is_match = matching([pattern])
        paths = {*glob(project.root, pattern).paths, *filter(is_match, (name.rstrip("/") for name in named))}
        made = [path for path in sorted(paths) if planner.producer(path) is not None]
        if not made:
            raise UsageError("adopt-nothing", glob=pattern)
        found |= dict.fromkeys(made)
    return list(found)


def carried_out(build: Build, wanted: Wanted) -> Execution:
    """The execution in which everything was adopted that is `wanted` and can be."""
    project = build.project
    build.plan()
    inbox = SelectInbox(project.clock)
    try:
        execution = build.execution(inbox, {}, dry=True)
        execution.settings.adopting = wanted
        started = project.clock.now()
        argv = " ".join(("redun adopt", *build.request.targets))
        row = (execution.id, started, None, "running", argv, project.here, __version__, "adopt", this_process())
        execution.buffer[EXECUTION] += row
        run(execution, tuple(build.expressions))
        if not wanted.dry:
            ended = (execution.id, started, project.clock.now(), "done", argv, project.here, __version__, "adopt", None)
            execution.doors.store.write([(EXECUTION, ended)])
    finally:
        inbox.close()
    return execution


def tell(execution: Execution, wanted: Wanted, write: Callable[[str], None]) -> None:
    """A line for each output that was asked for and was not known to be up to date, and how it ended."""
    adopted = left = 0
    for job in reversed(execution.frontier.jobs):  # what is used before what uses it
        if job.outcome == "adopted":
            adopted += 1
            write(f"{'would adopt' if wanted.dry else 'adopted':<{WIDTH}}{printable(job.origin)}\n")
        elif job.outcome in LEFT and job.kind == "rule" and wanted.matches(paths_of(job)):
            left += 1
            write(f"{'left':<{WIDTH}}{printable(f'{job.origin}: {why_left(job)}')}\n")
    if adopted or left:
        rest = f", {left} left to be made" if left else ""
        write(f"redun: {adopted} {'would be adopted' if wanted.dry else 'adopted'}, not verified{rest}\n")
    else:
        write("redun: nothing to adopt: everything is up to date\n")


def paths_of(job: Job) -> list[str]:
    """What `job` makes; of one that failed before that was known, what it is called after."""
    return [output.path for output in job.outputs] or [job.origin]


def why_left(job: Job) -> str:
    """Why the outputs of `job` were not adopted."""
    if job.outcome == "restored":
        return "redun has made it of the same inputs, and it was something else"
    return job.reason if job.error is None else str(getattr(job.error, "headline", job.error))

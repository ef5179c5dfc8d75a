"""`redun why TARGET`: what would happen now and why; if nothing would, what made the target, when and why.

The answer comes from the walk that a build makes to decide, rehearsed: there is no second copy of that logic. A job
that would run only because something before it would is followed down to what differs.
"""

from __future__ import annotations

from contextlib import suppress

from redo_py.app.build import Build
from redo_py.app.project import Project
from redo_py.app.report import describe
from redo_py.app.request import Request
from redo_py.app.telling.history import History, aligned
from redo_py.app.telling.why_recorded import why_recorded
from redo_py.engine.job import Job
from redo_py.front.redunfile.names.paths import folders_of
from redo_py.front.redunfile.planning.requests import resolve
from redo_py.ground.errors import ErrorList, RedunError
from redo_py.ir.commands import shown
from redo_py.ir.flat import uses_of
from redo_py.tasks.builtin import BUILTIN, COMMAND, STEPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.front.redunfile.instances.instance import Instance

SHOWN = 10  # causes of one job that are told
DEEPEST = 12  # steps from the target down to a cause that are told
VERBS = {"rule": "be made", "check": "run", "action": "run", "task": "run"}  # kind of job -> what it would do


def why(
    request: Request,
    environ: Mapping[str, str],
    write: Callable[[str], None],
    versions: str,
    answer: Callable[[Why], list[list[str]]],
    rules: bool,
) -> int:
    """Write the blocks of lines that are the `answer` about the targets of `request`; the exit status. Without a
    redunfile the records of runs answer, unless the question is about `rules`. Raises UsageError and ErrorList as a
    build of the targets would."""
    project = Project(request.directory, request.file, environ, request.profile, rules=rules)
    try:
        project.make_state()
        project.only_reads = True
        if not project.file:
            why_recorded(project, request.targets, write)
            return 0
        build = Build(project, request, lambda _: None, versions)
        blocks = answer(Why(build))
        write("\n".join("\n".join(block) + "\n" for block in blocks))
        return 0
    finally:
        project.close()


class Why:
    """The answers for one rehearsed build."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.project = build.project
        self.execution: Execution = build.rehearse()
        self.history = History(build.project.store(lambda _: None))

    def blocks(self) -> list[list[str]]:
        """The lines about each thing that was asked for."""
        planner = self.build.opened.planner
        found = [each for target in self.build.request.targets for each in resolve(planner, target, self.project.here)]
        return [self.of_source(each) if isinstance(each, str) else list(self.of_instance(each)) for each in found]

    def of_source(self, path: str) -> list[str]:
        """That it is one, and what uses it."""
        if path in self.build.opened.redunfile.files():
            which = "the" if path == self.project.file else "a"
            return [f"{path} is {which} redunfile: `redun targets` lists what it makes"]
        users = sorted({*self.history.users_of(path), *self.history.users_of_code(path)})
        if users:
            return [f"{path} is a source file, used by", *(f"  {origin}" for origin in users)]
        with suppress(RedunError, ErrorList):  # bodies may look into files, too
            self.build.opened.planner.request([], self.project.here)
        if role := self.role_of(path):
            return [f"{path} is {role}: a step runs again if what is taken from there for that step differs"]
        return [f"{path} is a source file; nothing that was built here uses it"]

    def role_of(self, path: str) -> str:
        """What `path` is to the redunfiles if what they say follows from its content; else ""."""
        if any(path == stamp.path and stamp.digest for stamp in self.project.stamps):
            return "a settings file"
        return "a file that the redunfile looks into" if path in self.build.opened.seen_into() else ""

    def of_instance(self, instance: Instance) -> Iterator[str]:
        """What would happen for one rule, check, action or lazy name, and why."""
        cell = self.execution.frontier.cells[id(instance.expression)]
        if not isinstance(cell, Job) or instance.kind == "lazy":
            yield from self.of_value(instance, [cell] if isinstance(cell, Job) else self.below(instance.expression))
        elif cell.outcome == "would_run":
            yield from self.causes(cell, 0, set())
        elif cell.error is not None:
            yield from self.failure(cell, cell.error)
        else:
            yield f"{cell.origin} {self.state_of(cell)}"
            yield from self.facts(instance, self.leader_of(cell))

    def of_value(self, instance: Instance, jobs: list[Job]) -> Iterator[str]:
        """Whether a lazy name would be evaluated again, and which of the calls in it for what reason."""
        running = [job for job in jobs if job.outcome == "would_run"]
        failed = [job for job in jobs if job.error is not None]
        if failed:
            yield from (line for job in failed if job.error is not None for line in self.failure(job, job.error))
            return
        yield f"{instance.origin} {'would be evaluated again' if running else 'is up to date'}"
        told: set[int] = set()
        for job in running:
            yield from self.causes(job, 1, told)
        if not running:
            place = f"{instance.span.file}:{instance.span.line}"
            for job in jobs:
                facts = [("value of", f"{job.origin}, {place}"), *self.history.of_call(job.call_hash)]
                yield from aligned(facts)

    def failure(self, job: Job, error: BaseException) -> Iterator[str]:
        """What a build would say instead of running `job`."""
        yield f"{job.origin} cannot {VERBS[job.kind]}:"
        yield from (f"  {line}" for line in describe(error).split("\n"))

    def state_of(self, job: Job) -> str:
        """How things stand with a job that would not run."""
        if job.outcome == "restored":
            return f"would be put back from the cache: {job.reason}"
        return "is up to date" if job.kind != "check" else "has passed, and nothing has changed since"

    def causes(self, job: Job, depth: int, told: set[int]) -> Iterator[str]:
        """Why `job` would run, and below it why what it uses would. Keeps its own stack."""
        stack = [(job, depth)]
        while stack:
            current, depth = stack.pop()
            told.add(current.seq)
            yield f"{'  ' * depth}{current.origin} would {VERBS[current.kind]}: {current.reason}"
            before = [each for each in self.makers(current) if each.outcome == "would_run" and each.seq not in told]
            if before and depth >= DEEPEST:
                yield f"{'  ' * depth}  and so on down to {self.deepest(before[0]).origin}"
                continue
            if len(before) > SHOWN:
                yield f"{'  ' * depth}  and {len(before) - SHOWN} more like these:"
            told.update(each.seq for each in before)
            stack += [(each, depth + 1) for each in reversed(before[:SHOWN])]

    def makers(self, job: Job) -> list[Job]:
        """The jobs that `job` rests on directly."""
        assert job.expression is not None
        return list({each.seq: each for each in (*self.below(job.expression), *self.found_by(job))}.values())

    def found_by(self, job: Job) -> Iterator[Job]:
        """The jobs that make the files which `job` is given: a lazy `need` says only when it is evaluated which those
        are, so the text of `job` does not lead to them."""
        made_by = self.execution.made_by
        for file in job.files:
            places = (file.path, *folders_of(file.path))  # it may lie below a folder that is made
            maker = next((made_by[place] for place in places if place in made_by), job)
            if maker is not job:
                yield maker

    def below(self, expression: Any) -> list[Job]:
        """The nearest jobs below an expression, each once, in the order of the text."""
        found: dict[int, Job] = {}
        seen: set[int] = set()
        stack = list(reversed(uses_of(expression)))
        while stack:
            each = stack.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            cell = self.execution.frontier.cells.get(id(each))
            if isinstance(cell, Job):
                leader = self.leader_of(cell)
                found[leader.seq] = leader
            else:
                stack += reversed(uses_of(each))
        return list(found.values())

    def leader_of(self, job: Job) -> Job:
        """The job that does the work for `job`."""
        return job.leader if job.leader is not None else job

    def deepest(self, job: Job) -> Job:
        """One of the jobs that `job` would run for in the end."""
        seen: set[int] = set()
        while True:
            seen.add(job.seq)
            before = [each for each in self.makers(job) if each.outcome == "would_run" and each.seq not in seen]
            if not before:
                return job
            job = before[0]

    def facts(self, instance: Instance, job: Job) -> Iterator[str]:
        """What made it, when, and why then, as aligned lines."""
        facts = [("made by", f"{instance.kind} {instance.name}, {instance.span.file}:{instance.span.line}")]
        facts += self.work_of(job)
        yield from aligned([*facts, *self.history.of_call(job.call_hash)])

    def work_of(self, job: Job) -> Iterator[tuple[str, str]]:
        """Its commands, or the task that it calls."""
        name = job.task.fullname
        if name not in BUILTIN:
            yield "task", name
        elif name == COMMAND:
            yield from (("command", shown(step[0])) for step in job.arguments["steps"])
        elif name == STEPS:
            for kind, *part in job.arguments["parts"]:
                yield ("command", shown(part[0][0])) if kind == "command" else ("task", part[0].name)

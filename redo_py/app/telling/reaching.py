"""`redun why TARGET --not FILE`: would a change of FILE reach TARGET? What uses what in between, or that nothing does.

What a command reads beyond what it declares is known from its last run. What only waits for something (order-only) is
not reached by a change of its content.
"""

from __future__ import annotations

from redo_py.app.telling.why import Why
from redo_py.engine.address import address_of
from redo_py.engine.job import Job
from redo_py.engine.prepare import first_unknown
from redo_py.front.redunfile.names.labels import below
from redo_py.front.redunfile.planning.requests import resolve
from redo_py.ir.expression import ValueExpression
from redo_py.ir.paths import rooted
from redo_py.tasks.task import TaskReference
from redo_py.values.encoding import NotPlain, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.records import Latest

    Step = tuple[Job, str]  # a job, and how it uses the one before it, or the file
    Chain = list[Step]  # from the target down to the file

USES, CALLS, CODE = "{} uses {}", "{} calls {}", "{} runs code in {}"  # how one thing uses another
READ = "{} read {}, as of the last build"


class Reaching:
    """The answers for one rehearsed build."""

    def __init__(self, why: Why) -> None:
        self.why = why
        self.execution = why.execution

    def blocks(self, file: str) -> list[list[str]]:
        """The lines about each target: whether a change of `file`, as it is written on the command line, reaches it."""
        build = self.why.build
        path = rooted(file, build.project.here)
        planner = build.opened.planner
        found = [each for target in build.request.targets for each in resolve(planner, target, build.project.here)]
        return [list(self.of_source(each, path) if isinstance(each, str) else self.of(each, path)) for each in found]

    def of_source(self, source: str, path: str) -> Iterator[str]:
        """A source file is made of nothing."""
        yield f"{path} does not reach {source}, which is a source file" if path != source else f"{path} is that file"

    def of(self, instance: Instance, path: str) -> Iterator[str]:
        """Whether a change at `path` reaches what is asked for, and how."""
        if path in self.why.build.opened.redunfile.files():
            yield f"{path} is a redunfile: what it says of {instance.origin} counts, and nothing else of it"
        elif path in [output for output, _, _ in instance.outputs]:
            yield f"{path} is what {instance.kind} {instance.name} makes: `redun why {path}`"
        elif chain := self.chain(instance, path, contents_only=True):
            yield f"{path} reaches {instance.origin}:"
            yield from told(chain, path)
        elif role := self.why.role_of(path):
            yield f"{path} is {role}: what is taken from there for {instance.origin} counts, and nothing else of it"
        else:
            jobs = self.jobs_below(instance)
            yield self.denial(instance, path, jobs)
            yield from self.instead(instance, path, jobs)

    def denial(self, instance: Instance, path: str, jobs: list[Job]) -> str:
        """That a change at `path` runs nothing, as far as that can be said."""
        again = next((job for job in jobs if job.seq in self.execution.assumed), None)
        if again is not None:
            return (
                f"{path} does not reach {instance.origin} as of the last build; {again.origin}, which would run again, "
                "may lead to other files"
            )
        if any(first_unknown(job) == "" for job in jobs):
            return (
                f"{path} is not known to reach {instance.origin}: what that is made of is only known when it is built"
            )
        return f"{path} does not reach {instance.origin}: a change of it would run nothing for that"

    def instead(self, instance: Instance, path: str, jobs: list[Job]) -> Iterator[str]:
        """What may have made somebody think that it does."""
        if chain := self.chain(instance, path, contents_only=False):
            yield "  something waits for it, but its content does not count (order only):"
            yield from told(chain, path)
        if users := sorted({*self.why.history.users_of(path), *self.why.history.users_of_code(path)}):
            yield f"  it is used by {', '.join(users[:5])}" + (f" and {len(users) - 5} more" if len(users) > 5 else "")
        elif not self.why.project.files.observe([path])[0].kind:
            yield "  there is no such file"
        unknown = [job.origin for job in jobs if self.is_unknown(job)]
        if unknown:
            yield f"  what {unknown[0]} reads beyond what it declares is not known: it has not run yet"

    def chain(self, instance: Instance, path: str, contents_only: bool) -> Chain:
        """One of the shortest ways from the target to a job that uses `path`; empty when there is none."""
        starts = self.roots(instance)
        before: dict[int, Step] = {}  # seq -> the job that uses it, and how
        seen = {job.seq for job in starts}
        waiting = list(starts)
        for job in waiting:
            if use := self.use_of(job, path):
                return unwound(before, job, use)
            for each, how in self.used_by(job, contents_only):
                if each.seq not in seen:
                    seen.add(each.seq)
                    before[each.seq] = (job, how)
                    waiting.append(each)
        return []

    def roots(self, instance: Instance) -> list[Job]:
        """The jobs that what is asked for stands for."""
        cell = self.execution.frontier.cells[id(instance.expression)]
        return [self.why.leader_of(cell)] if isinstance(cell, Job) else self.why.below(instance.expression)

    def jobs_below(self, instance: Instance) -> list[Job]:
        """All jobs that the target rests on, itself included."""
        waiting = self.roots(instance)
        seen = {job.seq for job in waiting}
        for job in waiting:
            for each, _ in self.used_by(job, contents_only=True):
                if each.seq not in seen:
                    seen.add(each.seq)
                    waiting.append(each)
        return waiting

    def use_of(self, job: Job, path: str) -> str:
        """How `job` itself uses `path`; "" if it does not."""
        if any(file.path == path or below(file.path, path) for file in job.files):
            return USES
        if any(used == path or below(used, path) for used in self.discovered(job)):
            return READ
        return CODE if path in self.code_files(job) else ""

    def used_by(self, job: Job, contents_only: bool) -> Iterator[Step]:
        """The jobs whose results `job` rests on, and how."""
        expression = job.expression
        arguments = ValueExpression((getattr(expression, "args", ()), dict(getattr(expression, "kwargs", {}))))
        for each in self.why.below(arguments if contents_only else expression):
            yield each, USES
        for found in self.why.found_by(job):
            yield found, USES
        for child in job.children:
            yield self.why.leader_of(child), CALLS
        for path in self.discovered(job):
            maker = self.execution.made_by.get(path)
            if maker is not None and maker is not job:
                yield maker, READ

    def discovered(self, job: Job) -> Sequence[str]:
        """What the job read beyond what it declares: as it is known to hold, else when it last ran."""
        if job.outcome != "would_run":
            return [path for path, _ in job.discovered]
        latest = self.latest(job)
        try:
            return [path for path, _ in decode(latest.discovered)] if latest is not None else []
        except NotPlain:
            return []

    def is_unknown(self, job: Job) -> bool:
        """Whether what it reads can only be known when it has run, and it has not."""
        return bool(job.depfiles) and job.outcome == "would_run" and self.latest(job) is None

    def latest(self, job: Job) -> Latest | None:
        """What is known of its last run."""
        return self.execution.doors.store.latest([address_of(self.execution, job)])[0]

    def code_files(self, job: Job) -> set[str]:
        """The project's files that the code of its task is in."""
        tasks = self.execution.doors.tasks
        called = [tasks.resolve(each.name) for each in job.notable if isinstance(each, TaskReference)]
        return {file for task in (job.task, *called) for _, file, _ in tasks.parts(task).values()}


def unwound(before: dict[int, Step], job: Job, use: str) -> Chain:
    """The way to `job` from where the search began, each step with how it uses the next."""
    chain = [(job, use)]
    while job.seq in before:
        user, how = before[job.seq]
        chain.append((user, how))
        job = user
    return chain[::-1]


def told(chain: Chain, path: str) -> Iterator[str]:
    """The lines about a chain whose last job uses `path`."""
    ends = [job.origin for job, _ in chain[1:]] + [path]
    for (job, how), end in zip(chain, ends, strict=True):
        yield f"  {how.format(job.origin, end)}"

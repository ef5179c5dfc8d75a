"""`redun why --in EXECUTION`: what a past execution did and why, from the records alone."""

from __future__ import annotations

from redo_py.app.project import Project
from redo_py.app.report import printable
from redo_py.app.telling.history import column, moment
from redo_py.app.telling.records import all_records_of
from redo_py.front.redunfile.names.labels import names_for
from redo_py.ground.errors import UsageError
from redo_py.query.log.executions import from_the_end
from redo_py.query.log.finding import digits_of, tasks_called
from redo_py.records import EXECUTION, FILE_USE, FIRST_WRITTEN, JOB, PARTS
from redo_py.tasks.builtin import STDOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.store.api import Reader

    Row = tuple[Any, ...]

WIDTH = 12  # of the first column
COUNTED = (  # state -> what is counted, in the order of a build's last line
    ("failed", "failed"), ("ran", "run"), ("restored", "restored"), ("cached", "up to date"), ("joined", "shared"),
    ("stopped", "stopped"), ("adopted", "adopted"),
)  # fmt: skip
RUN = ("failed", "stopped", "ran")  # states of jobs that took their time
TOLD = (*RUN, "restored", "adopted")  # states whose jobs have a line of their own
ENDS = {"running": "did not come to its end: it was killed, or runs still"}  # status -> how to say it, if not by itself


def past(request: Request, asked: str, environ: Mapping[str, str], write: Callable[[str], None]) -> int:
    """Tell what the execution `asked` did, or what it did for the targets of `request`; the exit status. Raises
    UsageError when there is no such execution."""
    project = Project(request.directory, request.file, environ, request.profile, rules=False)
    try:
        told = Past(*found(all_records_of(project), asked))
        lines = told.of_targets(request.targets, project.here) if request.targets else told.of_all()
        write("".join(f"{line}\n" for line in lines))
        return 0
    finally:
        project.close()


def found(store: Reader | None, asked: str) -> tuple[Reader, Row]:
    """The execution that `asked` names, by its place from the end or the beginning of its id, and where it is recorded,
    None being nowhere. Raises UsageError when that is not one."""
    rows = list(store.rows(EXECUTION, order=FIRST_WRITTEN, descending=True)) if store is not None else []
    number = from_the_end(asked)
    fitting = starting_with(rows, asked) if number is None else rows[number - 1 : number] if number else []
    if store is not None and len(fitting) == 1:
        return store, fitting[0]
    if fitting:
        raise UsageError("execution-ambiguous", asked=asked, ids=", ".join(id_of(row)[:12] for row in fitting[:5]))
    newest = f"the last one is {short(rows[0])}" if rows else "nothing was built or run here yet"
    raise UsageError("no-such-execution", asked=asked, newest=newest)


def starting_with(rows: Sequence[Row], asked: str) -> list[Row]:
    """The executions whose ids begin like this, as they are shown."""
    digits = digits_of(asked)
    return [row for row in rows if digits and id_of(row).startswith(digits)]


class Past:
    """The answers about one execution."""

    def __init__(self, store: Reader, execution: Row) -> None:
        self.store = store
        self.execution = execution
        self.jobs = list(store.rows(JOB, {"execution": execution[0]}, order="seq"))

    def of_all(self) -> Iterator[str]:
        """How it began and ended, and a line for each job that did something."""
        yield from self.heading()
        shown = sorted((job for job in self.jobs if column(job, "state") in TOLD), key=lambda job: column(job, "ended"))
        if shown:
            yield ""
        for job in shown:
            yield line(job)

    def of_targets(self, targets: Sequence[str], here: str) -> Iterator[str]:
        """What it did for each target, and with which files."""
        for target in targets:
            jobs = self.jobs_for(names_for(target, here)) or self.jobs_for(tasks_called(self.store, target))
            if not jobs:
                yield f"{target} was no part of execution {short(self.execution)}{self.why_not}"
            for job in jobs:
                yield line(job)
                for mode, word in (("r", "read"), ("w", "made")):
                    yield from (f"  {word:<{WIDTH - 2}}{printable(path)}" for path in self.paths(job, mode))

    @property
    def is_of_parts(self) -> bool:
        """Whether it left out what no change could reach."""
        return bool(self.execution[EXECUTION.positions["kind"]] == PARTS)

    @property
    def why_not(self) -> str:
        """Why a target may be missing."""
        return ", which left out what no change could reach" if self.is_of_parts else ""

    def heading(self) -> Iterator[str]:
        """When it ran, in which folder, how it ended, and the numbers."""
        position = EXECUTION.positions
        started, ended = (self.execution[position[name]] for name in ("started", "ended"))
        status = self.execution[position["status"]]
        folder = self.execution[position["cwd"]]
        jobs = [job for job in self.jobs if not is_answer(job)]
        counts = [(sum(column(job, "state") == state for job in jobs), word) for state, word in COUNTED]
        yield f"execution {short(self.execution)}: {printable(self.execution[position['argv']])}"
        yield f"  began  {moment(started)}" + (f", in {printable(folder)}" if folder else "")
        yield f"  ended  {ENDS.get(status, status)}" + (f" after {ended - started:.2f} s" if ended else "")
        said = ", ".join(f"{count} {word}" for count, word in counts if count) or "none"
        yield f"  jobs   {said}{', without those that no change could reach' if self.is_of_parts else ''}"

    def jobs_for(self, names: Sequence[str]) -> list[Row]:
        """The jobs that were asked for by one of `names`, or made a file of that name."""
        makers: set[int] = set()
        position = FILE_USE.positions
        for name in names:
            uses = self.store.rows(FILE_USE, {"execution": self.execution[0], "path": name, "mode": "w"})
            makers.update(use[position["seq"]] for use in uses)
        return [job for job in self.jobs if column(job, "origin") in names or column(job, "seq") in makers]

    def paths(self, job: Row, mode: str) -> list[str]:
        """What the job read or made, sorted."""
        where = {"execution": column(job, "execution"), "seq": column(job, "seq"), "mode": mode}
        return sorted(use[FILE_USE.positions["path"]] for use in self.store.rows(FILE_USE, where))


def is_answer(job: Row) -> bool:
    """Whether a job only asked the world something (`stdout`): a build does not count that as work, either."""
    return bool(column(job, "task") == STDOUT and column(job, "state") == "ran")


def line(job: Row) -> str:
    """One line for a job: what was done, for what, why, and how long it took."""
    state, reason = column(job, "state"), column(job, "reason")
    word = "up to date" if state == "cached" else state
    took = f" ({column(job, 'ended') - column(job, 'started'):.2f} s)" if state in RUN else ""
    return f"{word:<{WIDTH}}{printable(column(job, 'origin'))}" + (f": {printable(reason)}" if reason else "") + took


def id_of(execution: Row) -> str:
    """The id of an execution, as text."""
    return str(execution[0].hex())


def short(execution: Row) -> str:
    """The beginning of an execution's id, as it is shown everywhere."""
    return id_of(execution)[:8]

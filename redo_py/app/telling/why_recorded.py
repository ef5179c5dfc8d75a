"""`redun why` where there is no redunfile: what made a file or a task's last result, when and why, from the records.

What would run now follows from the code of a workflow and its arguments: a dry run tells it.
"""

from __future__ import annotations

from redo_py.app.report import printable
from redo_py.app.telling.history import History, aligned, column, when
from redo_py.front.redunfile.names.labels import names_for
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ground.errors import UsageError
from redo_py.ground.job_ids import short_job_id
from redo_py.query.log.files import Files
from redo_py.query.log.finding import tasks_called
from redo_py.records import EXECUTION, JOB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from redo_py.app.project import Project
    from redo_py.query.log.files import Path
    from redo_py.store.api import Reader

    Row = tuple[Any, ...]

STATES = ("ran", "failed", "stopped", "restored", "cached")  # of jobs that are told about
RUN = "redun run "  # how the command lines of runs begin
SHOWN = 10  # users of a file that are told


def why_recorded(project: Project, targets: Sequence[str], write: Callable[[str], None]) -> None:
    """Write what the records say of `targets`. Raises UsageError for one that they do not know."""
    store = project.store(lambda _: None)
    told = Told(store)
    blocks = [list(told.of(target, project.here)) for target in targets]
    write("\n".join("".join(f"{line}\n" for line in block) for block in blocks))


class Told:
    """The answers of one store."""

    def __init__(self, store: Reader) -> None:
        self._store = store
        self._files = Files(store)
        self._history = History(store)

    def of(self, target: str, here: str) -> Iterator[str]:
        """The lines about a task or a file, whichever is recorded under that name."""
        names = names_for(target, here)
        path = next((found for name in (*names, target) if (found := self._files.get(name)) is not None), None)
        if path is not None:
            return self.of_file(path)
        tasks = tasks_called(self._store, target)
        if len(tasks) > 1:
            raise UsageError("log-no-task", name=target, hint=f"there are {', '.join(tasks)}")
        if tasks and (job := self.newest(tasks[0])) is not None:
            return self.of_task(tasks[0], job)
        hint = closest(target, list(self._files.paths())) or "`redun log` lists what has run, `redun log --file` files"
        raise UsageError("log-unknown", asked=target, hint=hint)

    def newest(self, task: str) -> Row | None:
        """The newest job of a task, however it ended."""
        found = [self._history.newest({"task": task, "state": state}) for state in STATES]
        return max((row for row in found if row is not None), key=lambda row: column(row, "started"), default=None)

    def of_task(self, task: str, job: Row) -> Iterator[str]:
        """When a task last ran or was reused, why, and how to learn what would run now."""
        yield printable(task)
        yield from aligned(list(self.facts(job)))

    def facts(self, job: Row) -> Iterator[tuple[str, str]]:
        """How a job ended, when and why; where its result was reused, which job made that."""
        state = column(job, "state")
        word = {"ran": "last run", "cached": "last reused", "restored": "last put back"}.get(state, f"last {state}")
        yield word, f"{when(job)}, job {short_job_id(column(job, 'execution'), column(job, 'seq'))}"
        if column(job, "reason"):
            yield "because", printable(column(job, "reason"))
        if state in ("cached", "restored") and column(job, "call") is not None:
            yield from self._history.of_call(column(job, "call"))
        if asked := self.command_of(column(job, "execution")):
            yield "now", f"`{printable(asked)}` says what would run"

    def command_of(self, execution: bytes) -> str:
        """The command line of a dry run that is otherwise the execution; "" for what was not begun by `redun run`."""
        for (argv,) in self._store.rows(EXECUTION, {"id": execution}, columns=["argv"]):
            if argv.startswith(RUN):
                return f"{RUN}-n {argv.removeprefix(RUN)}"
        return ""

    def of_file(self, path: Path) -> Iterator[str]:
        """Which job made a file and why, and what has read it."""
        made = [use for use in path.uses if use.is_made]
        if made:
            where = {"execution": made[-1].execution, "seq": made[-1].seq}
            for job in self._store.rows(JOB, where):
                yield f"{printable(path.path)} was made by {printable(column(job, 'origin'))}"
                yield from aligned(list(self.facts(job)))
        else:
            yield f"{printable(path.path)} was made by nothing that is recorded"
        users = self._history.users_of(path.path)
        if users:
            yield "  used by"
            yield from (f"    {printable(user)}" for user in users[:SHOWN])
        if len(users) > SHOWN:
            yield f"    and {len(users) - SHOWN} more"

"""`redun graph` where there is no redunfile: the jobs of a past execution, with what went into what."""

from __future__ import annotations

from redo_py.app.telling.past import found as execution_named
from redo_py.front.redunfile.names.labels import names_for
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ground.errors import UsageError
from redo_py.query.graph import FILE, SOURCE, TASK, Graph, Node
from redo_py.query.log.calls import Calls
from redo_py.query.log.executions import from_the_end
from redo_py.query.log.finding import digits_of
from redo_py.query.log.jobs import Job
from redo_py.query.past import OUTCOMES
from redo_py.query.reducing import near
from redo_py.records import ARGUMENT, EXECUTION, FILE_USE, JOB, ORIGIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from redo_py.store.api import Reader

SHOWN = 60  # characters of a call
LAST = "-"
JOINED = "JOINED"


def draw_recorded(
    store: Reader | None, targets: Sequence[str], here: str, tells_arguments: bool = True
) -> tuple[Graph, list[int]]:
    """The graph of one execution, in which calls tell their arguments or not, and the numbers of what was asked for. A
    target may be the execution, by whatever it is called, else the last one is meant; any other is a file or a task,
    and what it rests on is drawn. Raises UsageError."""
    named = [target for target in targets if store is not None and is_execution(store, target)]
    store, execution = execution_named(store, named[0] if named else LAST)
    drawing = RecordedDrawing(store, execution[0], tells_arguments)
    drawing.draw()
    roots = [each for target in targets if target not in named for each in drawing.called(target, here)]
    if not roots:
        return drawing.graph, drawing.ends()
    drawn = near(drawing.graph, roots, len(drawing.graph.nodes))
    asked = {id(drawing.graph.nodes[number]) for number in roots}
    return drawn, [number for number, node in enumerate(drawn.nodes) if id(node) in asked]


def is_execution(store: Reader, asked: str) -> bool:
    """Whether `asked` means an execution: by its place from the end, or by the beginning of its id."""
    if from_the_end(asked) is not None:
        return True
    digits = digits_of(asked)
    ids = (digest.hex() for (digest,) in store.rows(EXECUTION, columns=["id"])) if digits else ()
    return any(each.startswith(digits) for each in ids)


class RecordedDrawing:
    """Fills one Graph with the jobs of an execution and their files. A file stands there once for each content."""

    def __init__(self, store: Reader, execution: bytes, tells_arguments: bool) -> None:
        self.graph = Graph()
        self._store = store
        self._calls = Calls(store, SHOWN) if tells_arguments else None
        jobs = [Job(row, is_under_way=False) for row in store.rows(JOB, {"execution": execution}, order="seq")]
        self._jobs = [job for job in jobs if job.status != JOINED]
        self._joined = [job for job in jobs if job.status == JOINED]
        self._numbers: dict[int, int] = {}  # seq -> number
        self._by_call: dict[bytes, int] = {}  # call -> number
        self._files: dict[tuple[str, bytes], int] = {}

    def draw(self) -> None:
        """Draw everything."""
        for job in self._jobs:
            self._add(job)
        for job in self._jobs:
            number = self._numbers[job.seq]
            for origin in self._origins(job):
                if self._by_call.get(origin, number) != number:
                    self.graph.connect(self._by_call[origin], number)
            self._connect_files(job, number)
        for job in [*self._jobs, *self._joined]:
            used, caller = self._of(job), self._numbers.get(-1 if job.parent is None else job.parent)
            if used is not None and caller is not None and used != caller:
                self.graph.connect(used, caller)

    def _add(self, job: Job) -> None:
        node = Node(TASK, self._calls.text(job) if self._calls is not None else job.task, job.task)
        node.state = OUTCOMES.get(job.state, "")
        node.reason, node.seconds, node.when = job.reason, job.seconds, job.started
        number = self._numbers[job.seq] = self.graph.add(node)
        if job.call is not None:
            self._by_call.setdefault(job.call, number)

    def _of(self, job: Job) -> int | None:
        """The number of what does the work of a job."""
        known = self._numbers.get(job.seq)
        return self._by_call.get(job.call or b"") if known is None else known

    def _origins(self, job: Job) -> Iterator[bytes]:
        """The calls whose results a job was given."""
        if job.call is not None:
            for table in (ARGUMENT, ORIGIN):
                for (origin,) in self._store.rows(table, {"call": job.call}, columns=["origin"]):
                    if origin is not None:
                        yield origin

    def _connect_files(self, job: Job, number: int) -> None:
        """What it read and what it made; of one whose result was known, as the job that ran for that had it."""
        uses = list(self._uses(job.execution, job.seq))
        if not uses and job.call is not None and job.state != "ran":
            where = {"call": job.call, "state": "ran"}
            for execution, seq in self._store.rows(JOB, where, "started", True, 1, ["execution", "seq"]):
                uses = list(self._uses(execution, seq))
        made = {(path, content) for path, mode, content in uses if mode == "w"}
        for path, mode, content in uses:
            if mode == "w":
                self.graph.connect(number, self._file(path, content, FILE))
            elif (path, content) not in made:
                self.graph.connect(self._file(path, content, SOURCE), number)

    def _uses(self, execution: bytes, seq: int) -> Iterable[tuple[Any, ...]]:
        where = {"execution": execution, "seq": seq}
        return self._store.rows(FILE_USE, where, columns=["path", "mode", "content"])

    def _file(self, path: str, content: bytes, kind: str) -> int:
        number = self._files.get((path, content))
        if number is None:
            number = self._files[path, content] = self.graph.add(Node(kind, path))
        elif kind == FILE:
            self.graph.nodes[number].kind = FILE
        return number

    def ends(self) -> list[int]:
        """What goes into nothing."""
        return [number for number, users in enumerate(self.graph.users()) if not users]

    def called(self, target: str, here: str) -> list[int]:
        """The nodes of a file or task. Raises UsageError if there are none."""
        names = {*names_for(target, here), target}
        nodes = list(enumerate(self.graph.nodes))
        found = [number for number, node in nodes if (node.rule if node.kind == TASK else node.name) in names]
        found = found or [number for number, node in nodes if node.rule.endswith(f".{target}")]
        if not found:
            known = sorted({node.rule or node.name for node in self.graph.nodes})
            hint = closest(target, known) or "it takes an execution, a task or a file; `redun log` lists executions"
            raise UsageError("graph-not-recorded", asked=target, hint=hint)
        return found

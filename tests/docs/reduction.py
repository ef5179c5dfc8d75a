"""The compile example of docs/how-it-works.md, run by the real engine over memory, and what its frontier looks like
whenever it has to wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redo_py.engine.job import STATE_NAMES, Cell, Job, JobState
from redo_py.ground.nested import collect
from redo_py.ir.expression import Expression, TaskExpression
from redo_py.query.graph import RULE, SOURCE, Graph, Node
from redo_py.values.file import File
from tests.unit.engine.memory_world import MemoryInbox, World

PROGRAMS = {"prog": ("prog.c", "lib.c"), "prog2": ("prog2.c", "lib.c")}
COLOURS = {JobState.RUNNING: "ran", JobState.WAITING: "new"}  # state of a job -> the state of a node with that colour
WORDS = {"ran": "ran", "joined": "joined", "cached": "from the cache"}  # outcome of a job -> what is said of it


class Example(World):
    """The project: three C files, four tasks, `make` and its programs."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[Graph] = []  # one for each time the engine waited
        self.root: Any = None  # what was asked for
        for path in ("prog.c", "prog2.c", "lib.c"):
            self.files.write(path, path.encode())
        for function in functions(self.made):
            self.task(function)

    def made(self, path: str, sources: list[File]) -> File:
        """The file `path`, written from `sources`."""
        self.files.write(path, b"".join(self.files.read(source.path) for source in sources))
        return File(path)

    def inbox(self) -> MemoryInbox:
        return Watched(self)

    def build(self) -> Cell:
        """One execution; `pictures` holds what it looked like whenever it waited, and in the end."""
        files = {program: [File(path) for path in paths] for program, paths in PROGRAMS.items()}
        self.root, self.pictures = call("make", files), []
        cell = self.run(self.root, jobs=8)
        self.pictures.append(drawn(self))
        return cell


def functions(made: Callable[[str, list[File]], File]) -> list[Callable[..., Any]]:
    """The tasks of the example; `made` stands for the compiler."""

    def make(files: dict[str, list[File]]) -> Any:
        return [call("make_prog", prog_path, c_files) for prog_path, c_files in files.items()]

    def make_prog(prog_path: str, c_files: list[File]) -> Any:
        return call("link", prog_path, [call("compile", c_file) for c_file in c_files])

    def compile(c_file: File) -> File:  # noqa: A001 - its name in the example
        return made(c_file.path.replace(".c", ".o"), [c_file])

    def link(prog_path: str, o_files: list[File]) -> File:
        return made(prog_path, o_files)

    return [make, make_prog, compile, link]


def call(name: str, *args: Any) -> TaskExpression:
    """A call as it is before anything runs."""
    return TaskExpression(name, args)


class Watched(MemoryInbox):
    """Whenever the engine waits a picture is taken, and then all that runs ends."""

    def __init__(self, example: Example) -> None:
        super().__init__()
        self.example = example

    def wait(self, timeout: float | None) -> Any:
        if timeout == 0:
            return []
        self.example.pictures.append(drawn(self.example))
        while self.waiting:
            self.arrived.append(self.waiting.popleft()())
        return super().wait(0)


def drawn(example: Example) -> Graph:
    """What the expression that was asked for has been reduced to by now: calls that have no value yet, and values."""
    graph = Graph()
    numbers: dict[Any, int] = {}
    cells = example.execution.frontier.cells
    waiting: list[tuple[Any, int | None]] = [(example.root, None)]
    while waiting:
        value, user = waiting.pop()
        for part in collect(value, (File, Expression)):
            cell = cells.get(id(part)) if isinstance(part, Expression) else None
            if cell is not None and cell.state in (JobState.REDUCING, JobState.DONE):
                waiting.append((cell.result if cell.state == JobState.REDUCING else cell.value, user))
                continue
            key, node, inputs = called(cell) if isinstance(cell, Job) else (part.path, Node(SOURCE, part.path), ())
            if key not in numbers:
                numbers[key] = graph.add(node)
                waiting.append((inputs, numbers[key]))
            if user is not None:
                graph.connect(numbers[key], user)
    return graph


def called(job: Job) -> tuple[int, Node, Any]:
    """(what tells its evaluation from others, its node, what goes into it) of a job that has no value yet."""
    leader = job.leader or job
    node = Node(RULE, title(leader), STATE_NAMES[leader.state].lower())
    node.state = COLOURS[leader.state]
    return id(leader), node, arguments(leader)


def title(job: Job) -> str:
    """A call as people write it, in short: its text arguments, or its only file."""
    args = arguments(job)
    texts = [repr(each) if isinstance(each, str) else each.path for each in args if isinstance(each, str | File)]
    return f"{job.name}({', '.join([*texts, *['...'] * (len(texts) < len(args))])})"


def arguments(job: Job) -> tuple[Any, ...]:
    """The arguments of the call, as they were written."""
    assert isinstance(job.expression, TaskExpression)
    return job.expression.args


def calls(example: Example) -> Graph:
    """All calls of the last execution: who made which, and what became of it."""
    graph = Graph()
    numbers: dict[int, int] = {}
    for job in example.execution.frontier.jobs:
        leader = job.leader or job
        if leader.seq not in numbers:
            node = Node(RULE, title(leader), WORDS[leader.outcome])
            node.state = leader.outcome
            numbers[leader.seq] = graph.add(node)
        if job.parent is not None:
            graph.connect(numbers[job.parent.seq], numbers[leader.seq])
    return graph

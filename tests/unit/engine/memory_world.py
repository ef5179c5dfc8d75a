"""The whole engine over memory: store, files, a hand-moved clock and an executor that plays commands from a script."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from redo_py.engine.execution import Doors, Execution, Settings
from redo_py.engine.job import Cell
from redo_py.engine.loop import run
from redo_py.executors.api import CallStep, CommandStep, Failed, Finished, JobSpec, Message, Outcome, Timer
from redo_py.files.memory import MemoryFiles
from redo_py.ground.errors import RunError, UsageError
from redo_py.ground.events import Events, Journal
from redo_py.ground.hashing import CODE, digest
from redo_py.ir.expression import Expression, SchedulerExpression, TaskExpression
from redo_py.store.memory import MemoryStore
from redo_py.tasks.builtin import BUILTIN
from redo_py.tasks.task import REGISTRY, Task
from redo_py.values.current import CURRENT, Running
from redo_py.values.file import File, Output, Tool

Script = Callable[["MemoryFiles", JobSpec], "Sequence[str] | None"]


class MemoryInbox:
    """An inbox whose outcomes are made while it is waited for: each job runs when its turn has come."""

    def __init__(self) -> None:
        self.waiting: deque[Callable[[], Outcome]] = deque()
        self.arrived: deque[Message] = deque()

    def put(self, message: Message) -> None:
        self.arrived.append(message)

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        raise NotImplementedError

    def watch_room(self, fd: int, ready: Callable[[], None]) -> None:
        raise NotImplementedError

    def unwatch(self, fd: int) -> None:
        raise NotImplementedError

    def call_at(self, moment: float, act: Callable[[], None]) -> Timer:
        raise NotImplementedError

    def wait(self, timeout: float | None) -> list[Message]:
        if timeout != 0 and self.waiting:
            self.arrived.append(self.waiting.popleft()())
        outcomes = list(self.arrived)
        self.arrived.clear()
        return outcomes


class ScriptedExecutor:
    """Plays a command by calling `World.scripts[first word]`, a function by calling it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def start(self, inbox: Any) -> None:
        self.inbox: MemoryInbox = inbox

    def cancel(self, seqs: Sequence[int]) -> None:
        """Nothing runs for longer than a moment."""

    def tail(self, seq: int) -> bytes:
        """Nobody looks on."""
        return b""

    def stop(self) -> None:
        """There is nothing to give back."""

    def submit(self, specs: Sequence[JobSpec]) -> None:
        for spec in specs:
            self.inbox.waiting.append(partial(self.play, spec))

    def play(self, spec: JobSpec) -> Outcome:
        clock = self.world.files.clock
        started = clock.now()
        clock.move(0.1)
        self.world.ran.append(spec.label)
        value: Any = None
        discovered: list[str] = []
        running = Running(spec)
        token = CURRENT.set(running)
        try:
            for step in spec.steps:
                if isinstance(step, CallStep):
                    value = step.function(*step.args, **step.kwargs)
                elif isinstance(step, CommandStep):
                    discovered += self.world.script_of(step)(self.world.files, spec) or ()
        except self.world.failures as error:
            clock.move(0.1)
            return Failed(spec.seq, error, b"", started, clock.now())
        finally:
            CURRENT.reset(token)
        clock.move(0.1)
        return Finished(spec.seq, value, b"", discovered, started, clock.now(), tuple(running.written))


class MemoryTasks:
    """Tasks by name; `version` is their code."""

    def __init__(self) -> None:
        self.known: dict[str, Task] = dict(BUILTIN)

    def resolve(self, name: str) -> Task:
        return self.known.get(name) or REGISTRY[name]

    def digest(self, task: Task) -> bytes:
        return digest(CODE, f"{task.fullname} {task.version}".encode())

    def parts(self, task: Task) -> dict[str, tuple[bytes, str, int]]:
        return {task.fullname: (self.digest(task), "", 0)}

    def code_of(self, item: object) -> bytes:
        """A function may say by `version` what its code is."""
        return str(getattr(item, "version", "")).encode()

    def text(self, task: Task) -> str:
        return task.fullname


class World:
    """A project in memory. `rules` maps a path to the call that makes it; `run` is one execution."""

    def __init__(self, store: Any = None) -> None:
        self.files = MemoryFiles()
        self.store = store or MemoryStore()
        self.tasks = MemoryTasks()
        self.tools: dict[str, bytes] = {}
        self.tools_told: dict[str, bytes] = {}  # name -> digest when it was last asked for
        self.python = "3.13"
        self.environments: dict[str, list[str]] = {}  # environment -> the files that it is made of
        self.tools_asked: list[list[str]] = []  # for each question whether some are unchanged, which
        self.scripts: dict[str, Script] = {"cat": concatenate}
        self.rules: dict[str, Expression] = {}
        self.ran: list[str] = []
        self.failures: type[BaseException] = Exception  # what makes a job fail; anything else ends the process
        self.journal = Journal()
        self.execution: Execution
        self.count = 0

    # ---- what the engine asks

    def producer(self, path: str) -> Expression | None:
        while path and path not in self.rules:
            path = path.rpartition("/")[0]
        return self.rules.get(path)

    def look_up(self, paths: Sequence[str]) -> None:
        """The rules are at hand."""

    def own_path(self, path: str) -> str:
        return path

    def missing_input(self, path: str) -> UsageError:
        return UsageError("operation-failed", operation="need", error=f"no {path}")

    def digests(self, tools: list[Tool]) -> list[bytes]:
        self.tools_told.update({tool.name: self.tools.get(tool.name, bytes(16)) for tool in tools})
        return [self.tools_told[tool.name] for tool in tools]

    def unchanged(self, tools: list[Tool]) -> list[bool]:
        self.tools_asked.append([tool.name for tool in tools])
        return [self.tools.get(tool.name, bytes(16)) == self.tools_told[tool.name] for tool in tools]

    def environment_files(self, environment: str) -> list[str]:
        return self.environments[environment]

    # ---- what a test says

    def script_of(self, step: CommandStep) -> Script:
        return self.scripts[step.text.split()[0]]

    def task(self, function: Callable[..., Any], version: str = "1", **options: Any) -> Task:
        made = Task(function, function.__name__, "", {"version": version, **options})
        self.tasks.known[made.fullname] = made
        return made

    def rule(self, out: str, text: str, inputs: Sequence[str] = (), **options: Any) -> TaskExpression:
        """A command that makes `out`, a name with a trailing slash being a folder. Inputs that rules make
        are products, and so are those of the option `after`."""
        if "after" in options:
            options["after"] = tuple(self.file(path) for path in options["after"])
        call = TaskExpression(
            "redun.command",
            kwargs={
                "steps": ((text, "", "", ""),),
                "inputs": tuple(self.file(path) for path in inputs),
                "outputs": tuple(Output(path, path.endswith("/")) for path in out.split()),
                "tools": (Tool(text.split()[0]),),
            },
            options={"origin": out.split()[0], "kind": "rule", **options},
        )
        self.rules.update(dict.fromkeys((path.rstrip("/") for path in out.split()), call))
        return call

    def file(self, path: str) -> Any:
        maker = self.producer(path)
        return File(path) if maker is None else SchedulerExpression("product", (maker, path))

    def inbox(self) -> MemoryInbox:
        """The inbox of the next execution."""
        return MemoryInbox()

    def run(self, value: Any, **settings: Any) -> Cell:
        """One execution; `ran` holds the labels of what it ran, `journal` its events."""
        execution = self.begin(**settings)
        self.files.clock.move(10)
        return run(execution, value)

    def begin(self, **settings: Any) -> Execution:
        """A new execution, with its doors."""
        self.ran = []
        self.journal = Journal()
        inbox = self.inbox()
        executor = ScriptedExecutor(self)
        executor.start(inbox)
        doors = Doors(
            self.store, self.files, self.tasks, self, self, self.files.clock, Events(self.journal), inbox,
            {"command": executor, "thread": executor},
        )  # fmt: skip
        self.count += 1
        self.execution = Execution(self.count.to_bytes(16, "big"), doors, Settings(**settings))
        return self.execution


def concatenate(files: MemoryFiles, spec: JobSpec) -> None:
    """`cat IN... > OUT...`: every output gets the bytes of the inputs."""
    step = spec.steps[0]
    assert isinstance(step, CommandStep)
    names = step.text.split(">")[0].split()[1:]
    for name in names:
        if not files.exists(name):
            raise RunError("operation-failed", operation="cat", error=f"no {name}")
    for output in spec.outputs:
        files.write(output, b"".join(files.read(name) for name in names))

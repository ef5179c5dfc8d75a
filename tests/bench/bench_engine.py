"""What a job costs the engine, with nothing behind its doors: run by hand.

python -m tests.bench.bench_engine [--profile]
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from redo_py.executors.api import CallStep, Finished, JobSpec
from redo_py.ir.expression import TaskExpression
from tests.unit.engine.memory_world import MemoryInbox, ScriptedExecutor, World

TASKS = 10_000
COMMANDS = 1_000


class BlindStore:
    """Takes everything, knows nothing."""

    def lookup(self, evaluations: Any) -> list[list[Any]]:
        return [[] for _ in evaluations]

    def latest(self, asked: Any) -> list[None]:
        return [None] * len(asked)

    ledger = latest

    def failed(self) -> list[Any]:
        return []

    def write(self, records: Any) -> None:
        """Keep none of them."""


class QuickExecutor(ScriptedExecutor):
    """Calls functions at once and leaves the clock alone."""

    def submit(self, specs: Any) -> None:
        for spec in specs:
            self.inbox.arrived.append(self.quickly(spec))

    def quickly(self, spec: JobSpec) -> Finished:
        now = self.world.files.clock.now()
        value = None
        for step in spec.steps:
            if isinstance(step, CallStep):
                value = step.function(*step.args, **step.kwargs)
            else:
                self.world.scripts["cat"](self.world.files, spec)
        return Finished(spec.seq, value, b"", (), now, now)


class QuickWorld(World):
    """A world whose only cost is the engine's."""

    def begin(self, **settings: Any) -> Any:
        execution = super().begin(**settings)
        inbox = MemoryInbox()
        executor = QuickExecutor(self)
        executor.start(inbox)
        execution.doors.inbox = inbox
        execution.doors.executors = {"command": executor, "thread": executor}
        execution.doors.events.listeners.clear()
        return execution


def increase(x: int) -> int:
    return x + 1


def tasks(world: World) -> Any:
    world.task(increase)
    return [TaskExpression("increase", (number,)) for number in range(TASKS)]


def chain(world: World) -> Any:
    world.task(increase)
    call: Any = 0
    for _ in range(TASKS):
        call = TaskExpression("increase", (call,))
    return call


def commands(world: World) -> Any:
    world.rules.clear()
    for number in range(COMMANDS):
        if not world.files.exists(f"in{number}"):
            world.files.write(f"in{number}", b"x")
        world.rule(f"out{number}", f"cat in{number} > out{number}", [f"in{number}"])
    return list(world.rules.values())


def measure(name: str, plan: Callable[[World], Any], count: int, blind: bool, again: bool = False) -> None:
    world = QuickWorld(BlindStore() if blind else None)
    if again:
        world.run(plan(world), jobs=8)
    best = 1e9
    for _ in range(1 if again or not blind else 3):
        value = plan(world)
        start = time.perf_counter()
        world.run(value, jobs=8)
        best = min(best, time.perf_counter() - start)
    print(f"{name:44} {best / count * 1e6:7.1f} us a job")


def weight(plan: Callable[[World], Any], count: int) -> float:
    """Bytes that each job takes as long as its execution lasts, its records left out."""
    world = QuickWorld(BlindStore())
    value = plan(world)
    tracemalloc.start()
    world.run(value, jobs=8)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return used / count


def memory_of_a_task() -> int:
    """The same for tasks with one number each."""
    return round(weight(tasks, TASKS))


def profile() -> None:
    world = QuickWorld(BlindStore())
    value = tasks(world)
    profiler = cProfile.Profile()
    profiler.runcall(world.run, value, jobs=8)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35)


def main() -> None:
    if "--profile" in sys.argv:
        profile()
        return
    measure("python tasks, cold, store that forgets", tasks, TASKS, blind=True)
    measure("a chain of them", chain, TASKS, blind=True)
    measure("python tasks, cold, memory store", tasks, TASKS, blind=False)
    measure("python tasks, up to date, memory store", tasks, TASKS, blind=False, again=True)
    measure("commands, cold, store that forgets", commands, COMMANDS, blind=True)
    measure("commands, up to date, memory store", commands, COMMANDS, blind=False, again=True)
    print(f"{'python tasks':44} {weight(tasks, TASKS):7.0f} bytes a job")
    print(f"{'commands':44} {weight(commands, COMMANDS):7.0f} bytes a job")


if __name__ == "__main__":
    main()

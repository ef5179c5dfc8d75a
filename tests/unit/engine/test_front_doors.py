"""Whoever makes the calls, a Python module or a redunfile: the same calls are the same evaluations and entries."""

from __future__ import annotations

from typing import Any

from redo_py.engine.job import JobState
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression
from redo_py.records import CALL, TRACE
from redo_py.values.file import File, Output, Tool
from tests.unit.engine.memory_world import World


def world_of_tasks() -> World:
    world = World()
    world.files.write("a.txt", b"one two")
    world.files.write("b.txt", b"three")

    def count(file: File, unit: str = "words") -> int:
        return len(world.files.read(file.path).split())

    def total(numbers: list[int], *more: int, scale: int = 1, **names: str) -> int:
        return (sum(numbers) + sum(more)) * scale

    world.task(count)
    world.task(total)
    return world


def from_python(world: World) -> Any:
    """As a module writes it: tasks are called, positions and defaults as one likes."""
    count, total = world.tasks.known["count"], world.tasks.known["total"]
    report = world.rule("report.txt", "cat a.txt b.txt", ["a.txt", "b.txt"])
    return [total([count(File("a.txt")), count(File("b.txt"), "words")], 5, scale=2), report]


def from_redunfile(world: World) -> Any:
    """As the planner lowers a redunfile: names, keywords, products, with places and options for the log."""
    counts = [
        TaskExpression("count", kwargs={"unit": "words", "file": File(name)}, options={"origin": f"count {name}"})
        for name in ("./a.txt", "b.txt")
    ]
    total = TaskExpression(
        "total", (counts, 5), {"scale": 2}, {"origin": "total", "kind": "rule", "rule": "sum", "cpus": 4}
    )
    text = SimpleExpression("format", ("cat a.txt ", ("b.txt", "")))
    report = TaskExpression(
        "redun.command",
        (((text, "", "", ""),), (File("a.txt"), SchedulerExpression("need", ("b.txt",)))),
        {"outputs": (Output("report.txt"),), "tools": (Tool("cat"),), "env": None},
        {"origin": "report.txt", "kind": "rule", "pool": "p", "retries": 2, "timeout": 9, "stems": ("x",)},
    )
    return [total, report]


def evaluations(world: World) -> set[tuple[str, bytes]]:
    return {(job.task.fullname, job.eval_hash) for job in world.execution.frontier.jobs}


def test_both_reach_the_same_evaluations_and_cache_entries() -> None:
    for first, second in ((from_python, from_redunfile), (from_redunfile, from_python)):
        world = world_of_tasks()
        root = world.run(first(world))
        assert root.state == JobState.DONE, root.error
        assert root.value[0] == 16
        assert len(world.ran) == 4
        made = evaluations(world)
        calls, traces = list(world.store.rows(CALL)), list(world.store.rows(TRACE))
        world.rules.clear()
        again = world.run(second(world))
        assert again.value == root.value
        assert world.ran == []
        assert evaluations(world) == made
        assert (list(world.store.rows(CALL)), list(world.store.rows(TRACE))) == (calls, traces)


def test_in_one_execution_they_are_joined() -> None:
    world = world_of_tasks()
    root = world.run([from_python(world), from_redunfile(world)], jobs=3)
    assert root.value[0] == root.value[1]
    assert len(world.ran) == 4
    assert len(world.journal.of("joined")) == 4

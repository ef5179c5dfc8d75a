"""A chain and a fan of 100,000 calls: no walk recurses, nothing is quadratic."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from redo_py.engine.job import JobState
from redo_py.ir.expression import TaskExpression
from redo_py.ir.flat import digest_of, flatten, unflatten
from redo_py.ir.schema import from_json, to_json
from redo_py.records import JOB
from redo_py.store.memory import MemoryStore
from redo_py.values.encoding import decode, encode
from tests.unit.engine.memory_world import World

MANY = 100_000
SOME = 3_000  # what every run of the tests can afford


def increase(x: int) -> int:
    return x + 1


def add(numbers: list[int]) -> int:
    return sum(numbers)


def countdown(n: int) -> Any:
    """Reduces to itself: a chain that grows while it runs."""
    return n if n == 0 else TaskExpression("countdown", (n - 1,))


def world_of_tasks() -> World:
    world = World()
    for function in (increase, add, countdown):
        world.task(function)
    return world


def chain(length: int) -> TaskExpression:
    call = TaskExpression("increase", (0,))
    for _ in range(length - 1):
        call = TaskExpression("increase", (call,))
    return call


def fan(width: int) -> TaskExpression:
    return TaskExpression("add", ([TaskExpression("increase", (number,)) for number in range(width)],))


SHAPES = {"chain": chain, "fan": fan}
SIZES = [SOME, pytest.param(MANY, marks=pytest.mark.slow)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
def test_running(shape: str, size: int) -> None:
    world = world_of_tasks()
    expected = size if shape == "chain" else size * (size + 1) // 2
    assert world.run(SHAPES[shape](size), jobs=8).value == expected
    assert len(world.ran) == size + (shape == "fan")
    root = world.run(SHAPES[shape](size), jobs=8)
    assert (root.state, root.value, world.ran) == (JobState.DONE, expected, [])
    world.run(SHAPES[shape](size), dry=True, force_all=True)
    assert len(world.journal.of("would_run")) == size + (shape == "fan")
    if shape == "chain":
        reasons = [job.reason for job in world.execution.frontier.jobs]
        assert reasons.count("it was asked to run whatever is known") == size  # with the values of before


@pytest.mark.parametrize("size", SIZES)
def test_a_chain_that_grows_while_it_runs(size: int) -> None:
    world = world_of_tasks()
    assert world.run(TaskExpression("countdown", (size,))).value == 0
    assert world.run(TaskExpression("countdown", (size,))).value == 0
    assert world.ran == []
    assert len(list(world.store.rows(JOB))) == 2 * (size + 1)


@pytest.mark.parametrize("size", SIZES)
def test_failing_at_the_far_end_of_a_chain(size: int) -> None:
    world = world_of_tasks()
    call = TaskExpression("increase", ("text",))
    for _ in range(size):
        call = TaskExpression("increase", (call,))
    assert world.run(call).state == JobState.FAILED
    assert len(world.journal.of("skipped")) == size


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
def test_writing_down(shape: str, size: int) -> None:
    call = SHAPES[shape](size)
    digest = digest_of(call)
    flat = flatten(call)
    again = unflatten(*decode(encode(flat)))
    assert digest_of(again) == digest
    assert digest_of(from_json(to_json(call))) == digest


class Forgetful(MemoryStore):
    """Keeps nothing, so that only the engine is weighed."""

    __slots__ = ()

    def write(self, records: Any) -> None:
        """Keep none of them."""


def test_memory_of_a_finished_job() -> None:
    """What a job costs as long as its execution lasts, the records of a memory store left out: at most 1.5 KB."""
    world = world_of_tasks()
    world.store = Forgetful()
    call = fan(SOME)
    tracemalloc.start()
    world.run(call, jobs=8)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / SOME <= 1_500, used / SOME

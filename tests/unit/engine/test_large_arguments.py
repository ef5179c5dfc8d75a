"""How much memory large values of calls take, as a multiple of their size."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np

from tests.unit.engine.memory_world import World

SIZE = 8_000_000


def peak_of(world: World, call: Any) -> float:
    """The most memory that a run of `call` takes, in multiples of SIZE."""
    tracemalloc.start()
    try:
        world.run(call)
        return tracemalloc.get_traced_memory()[1] / SIZE
    finally:
        tracemalloc.stop()


def test_a_large_argument_is_not_kept_as_a_whole_beside_its_pieces():
    world = World()

    def make(number: int) -> bytes:
        return bytes([255 - number]) * SIZE

    def length(content: bytes) -> int:
        return len(content)

    make_task, length_task = world.task(make), world.task(length)
    world.run(length_task(make_task(0)))
    (length_job,) = [job for job in world.execution.frontier.jobs if job.name == "length"]
    assert length_job.args_bytes == b""
    # the value, what is recorded of it, and as an argument, and for a moment all arguments joined; that differs from
    # what the last run was given, which is told without the text of the whole value
    assert peak_of(world, length_task(make_task(1))) < 4.5


def test_an_array_in_the_place_of_a_number_is_told():
    world = World()

    def total(values: list[Any]) -> int:
        return len(values)

    task = world.task(total)
    world.run(task([1, *range(30)]))
    world.run(task([np.ones(30), *range(30)]))
    (job,) = [job for job in world.execution.frontier.jobs if job.name == "total"]
    assert job.reason.startswith("argument values[0] ")

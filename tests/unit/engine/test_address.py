"""Calls of one task in several places: each is compared with its own last run."""

from __future__ import annotations

from typing import Any

from redo_py.engine.address import LONGEST, address_of, spelt
from redo_py.engine.job import Job
from redo_py.ir.expression import TaskExpression, ValueExpression
from redo_py.values.file import File
from tests.unit.engine.memory_world import World


def counting(world: World) -> Any:
    """A task that reads a file."""

    def count(file: Any, times: int = 1) -> int:
        return len(world.files.read(file.path)) * times

    return world.task(count)


def jobs(world: World, *calls: Any) -> list[Job]:
    world.run(list(calls))
    return [job for job in world.execution.frontier.jobs if job.name == "count"]


def reasons(world: World, *calls: Any) -> list[tuple[str, str]]:
    """Of those that run: which file they read, and why they run."""
    return [(job.files[0].path, job.reason.partition(" (")[0]) for job in jobs(world, *calls) if job.outcome == "ran"]


def test_a_file_that_changes_is_no_new_input():
    world = World()
    for name in ("a", "b", "c"):
        world.files.write(name, name.encode())
    count = counting(world)

    def calls(*names: str) -> list[Any]:
        return [count(File(name)) for name in names]

    assert reasons(world, *calls("a", "b")) == [("a", "it never ran here"), ("b", "it never ran here")]
    world.files.write("a", b"other")
    assert reasons(world, *calls("a", "b")) == [("a", "a changed")]
    world.files.write("b", b"other")
    assert reasons(world, *calls("b", "a", "c")) == [("b", "b changed"), ("c", "it never ran here")]


def test_calls_with_the_same_file_are_numbered():
    world = World()
    world.files.write("a", b"a")
    count = counting(world)
    found = jobs(world, count(File("a"), 1), count(File("a"), 2))
    assert [spelt(job.address) for job in found] == ["count(a)", "count(a) #2"]
    changed = jobs(world, count(File("a"), 1), count(File("a"), 3))
    assert [(job.outcome, job.reason) for job in changed] == [
        ("cached", ""), ("ran", "argument times changed: 2 -> 3")
    ]  # fmt: skip


def test_what_has_a_name_is_known_by_it():
    world = World()
    world.files.write("a", b"a")
    count = counting(world)
    call = TaskExpression(count.fullname, (File("a"),), options={"origin": "total"})
    assert [spelt(job.address) for job in jobs(world, call)] == ["total"]


def test_who_called_it_belongs_to_it():
    world = World()
    for name in ("a", "b"):
        world.files.write(name, b"x")
    count = counting(world)

    def both(first: Any, second: Any) -> Any:
        return [count(first), count(second)]

    task = world.task(both)
    found = jobs(world, task(File("a"), File("b")), count(File("a")))
    assert sorted(spelt(job.address) for job in found) == [
        "count(a)",
        "count(a) of both(a, b)",
        "count(b) of both(a, b)",
    ]
    world.files.write("b", b"y")
    told = jobs(world, task(File("a"), File("b")))
    assert {spelt(job.address): job.reason.partition(" (")[0] for job in told if job.outcome == "ran"} == {
        "count(b) of both(a, b)": "b changed"
    }


def test_one_that_joined_is_remembered_as_well():
    world = World()
    for name in ("a", "b"):
        world.files.write(name, b"same")
    count = counting(world)
    times = ValueExpression(1)
    found = jobs(world, count(File("a")), count(File("a"), times))
    assert sorted(job.outcome for job in found) == ["joined", "ran"]
    changed = jobs(world, count(File("a")), count(File("a"), 2))
    assert [job.reason for job in changed if job.outcome == "ran"] == ["argument times changed: 1 -> 2"]


def test_no_address_is_endless():
    world = World()
    paths = [f"folder/{number:05}" for number in range(200)]
    for path in [*paths, "other"]:
        world.files.write(path, b"x")

    def total(files: Any) -> int:
        return len(files)

    task = world.task(total)
    world.run([task([File(path) for path in paths]), task([File(path) for path in [*paths, "other"]])])
    addresses = [address_of(world.execution, job) for job in world.execution.frontier.jobs]
    assert len(set(addresses)) == 2
    assert max(len(like) for like, _ in addresses) <= LONGEST

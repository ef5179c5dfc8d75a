"""Jobs that have ended and wait to be believed together, while others are started in their places."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.engine.finish import SETTLED, SEVERAL
from redo_py.engine.job import JobState
from redo_py.engine.loop import SOON
from redo_py.executors.api import Message
from tests.unit.engine.memory_world import MemoryInbox, World, concatenate

MANY = SETTLED + 4 * SEVERAL
LATE = SETTLED + SEVERAL  # a job from here on ends when some may wait


def world_of(count: int, kind: type[World] = World) -> tuple[World, list[Any]]:
    """A project of `count` copies, and their calls."""
    world = kind()
    for number in range(count):
        world.files.write(f"in{number}", b"%d" % number)
    return world, [world.rule(f"out{number}", f"cat in{number}", [f"in{number}"]) for number in range(count)]


def again(world: World) -> list[str]:
    """What a second execution runs."""
    world.run(list(world.rules.values()), jobs=2)
    return world.ran


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_many_are_believed_together_and_all_is_as_ever(jobs: int) -> None:
    world, calls = world_of(MANY)
    at_work: list[int] = []

    def copy_and_count(files: Any, spec: Any) -> None:
        concatenate(files, spec)
        at_work.append(sum(1 for _ in world.execution.frontier.at_work()))

    world.scripts["cat"] = copy_and_count
    assert world.run(calls, jobs=jobs).state == JobState.DONE
    assert len(world.ran) == MANY
    assert max(at_work) == jobs  # those that have ended are not told to run
    assert world.files.read(f"out{MANY - 1}") == b"%d" % (MANY - 1)
    assert MANY / SEVERAL < len(world.tools_asked) < MANY  # one question for all that are believed together
    assert world.execution.frontier.ended == []
    assert again(world) == []


def test_the_next_one_starts_first() -> None:
    world, calls = world_of(MANY)
    world.run(calls, jobs=1)
    events = world.journal.lines
    assert events.index(("done", "out0")) < events.index(("started", "out1"))
    assert events.index(("started", f"out{LATE + 1}")) < events.index(("done", f"out{LATE}"))


def test_few_are_believed_one_by_one() -> None:
    world, calls = world_of(SETTLED)
    world.run(calls, jobs=1)
    assert len(world.tools_asked) == SETTLED


def test_one_that_is_not_believed_fails_and_little_more_is_started() -> None:
    world, calls = world_of(MANY)

    def copy_or_not(files: Any, spec: Any) -> None:
        if spec.label != f"out{LATE}":
            concatenate(files, spec)

    world.scripts["cat"] = copy_or_not
    root = world.run(calls, jobs=1)
    assert (root.state, root.error.code) == (JobState.FAILED, "output-missing")  # type: ignore[union-attr]
    assert LATE + 1 <= len(world.ran) <= LATE + 1 + SEVERAL
    assert len(world.journal.of("done")) == len(world.ran) - 1  # what ended beside it is believed all the same
    made = set(world.ran) - {f"out{LATE}"}
    world.scripts["cat"] = concatenate
    assert set(again(world)) == {f"out{number}" for number in range(MANY)} - made


def test_an_input_that_changes_before_its_reader_is_believed_makes_it_run_again() -> None:
    world, calls = world_of(MANY)

    def copy_and_edit(files: Any, spec: Any) -> None:
        concatenate(files, spec)
        if spec.label == f"out{LATE + 1}" and len(world.ran) == LATE + 2:
            files.write(f"in{LATE}", b"new")

    world.scripts["cat"] = copy_and_edit
    assert world.run(calls, jobs=1).state == JobState.DONE
    assert world.ran.count(f"out{LATE}") == 2
    assert world.files.read(f"out{LATE}") == b"new"
    assert again(world) == []


class SlowInbox(MemoryInbox):
    """From the job LATE on, nothing ends within the time that those that have ended wait."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def wait(self, timeout: float | None) -> list[Message]:
        return [] if timeout == SOON and len(self.world.ran) > LATE else super().wait(timeout)


class SlowWorld(World):
    """One that has it."""

    def inbox(self) -> SlowInbox:
        return SlowInbox(self)


def test_they_do_not_wait_for_long() -> None:
    world, calls = world_of(MANY, SlowWorld)
    assert world.run(calls, jobs=2).state == JobState.DONE
    assert len(world.tools_asked) > MANY - LATE  # each of them by itself

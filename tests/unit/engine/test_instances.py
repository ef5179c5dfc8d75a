"""The code of the classes whose objects a call is given counts in its identity, and in nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

import pytest

from redo_py.ir.expression import TaskExpression
from redo_py.values.encoding import encode
from redo_py.values.file import File
from tests.unit.engine.memory_world import World


@dataclass
class Record:
    x: Any = 1
    more: list[Any] = field(default_factory=list)


class Pair(NamedTuple):
    x: int = 1


class Plain:
    def __init__(self) -> None:
        self.x = 1


class Fault(Exception):
    pass


class Colour(Enum):
    RED = 1
    ODD = (lambda: 1,)  # has no identity


class Table(File):
    pass


def takes(x: Any, **more: Any) -> int:
    return 1


def world_of(version: str, *kinds: type) -> World:
    world = World()
    world.task(takes)
    world.files.write("a", b"a")
    world.tasks.code_of = lambda item: version.encode() if item in kinds else b""  # type: ignore[method-assign]
    return world


def evaluation(argument: Any, version: str, *kinds: type) -> tuple[bytes, bytes]:
    world = world_of(version, *kinds)
    world.run(TaskExpression("takes", (argument,)))
    job = world.execution.frontier.jobs[0]
    assert world.ran == ["takes"]
    return job.eval_hash, job.args_hash


@pytest.mark.parametrize(
    "argument",
    [Record(), Pair(), Plain(), Fault("x"), Colour.RED, Colour.ODD, Table("a")],
    ids=lambda argument: type(argument).__name__,
)
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [{"k": (x,)}], lambda x: Record(more=[x])])
def test_the_code_of_a_class_counts_in_the_call_alone(argument: Any, wrap: Any) -> None:
    given, kind = wrap(argument), type(argument)
    before = encode(argument)
    one, two, none = (evaluation(given, version, *kinds) for version, *kinds in (("1", kind), ("2", kind), ("1",)))
    assert len({one[0], two[0], none[0]}) == 3
    assert one[1] == two[1] == none[1]
    assert evaluation(given, "1", kind) == one
    assert encode(argument) == before


def test_an_object_inside_a_partial_counts() -> None:
    given = partial(takes, [Record()])
    assert evaluation(given, "1", Record)[0] != evaluation(given, "2", Record)[0]


def test_a_member_of_an_enum_counts_by_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    one = evaluation([Colour.RED, Colour.ODD], "1", Colour)
    monkeypatch.setattr(Colour.RED, "_value_", 2)
    two = evaluation([Colour.RED, Colour.ODD], "1", Colour)
    assert one[0] != two[0]
    assert one[1] == two[1]
    assert evaluation(Colour.RED, "1") == evaluation(Colour.RED, "2")


def test_the_reason_names_the_class() -> None:
    world = world_of("1", Record)
    for version, reason in (
        ("1", "it never ran here"),
        ("1", ""),
        ("2", "the code of {} changed, whose objects it is given"),
    ):
        world.tasks.code_of = world_of(version, Record).tasks.code_of  # type: ignore[method-assign]
        world.run(TaskExpression("takes", (Record(),)))
        job = world.execution.frontier.jobs[0]
        assert job.reason == reason.format(f"{__name__}.Record")
        assert job.outcome == ("ran" if reason else "cached")

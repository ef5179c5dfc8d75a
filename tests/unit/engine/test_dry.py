"""Dry runs: what would run and why, with nothing written."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.ir.expression import QuotedExpression, SchedulerExpression, SimpleExpression
from redo_py.values.file import File
from redo_py.values.unknown import UNKNOWN
from tests.unit.engine.memory_world import World


def planned(world: World) -> Any:
    world.rules.clear()
    world.rule("x", "cat a", ["a"])
    world.rule("y", "cat x b", ["x", "b"])
    return world.rule("z", "cat b", ["b"])


def started() -> World:
    world = World()
    world.files.write("a", b"a")
    world.files.write("b", b"b")
    return world


def dry(world: World, value: Any, **settings: Any) -> list[tuple[str, str]]:
    """(origin, reason) of what would run; nothing may have changed."""
    before = (world.store.counts(), dict(world.files.entries), dict(world.files.artifacts))
    world.run(value, dry=True, **settings)
    assert world.ran == []
    assert (world.store.counts(), dict(world.files.entries), dict(world.files.artifacts)) == before
    return [(job.origin, job.reason) for job in world.execution.frontier.jobs if job.outcome == "would_run"]


def test_everything_and_then_what_an_edit_reaches() -> None:
    world = started()
    z = planned(world)
    assert dry(world, [world.rules["y"], z]) == [
        ("y", "x would be made again"), ("z", "it was never built here"), ("x", "it was never built here"),
    ]  # fmt: skip
    world.run([world.rules["y"], z])
    z = planned(world)
    assert dry(world, [world.rules["y"], z]) == []
    assert sorted(world.journal.of("cached")) == ["x", "y", "z"]
    world.files.write("a", b"A")
    z = planned(world)
    reasons = dry(world, [world.rules["y"], z])
    assert [origin for origin, _ in reasons] == ["y", "x"]
    assert reasons[0][1] == "x would be made again"
    assert reasons[1][1].startswith("a changed (")


def test_what_would_be_restored_is_no_work() -> None:
    world = started()
    world.run([planned(world), world.rules["y"]])
    world.files.remove("x")
    planned(world)
    assert dry(world, world.rules["y"]) == []
    assert world.journal.of("restored") == ["x"]


def test_a_discovered_path_that_would_be_made_again() -> None:
    world = started()

    def compile_(files: Any, spec: Any) -> list[str]:
        files.write("o", files.read("h"))
        return ["h"]

    world.scripts["cc"] = compile_

    def plan() -> Any:
        world.rules.clear()
        world.rule("h", "cat a", ["a"])
        return world.rule("o", "cc b", ["b"], after=["h"])

    world.run(plan())
    world.files.write("a", b"A")
    assert [reason for origin, reason in dry(world, plan()) if origin == "o"] == ["h would be made again"]


def test_forced_and_always() -> None:
    world = started()
    world.run(planned(world))
    assert dry(world, planned(world), force_all=True) == [("z", "it was asked to run whatever is known")]


@pytest.mark.parametrize("name", ["cond", "seq", "map", "need", "getitem", "catch", "argument", "nested"])
def test_what_is_computed_from_the_unknown_is_unknown(name: str) -> None:
    world = started()

    def path() -> str:
        return "a"

    def use(x: Any) -> Any:
        return x

    unknown, use_ = world.task(path)(), world.task(use)
    forms = {
        "cond": SchedulerExpression("cond", (unknown, 1, 2)),
        "seq": SchedulerExpression("seq", ([unknown],)),
        "map": SchedulerExpression("map", (QuotedExpression(SimpleExpression("variable", ("v",))), "v", unknown)),
        "need": SchedulerExpression("need", (unknown,)),
        "getitem": SimpleExpression("getitem", (unknown, 0)),
        "catch": SchedulerExpression("catch", (unknown, ValueError, use_)),
        "argument": use_(unknown),
        "nested": use_({"k": [unknown]}),
    }
    reasons = dry(world, forms[name])
    assert ("path", "it never ran here") in reasons
    if name in ("argument", "nested"):
        assert ("use", "something it uses would be made again") in reasons
    value = world.run(forms[name], dry=True).value
    assert value in ([UNKNOWN], UNKNOWN)


def test_a_missing_input_is_told() -> None:
    world = started()
    root = world.run(SchedulerExpression("need", ("nowhere",)), dry=True)
    assert "no nowhere" in str(root.error)
    assert world.run(SchedulerExpression("need", ("nowhere", True))).value == File("nowhere", bytes(16))

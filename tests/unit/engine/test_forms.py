"""Forms over lists and conditions: what is evaluated, in which order, at which size."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.engine import forms
from redo_py.engine.forms.own import scheduler_task
from redo_py.engine.job import JobState
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression, ValueExpression
from redo_py.tasks.scheduling import FORM
from redo_py.tasks.task import TaskReference
from tests.unit.engine.memory_world import World


def form(name: str, *args: Any) -> SchedulerExpression:
    return SchedulerExpression(name, args)


def call(name: str, *args: Any) -> TaskExpression:
    return TaskExpression(name, args)


def world_of(*functions: Any) -> World:
    world = World()
    for function in functions:
        world.task(function)
    return world


def double(x: int) -> int:
    return 2 * x


def ones(n: int) -> list[int]:
    return [1] * n


def add(x: int, y: int = 0) -> int:
    return x + y


def mapped(world: World, name: str, values: Any) -> SchedulerExpression:
    return form("map_", world.tasks.known[name], values)


def test_a_map_over_what_is_known_and_what_is_not() -> None:
    world = world_of(double, ones)
    assert world.run(mapped(world, "double", [1, call("double", 2), (3,)])).value == [2, 8, (3, 3)]
    assert world.run(mapped(world, "double", call("ones", 3))).value == [2, 2, 2]
    assert world.run(mapped(world, "double", [])).value == []
    assert world.run(mapped(world, "double", {"a": 1})).value == ["aa"]
    assert world.run(mapped(world, "double", range(2))).value == [0, 2]
    assert world.run(mapped(world, "double", ValueExpression([4]))).value == [8]


def test_maps_of_maps_are_one() -> None:
    world = world_of(double, ones, add)
    late: Any = 3
    for _ in range(5):
        late = call("double", late)
    inner = mapped(world, "double", [1, late])
    lazy = mapped(world, "add", mapped(world, "double", inner))
    assert world.run([lazy, inner]).value == [[4, 384], [2, 192]]
    assert world.ran.index("add") < 6, "the first item does not wait for the second"
    world.run([lazy, inner])
    assert world.ran == []


def test_a_lazy_task() -> None:
    world = world_of(double)
    world.task(lambda: world.tasks.known["double"]).namespace = ""
    chooses = world.tasks.known["<lambda>"]
    assert world.run(form("map_", chooses(), [1, 2])).value == [2, 4]
    assert world.run(form("map_", TaskReference("double"), [3])).value == [6]
    assert world.run(form("starmap", chooses(), [{"x": 1}])).value == [2]


def test_starmap() -> None:
    world = world_of(add, ones)
    task = world.tasks.known["add"]
    assert world.run(form("starmap", task, [{"x": 1, "y": 2}, {"x": call("add", 3)}])).value == [3, 3]
    assert world.run(form("starmap", task, [ValueExpression({"x": 5})])).value == [5]
    assert world.run(form("starmap", task, ValueExpression([{"x": 5}]))).value == [5]
    root = world.run(form("starmap", task, [{"x": 1}, [2, 3]]))
    assert str(root.error) == (
        "redun: starmap got a list as item 2\n  hint: each item is a dict with the keyword arguments of one call"
    )


def test_what_has_no_items() -> None:
    world = world_of(add)
    for name, args in (("map_", (world.tasks.known["add"],)), ("starmap", (world.tasks.known["add"],)), ("seq", ())):
        for value in (5, call("add", 5)):
            root = world.run(form(name, *args, value))
            assert str(root.error) == (
                f"redun: {name} got an int, which has no items\n  hint: it takes a list, or a call whose value is one"
            )


def test_a_task_that_does_not_take_the_items() -> None:
    world = world_of(add, ones)
    root = world.run(form("map_", world.tasks.known["ones"], [1]))
    assert root.value == [[1]]
    root = world.run(form("starmap", world.tasks.known["ones"], [{"m": 1}]))
    assert isinstance(root.error, TypeError)
    root = world.run(form("map_", 5, [1]))
    assert isinstance(root.error, TypeError)


def test_a_sequence_of_a_lazy_list() -> None:
    world = world_of(add, ones)
    assert world.run(form("seq", call("ones", 2))).value == [1, 1]
    assert world.run(form("seq", (call("add", 1), [call("add", 2)]))).value == [1, [2]]


def test_a_failure_in_a_sequence_ends_it() -> None:
    world = world_of(add)

    def fails() -> Any:
        raise ValueError("no")

    world.task(fails)
    root = world.run(form("seq", [call("add", 1), call("fails"), call("add", 2)]), max_failures=None)
    assert str(root.error) == "no"
    assert world.ran == ["add", "fails"]


def test_forms_inside_what_tasks_give_come_back() -> None:
    world = world_of(double, ones, add)

    def main(n: int) -> Any:
        many = form("map_", world.tasks.known["double"], call("ones", n))
        first = form("cond", SimpleExpression("gt", (call("add", n), 1)), "many", "one")
        return {"many": many, "first": first, "seq": form("seq", [call("add", 1)])}

    world.task(main)
    expected = {"many": [2, 2], "first": "many", "seq": [1]}
    assert world.run(call("main", 2)).value == expected
    assert world.run(call("main", 2)).value == expected
    assert world.ran == []
    world.task(double, version="2")
    assert world.run(call("main", 2)).value == expected
    assert world.ran == ["double"]


def test_large_maps() -> None:
    world = world_of(double, add)
    count = 20_000
    root = world.run(mapped(world, "double", range(count)), jobs=8)
    assert root.value[-1] == 2 * count - 2
    assert len(world.ran) == count
    world.run(mapped(world, "double", range(count)))
    assert world.ran == []


def test_a_long_sequence_and_a_deep_nest() -> None:
    world = world_of(add)
    assert world.run(form("seq", [call("add", 1)] * 1 + [call("add", 2) for _ in range(3_000)])).value[-1] == 2
    value: Any = call("add", 1)
    for _ in range(3_000):
        value = form("cond", True, form("catch", value, ValueError, world.tasks.known["add"]), 0)
    assert world.run(value).value == 1


def test_a_dry_run_of_maps() -> None:
    world = world_of(double, ones, add)
    for value in (
        mapped(world, "double", call("ones", 3)),
        form("starmap", world.tasks.known["add"], call("ones", 2)),
        form("seq", call("ones", 2)),
        form("catch_all", [call("ones", 1)], ValueError, world.tasks.known["add"]),
    ):
        root = world.run(value, dry=True)
        assert root.state == JobState.DONE
        assert world.ran == []


def test_every_form_is_found_under_its_name() -> None:
    for name, load in forms.FORMS.items():
        loaded = load()
        assert forms.form(name) is loaded[name]
        assert {forms.FORMS[other] for other in loaded} == {load}
    assert forms.form(FORM) is scheduler_task


def test_no_form_of_that_name() -> None:
    with pytest.raises(KeyError):
        forms.form("nothing")

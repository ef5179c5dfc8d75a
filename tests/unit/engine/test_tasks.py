"""Python tasks: reduction, what they return, what they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redo_py.engine.job import JobState
from redo_py.ir.expression import (
    QuotedExpression,
    SchedulerExpression,
    SimpleExpression,
    TaskExpression,
    ValueExpression,
)
from redo_py.records import ARGUMENT, CALL, EDGE, JOB, TASK, TRACE, VALUE
from redo_py.tasks.task import Task
from redo_py.values.file import File
from tests.unit.engine.memory_world import World


@dataclass(frozen=True)
class Point:
    x: int
    y: Any


def world_of(*functions: Any) -> World:
    world = World()
    for function in functions:
        world.task(function)
    return world


def call(name: str, *args: Any) -> TaskExpression:
    return TaskExpression(name, args)


def fib(n: int) -> Any:
    return n if n < 2 else add(call("fib", n - 1), call("fib", n - 2))


def add(x: Any, y: Any) -> Any:
    return SimpleExpression("add", (x, y))


def test_a_task_that_reduces_to_calls_of_itself() -> None:
    world = world_of(fib)
    assert world.run(call("fib", 15)).value == 610
    assert len(world.ran) == 16, "each call is made once"
    assert world.run(call("fib", 15)).value == 610
    assert world.ran == []
    assert world.run(call("fib", 16)).value == 987
    assert len(world.ran) == 1


def test_an_edit_of_the_inner_task_leaves_the_outer_one() -> None:
    def outer(x: int) -> Any:
        return [call("inner", x), {"again": call("inner", x)}]

    def inner(x: int) -> int:
        return x + 1

    world = world_of(outer, inner)
    assert world.run(call("outer", 1)).value == [2, {"again": 2}]
    world.task(inner, version="2")
    world.run(call("outer", 1))
    assert world.ran == ["inner"]


def test_a_task_whose_callee_is_gone_runs_again() -> None:
    def outer() -> Any:
        return call("inner") if "inner" in world.tasks.known else "nothing to call"

    def inner() -> int:
        return 1

    world = world_of(outer, inner)
    real = world.tasks.resolve
    world.run(call("outer"))
    del world.tasks.known["inner"]

    def resolve(name: str) -> Task:
        from redo_py.ground.errors import UsageError

        if name not in world.tasks.known:
            raise UsageError("unknown-executor", origin="", name=name, suggestion="")
        return real(name)

    world.tasks.resolve = resolve  # type: ignore[method-assign]
    assert world.run(call("outer")).value == "nothing to call"
    assert world.ran == ["outer"]


def test_expressions_with_leaves_that_only_a_pickle_gives_back() -> None:
    def outer(n: int) -> Any:
        return call("inner", Point(n, [File("a")]))

    def inner(point: Point) -> Any:
        return Point(point.x + 1, point.y)

    world = world_of(outer, inner)
    world.files.write("a", b"a")
    first = world.run(call("outer", 1)).value
    assert first.x == 2
    again = world.run(call("outer", 1)).value
    assert world.ran == []
    assert (again.x, again.y[0].digest) == (2, first.y[0].digest)
    world.files.write("a", b"A")
    assert world.run(call("outer", 1)).value.y[0].digest != first.y[0].digest


def test_tasks_as_arguments_and_results() -> None:
    def applies(function: Any, x: int) -> Any:
        return function(x)

    def twice(x: int) -> int:
        return 2 * x

    def picks() -> Any:
        return world.tasks.known["twice"]

    def hands_on(x: int) -> Any:
        return call("applies", world.tasks.known["twice"], x)

    world = world_of(applies, twice, picks, hands_on)
    for _ in range(2):
        assert world.run(call("applies", world.tasks.known["twice"], 4)).value == 8
        assert world.run(SimpleExpression("call", (call("picks"), (5,), {}))).value == 10
        assert world.run(call("picks")).value is world.tasks.known["twice"]
        assert world.run(call("hands_on", 6)).value == 12
    assert world.ran == []
    world.task(lambda x: 3 * x, version="2")
    world.tasks.known["twice"] = Task(lambda x: 3 * x, "twice", "", {"version": "2"})
    assert world.run(call("applies", world.tasks.known["twice"], 4)).value == 12
    assert world.run(call("hands_on", 6)).value == 18


def test_quoted_expressions_are_values_until_somebody_evaluates_them() -> None:
    def gives() -> Any:
        return [QuotedExpression(call("inner", 1)), 2]

    def inner(x: int) -> int:
        return x

    world = world_of(gives, inner)
    world.run(call("gives"))
    quoted, two = world.run(call("gives")).value
    assert isinstance(quoted, QuotedExpression)
    assert two == 2
    assert world.ran == []
    assert world.run(quoted.expression).value == 1


def test_containers_of_every_kind_come_back() -> None:
    def gives(x: Any) -> Any:
        return x

    value = {"l": [1, (2.5, None)], ("t", 1): {3}, "z": frozenset({b"4"}), "c": 1j, "b": bytearray(b"5"), "s": "\udcff"}
    world = world_of(gives)
    assert world.run(call("gives", value)).value == value
    assert world.run(call("gives", value)).value == value
    assert world.ran == []


def test_nested_expressions_in_every_container() -> None:
    def one() -> int:
        return 1

    def keeps(x: Any) -> Any:
        return x

    world = world_of(one, keeps)
    lazy = call("one")
    value = {lazy: [lazy, (lazy, Point(0, lazy))], "v": ValueExpression([lazy])}
    assert world.run(call("keeps", value)).value == {1: [1, (1, Point(0, 1))], "v": [1]}
    assert world.ran == ["one", "keeps"]


def test_a_shared_computation_of_a_map_is_made_once() -> None:
    def one() -> int:
        return 1

    def pair(x: Any, y: Any) -> Any:
        return (x, y)

    world = world_of(one, pair)
    variable = SimpleExpression("variable", ("x",))
    inner = SchedulerExpression("map", (QuotedExpression(call("pair", variable, 0)), "x", [variable, 9]))
    body = call("pair", inner, call("one"))
    root = world.run(SchedulerExpression("map", (QuotedExpression(body), "x", [5, 6])))
    assert root.value == [([(5, 0), (9, 0)], 1), ([(6, 0), (9, 0)], 1)]
    assert world.ran.count("one") == 1


def test_a_condition_evaluates_one_branch() -> None:
    def one() -> int:
        return 1

    def never() -> int:
        raise AssertionError

    world = world_of(one, never)
    lazy = SchedulerExpression("cond", (False, call("never"), call("one"), "yes", call("never")))
    assert world.run(lazy).value == "yes"
    assert world.run(SchedulerExpression("cond", (False, 1))).value is None


def test_a_sequence_runs_one_after_another() -> None:
    def step(x: int) -> int:
        return x

    world = world_of(step)
    root = world.run(SchedulerExpression("seq", ([call("step", 1), call("step", 2)],)), jobs=5)
    assert root.value == [1, 2]
    assert world.journal.lines == [(kind, "step") for _ in (1, 2) for kind in ("queued", "started", "done")]


def test_an_unknown_form_or_operation() -> None:
    world = world_of()
    assert world.run(SchedulerExpression("nothing", ())).state == JobState.FAILED
    assert world.run(SimpleExpression("nothing", ())).state == JobState.FAILED
    assert world.run(SchedulerExpression("cond", ())).state == JobState.FAILED


def test_what_is_recorded_of_a_call() -> None:
    def outer(x: int, y: Any) -> Any:
        return call("inner", 1)

    def inner(x: int) -> int:
        return x

    world = world_of(outer, inner)
    world.run(call("outer", call("inner", 5), [File("a")]))
    counts = world.store.counts()
    assert {table.name: counts[table.name] for table in (JOB, CALL, TRACE, TASK, EDGE, ARGUMENT)} == {
        "job": 3, "call": 3, "trace": 3, "task": 2, "edge": 1, "argument": 4,
    }  # fmt: skip
    rows = {row[1]: row for row in world.store.rows(CALL)}
    (edge,) = world.store.rows(EDGE)
    assert edge[0] == rows["outer"][0]
    origins = {row[2]: row[4] for row in world.store.rows(ARGUMENT) if row[0] == rows["outer"][0]}
    assert origins["y"] is None
    assert origins["x"] in {row[0] for row in world.store.rows(CALL)}
    assert all(row[3] == "" for row in world.store.rows(VALUE)), "plain values need no text beside them"


def test_an_argument_that_can_be_told_but_not_kept() -> None:
    def takes(x: Any) -> int:
        return 1

    class Odd:
        def __reduce__(self) -> Any:
            return (list, ())

        def __repr__(self) -> str:
            return "odd"

    world = world_of(takes)
    assert world.run(call("takes", [Odd(), len])).value == 1
    assert world.run(call("takes", [Odd(), len])).value == 1
    assert world.ran == []


def test_files_are_compared_by_what_they_hold_wherever_they_come_from() -> None:
    def path_of(name: str) -> str:
        return name

    world = world_of(path_of)
    world.files.write("a", b"same")
    written = File("a")
    found = SchedulerExpression("need", (call("path_of", "a"),))
    both = (SimpleExpression("eq", (written, found)), SimpleExpression("in", (found, [File("b"), written])))
    assert world.run(both).value == (True, True)
    assert written.digest == b"", "the user's own object is left alone"

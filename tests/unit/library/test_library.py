"""The functional and control-flow tasks, over the engine in memory: values, what runs, and what runs again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import methodcaller
from typing import Any

import pytest

import redo_py.library.every
from redo_py.engine.job import JobState
from redo_py.ir.expression import Expression, QuotedExpression, SchedulerExpression, ValueExpression
from redo_py.library.control import catch, catch_all, cond, seq, throw
from redo_py.library.forms import FormTask
from redo_py.library.functional import (
    compose,
    const,
    delay,
    flat_map,
    flatten,
    force,
    identity,
    map_,
    starmap,
    zip_,
)
from redo_py.library.python import apply_func, as_task, eval_
from redo_py.tasks.task import REGISTRY, PartialTask, Task
from tests.unit.engine.memory_world import World

NAMES = (
    "apply_func", "catch", "catch_all", "compose_apply", "cond", "const", "delayed", "eval_", "flat_map", "flatten",
    "identity", "map_", "seq", "starmap", "throw", "tools.copy_dir", "tools.copy_file", "tools.copy_files",
    "tools.debug_task", "tools.render_template", "zip_",
)  # fmt: skip


def helper(x: int) -> int:
    return x + 100


class Adder:
    """A class of the project."""

    def __init__(self, x: int) -> None:
        self.x = x

    def add(self, y: int) -> int:
        return self.x + y


class Bench:
    """A world with a few tasks; `run` gives the value and `ran` what ran for it."""

    def __init__(self) -> None:
        self.world = World()
        self.inc = self.task("inc", lambda x: x + 1)
        self.ones = self.task("ones", lambda n: [1] * n)
        self.fails = self.task("fails", self.failing())
        self.saves = self.task("saves", lambda error: f"saved {error!r}")

    def failing(self) -> Callable[[Any], Any]:
        def fails(x: Any) -> Any:
            raise ValueError(x)

        return fails

    def task(self, name: str, function: Any, version: str = "1", **options: Any) -> Any:
        made = self.world.tasks.known[name] = Task(function, name, "", {"version": version, **options})
        return made

    def run(self, value: Any, **settings: Any) -> Any:
        root = self.world.run(value, **settings)
        if root.state != JobState.DONE:
            assert root.error is not None
            raise root.error
        return root.value

    def ran(self) -> list[str]:
        return self.world.ran

    def check(self, make: Callable[[], Any], value: Any) -> None:
        """Two runs: the value is right, and the second runs nothing."""
        assert self.run(make()) == value
        assert self.run(make()) == value
        assert self.ran() == []


def test_what_there_is() -> None:
    assert redo_py.library.every.__doc__
    assert [name for name in NAMES if f"redun.{name}" not in REGISTRY] == []
    assert all(REGISTRY[f"redun.{name}"].version == "1" for name in NAMES), "raise it when the meaning changes"


def test_lists() -> None:
    bench = Bench()
    inc, ones = bench.inc, bench.ones
    bench.check(lambda: map_(inc, ones(3)), [2, 2, 2])
    bench.check(lambda: map_(inc, values=map_(inc, [1, inc(1)])), [3, 4])
    bench.check(lambda: starmap(inc, [{"x": 1}, {"x": inc(1)}]), [2, 3])
    bench.check(lambda: starmap(inc), [])
    bench.check(lambda: flatten([ones(1), [2, inc(2)]]), [1, 2, 3])
    bench.check(lambda: flat_map(ones, ones(2)), [1, 1])
    bench.check(lambda: zip_(ones(2), [3, inc(3), 5]), [(1, 3), (1, 4)])
    bench.check(lambda: zip_(), [])
    bench.check(lambda: map_(map_.partial(inc), [[1, 2], ones(1)]), [[2, 3], [2]])
    bench.check(lambda: map_(seq, [[inc(1), 5], []]), [[2, 5], []])
    bench.check(lambda: map_(starmap.partial(inc), [[{"x": 1}]]), [[2]])


def test_combinators() -> None:
    bench = Bench()
    inc, ones = bench.inc, bench.ones
    double = bench.task("double", lambda x: 2 * x)
    bench.check(lambda: compose(double, inc)(3), 8)
    bench.check(lambda: compose(inc, double, inc)(x=3), 9)
    bench.check(lambda: compose()(inc(1)), 2)
    bench.check(lambda: map_(compose(double, inc), [1, 2]), [4, 6])
    bench.check(lambda: compose(flatten, map_.partial(ones))([1, 2]), [1, 1, 1])
    bench.check(lambda: identity([inc(1)]), [2])
    bench.check(lambda: const(inc(1), inc(2)), 2)
    assert isinstance(compose(inc, double), PartialTask)


def test_what_is_delayed_is_evaluated_when_it_is_forced() -> None:
    bench = Bench()
    drops = bench.task("drops", lambda x: "dropped")
    forces = bench.task("forces", lambda x: force(x))
    passes = bench.task("passes", lambda x: x)
    late = delay(bench.fails(1))
    bench.check(lambda: drops(delay(bench.fails(1))), "dropped")
    bench.check(lambda: force(delay([bench.inc(1), 5])), [2, 5])
    bench.check(lambda: forces(delay(bench.inc(1))), 2)
    bench.check(lambda: force(passes(delay(bench.inc(1)))), 2)
    with pytest.raises(ValueError, match="1"):
        bench.run(force(late))
    bench.task("inc", lambda x: x + 2, "2")
    assert bench.run(forces(delay(bench.inc(1)))) == 3
    assert bench.ran() == ["inc"]


def test_python() -> None:
    bench = Bench()
    bench.check(lambda: apply_func(helper, bench.inc(1)), 102)
    bench.check(lambda: as_task(max)(1, bench.inc(5), key=None), 6)
    bench.check(lambda: map_(as_task(len), [[1], bench.ones(2)]), [1, 2])
    bench.check(lambda: apply_func(functools.partial(helper), 2), 102)
    bench.check(lambda: apply_func(methodcaller("upper"), "a"), "A")
    bench.check(lambda: eval_("[v + k for v in values]", values=bench.ones(2), k=5), [6, 6])
    bench.check(lambda: eval_("  a * b\n", 3, bench.inc(1), pos_args=["a", "b"]), 6)
    bench.check(lambda: eval_("f(x)", f=bench.inc, x=1), 2)
    with pytest.raises(TypeError, match=r"eval_\(\) was given 1 positional arguments, and `pos_args` names 0"):
        bench.run(eval_("1", 2))
    with pytest.raises(NameError, match="y"):
        bench.run(eval_("y"))
    with pytest.raises(SyntaxError):
        bench.run(eval_("x = 1"))


def test_a_function_is_identified_by_its_code() -> None:
    bench = Bench()
    for value in (helper, functools.partial(helper), Adder(1).add, Adder):
        make = lambda value=value: bench.task("takes", lambda f: 1)(value)  # noqa: E731
        bench.check(make, 1)
        bench.world.tasks.code_of = lambda item: b"edited" if item in (helper, Adder) else b""  # type: ignore[method-assign]
        bench.run(make())
        del bench.world.tasks.code_of
        expected = [] if isinstance(value, functools.partial) else ["takes"]  # a bound method's object is an Adder
        assert bench.ran() == expected
    with pytest.raises(Exception, match="cannot be told from another one"):
        bench.run(bench.task("takes", lambda f: 1)(lambda x: x))


def test_conditions() -> None:
    bench = Bench()
    inc, fails = bench.inc, bench.fails
    bench.check(lambda: cond(inc(0) == 1, "one", fails(1)), "one")
    bench.check(lambda: cond(inc(0) > 5, fails(1), inc(1) == 2, [inc(5)], fails(2)), [6])
    bench.check(lambda: cond(inc(0) > 5, fails(1), False, fails(2), "else"), "else")
    bench.check(lambda: cond(False, 1), None)
    bench.check(lambda: map_(cond.partial(inc(0) == 1), ["a", "b"]), ["a", "b"])


def test_errors() -> None:
    bench = Bench()
    inc, fails, saves = bench.inc, bench.fails, bench.saves
    pair = bench.task("pair", lambda tag, error: (tag, str(error)))
    bench.check(lambda: catch(inc(1), ValueError, saves), 2)
    bench.check(lambda: catch(fails(1), ValueError, saves), "saved ValueError(1)")
    bench.check(lambda: catch(fails(1), (OSError, ValueError), pair.partial("tag")), ("tag", "1"))
    bench.check(lambda: catch(fails(1), KeyError, saves, ValueError, pair.partial(inc(1))), (2, "1"))
    bench.check(lambda: catch(throw(KeyError("k")), KeyError, saves), "saved KeyError('k')")
    bench.check(lambda: catch_all([inc(1), fails(2)], ValueError, saves), "saved [2, ValueError(2)]")
    bench.check(lambda: catch(map_(fails, [7]), ValueError, saves), "saved ValueError(7)")
    bench.check(lambda: catch(fails(1), ValueError, compose(saves, identity)), "saved ValueError(1)")
    bench.check(lambda: map_(catch.partial(fails(1), ValueError), [saves]), ["saved ValueError(1)"])
    for value in (throw(ValueError("x")), catch_all([fails(1)]), catch(fails(1), ValueError, throw)):
        with pytest.raises(ValueError, match=r"x|1"):
            bench.run(value)


def test_errors_of_wrong_calls_are_raised_where_they_are_written() -> None:
    saves = Bench().saves
    wrong: Any = {name: REGISTRY[f"redun.{name}"] for name in NAMES}
    for name, args, text in (
        ("catch", (1, ValueError), r"one is without the other"),
        ("catch", (1, "ValueError", saves), r"takes classes of errors, or tuples of them, not 'ValueError'"),
        ("catch", (1, (int, OSError), saves), r"not \(<class 'int'>, <class 'OSError'>\)"),
        ("catch", (1, ValueError, 5), r"catch\(\) takes a task to recover with, not 5"),
        ("catch_all", ([1], 5), r"catch\(\) takes classes of errors, or tuples of them, not 5"),
        ("catch_all", ([1], None, "saves"), r"catch\(\) takes a task to recover with, not 'saves'"),
        ("cond", (1,), r"cond\(\) misses its argument `then`"),
        ("map_", (saves,), r"map_\(\) misses its argument `values`"),
        ("seq", ([1], 2), r"seq\(\) takes 1 positional argument, 2 were given"),
        ("flatten", (1, 2), r"flatten\(\) takes 1 positional argument, 2 were given"),
    ):
        with pytest.raises(TypeError, match=text):
            wrong[name](*args)
    with pytest.raises(TypeError, match=r"map_ makes no job of its own"):
        map_.options(memory=1)


def test_lazy_classes_and_recoveries_are_let_through() -> None:
    lazy = ValueExpression(ValueError)
    assert isinstance(catch(1, lazy, lazy), SchedulerExpression)
    assert isinstance(catch_all([1], lazy), SchedulerExpression)


def test_forms_are_tasks_with_the_place_where_they_are_called() -> None:
    made: Any = map_(Bench().inc, [1])
    assert (made.form, made.span.file) == ("map_", __file__)
    assert isinstance(map_, FormTask)
    assert map_.fullname == "redun.map_"
    assert isinstance(delay(1), PartialTask)
    assert isinstance(delay(1).args[0], QuotedExpression)
    assert isinstance(identity(1), Expression)


def test_the_functions_themselves_are_for_values() -> None:
    """`.func` is what tests of a workflow call."""
    plain: dict[str, Any] = {name: REGISTRY[f"redun.{name}"].func for name in NAMES}
    assert plain["map_"](helper, [1, 2]) == [101, 102]
    assert plain["starmap"](helper, [{"x": 1}]) == [101]
    assert plain["cond"](0, 1, 1, 2, 3) == 2
    assert plain["cond"](0, 1, 0, 2, 3) == 3
    assert plain["cond"](0, 1) is None
    assert plain["seq"]((1, 2)) == [1, 2]
    assert plain["catch"](1, ValueError, helper) == 1
    assert plain["catch_all"]([1]) == [1]
    assert plain["flatten"](([1], [2])) == [1, 2]
    with pytest.raises(KeyError):
        plain["throw"](KeyError("k"))

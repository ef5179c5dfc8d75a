"""Tasks of tasks, and forms of the user's own."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py import Task, scheduler_task, task, wraps_task
from redo_py.ground.errors import UsageError
from redo_py.ir.expression import SchedulerExpression, TaskExpression
from redo_py.tasks.scheduling import _drivers, drive_promises_by
from redo_py.tasks.task import REGISTRY
from tests.unit.engine.memory_world import World


def doubling(**options: Any) -> Any:
    @wraps_task(**options)
    def doubled(inner: Task) -> Any:
        def both(*args: Any, **kwargs: Any) -> Any:
            return 2 * inner.func(*args, **kwargs)

        return both

    return doubled


class Memory(World):
    """A world that has the tasks of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks.known = {**self.tasks.known, **REGISTRY}


# ---- wraps_task


def test_the_inner_task_moves_aside():
    @doubling(memory=2)
    @task(namespace="w", version="1", retries=1)
    def value(x: int, y: int = 1) -> int:
        """Add."""
        return x + y

    assert (value.fullname, value.own_options["memory"]) == ("w.value", 2 << 30)
    assert value.func(1) == 4
    inner = value.wrapped_task
    assert inner is not None
    assert (inner.fullname, inner.version, inner.own_options["retries"]) == ("w.doubled.value", "1", 1)
    assert inner is value.inner_task
    assert (REGISTRY["w.value"], REGISTRY["w.doubled.value"]) == (value, inner)
    assert inner in value.hash_includes
    assert value.parameters.bind((1,), {}) == {"x": 1, "y": 1}
    assert str(value.signature) == "(x: 'int', y: 'int' = 1) -> 'int'"
    assert value.func.__doc__ == "Add."
    with pytest.raises(TypeError, match=r"value\(\) has no parameter `z`"):
        value(1, z=2)
    assert Memory().run(value(1)).value == 4


def test_a_plain_function_and_several_wrappers():
    @doubling(wrapper_name="outer", namespace="o")
    @doubling(wrapper_name="middle")
    def value(x: int) -> int:
        return x

    assert value.fullname == "o.value"
    assert [each.fullname for each in (value.wrapped_task, value.inner_task)] == ["outer.value", "middle.value"]
    assert value.func(1) == 4


def test_the_parameters_of_the_wrapper():
    @wraps_task(use_wrapper_signature=True, wrapper_hash_includes=[7], config_args=["factor"])
    def scaled(inner: Task) -> Any:
        def times(factor: int, x: int) -> Any:
            return factor * inner.func(x)

        return times

    @scaled
    def value(x: int) -> int:
        return x

    assert value.parameters.bind((2, 3), {}) == {"factor": 2, "x": 3}
    assert 7 in value.hash_includes
    assert value.own_options["config_args"] == ["factor"]


def test_what_a_wrapper_must_give():
    @wraps_task()
    def nothing(inner: Task) -> Any:
        """Gives None."""

    with pytest.raises(TypeError, match="the wrapper `nothing` of f gives None, which is no function"):

        @nothing
        def f() -> None:
            """Nothing."""


def test_one_wrapper_around_itself_makes_tasks_of_different_names():
    @wraps_task(wrapper_name="w")
    def again(inner: Task) -> Any:
        return lambda x: inner(x) * 2

    @again
    @again
    @again
    @task(namespace="twice", version="1")
    def value(x: int) -> int:
        return x + 1

    first = value.wrapped_task
    assert first is not None
    assert first.wrapped_task is not None
    names = [each.fullname for each in (value, first, first.wrapped_task, value.inner_task)]
    assert names == ["twice.value", "twice.w.w.w.value", "twice.w.w.value", "twice.w.value"]
    assert [REGISTRY[name].inner_task.func for name in names] == [value.inner_task.func] * 4
    world = Memory()
    assert [world.run(value(1)).value for _ in range(2)] == [16, 16]


# ---- scheduler_task


@scheduler_task(namespace="forms")
def first_that_works(*attempts: Any, default: Any = None) -> Any:
    """The value of the first of the attempts that has one."""
    for attempt in attempts:
        try:
            return (yield attempt)
        except ValueError:
            continue
    return default


def world() -> World:
    world = Memory()

    def fails(x: int) -> int:
        raise ValueError(x)

    def works(x: int) -> int:
        return x

    world.task(fails)
    world.task(works)
    return world


def call(name: str, *args: Any) -> TaskExpression:
    return TaskExpression(name, args)


def test_a_form_gets_its_arguments_as_they_were_written():
    there = world()
    made = first_that_works(call("fails", 1), call("works", 2), call("works", 3))
    assert isinstance(made, SchedulerExpression)
    assert there.run([made, made + 1]).value == [2, 3]
    assert sorted(there.ran) == ["fails", "works"], "nothing else was asked for"


def test_what_a_form_returns_is_computed():
    assert world().run(first_that_works(call("fails", 1), default=[call("works", 4)])).value == [4]


def test_a_form_in_the_result_of_a_task_is_remembered_with_it():
    there = world()

    def outer() -> Any:
        return {"x": first_that_works(call("works", 2))}

    there.task(outer)
    for expected in (["outer", "works"], []):
        assert there.run(call("outer")).value == {"x": 2}
        assert there.ran == expected


def test_calls_of_forms_are_checked():
    with pytest.raises(TypeError, match=r"first_that_works\(\) has no parameter `other`"):
        first_that_works(other=1)
    with pytest.raises(TypeError, match="is a form and has no job of its own"):
        first_that_works.options(memory=1)


def test_a_form_that_returns_a_promise_is_driven_by_whoever_knows_promises():
    before = list(_drivers)

    @scheduler_task(name="later", namespace="forms")
    def later(scheduler: Any, parent_job: Any, sexpr: Any, x: Any, y: int = 1) -> Any:
        return (scheduler, x, y)

    def driver(form: Any, execution: Any, cell: Any, args: Any, kwargs: Any) -> Any:
        scheduler, x, y = form.func("scheduler", None, cell.expression, *args, **kwargs)
        return (yield x), y, scheduler

    with pytest.raises(TypeError, match=r"later\(\) misses its argument `x`"):
        later()
    try:
        _drivers.clear()
        error = world().run(later(call("works", 1))).error
        assert str(error).startswith("forms.later returns promises, which need redun's names")
        drive_promises_by(driver)
        assert world().run(later(call("works", 1), y=5)).value == (1, 5, "scheduler")
    finally:
        _drivers[:] = before


def test_a_form_whose_name_a_task_has_by_now():
    there = world()
    there.tasks.known["forms.first_that_works"] = there.tasks.known["works"]
    error = there.run(first_that_works(1)).error
    assert isinstance(error, UsageError)
    assert error.headline == "forms.first_that_works, which a result calls as a form, is a task by now"

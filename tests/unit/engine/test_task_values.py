"""Tasks as arguments and results: copies with options, partial applications, and what tells them apart."""

from __future__ import annotations

from typing import Any

from redo_py.tasks.sameness import is_same
from redo_py.tasks.task import PartialTask, Task
from tests.unit.engine.memory_world import World


def world_of(*functions: Any) -> World:
    world = World()
    for function in functions:
        world.task(function)
    return world


def applies(function: Any, x: int) -> Any:
    return function(x)


def add(x: int, y: int = 1) -> int:
    return x + y


def test_a_copy_with_options_is_an_argument_of_its_own():
    world = world_of(applies, add)
    known = world.tasks.known
    for _ in range(2):
        assert world.run(known["applies"](known["add"], 1)).value == 2
        assert world.run(known["applies"](known["add"].options(retries=3), 1)).value == 2
    assert world.ran == []
    options = [job.options for job in world.execution.frontier.jobs if job.name == "add"]
    assert [each.get("retries") for each in options] == [3], "it kept its options, also from the cache"
    world.run(known["applies"](known["add"].options(retries=4), 1))
    assert world.ran == ["applies"], "other options are another argument; the call itself is the same"


def test_lazy_options_of_a_task_that_is_a_value():
    def three() -> int:
        return 3

    world = world_of(applies, add, three)
    known = world.tasks.known
    for expected in (["applies", "three", "add"], []):
        copy = known["add"].options(retries=known["three"]())
        assert world.run(known["applies"](copy, 1)).value == 2
        assert world.ran == expected
    job = next(job for job in world.execution.frontier.jobs if job.name == "add")
    assert job.options["retries"] == 3


def test_partial_applications_are_values():
    def gives(x: int) -> Any:
        return world.tasks.known["add"].partial(y=x)

    world = world_of(applies, add, gives)
    known = world.tasks.known
    for expected in (["applies", "add"], []):
        assert world.run(known["applies"](known["add"].partial(y=10), 1)).value == 11
        assert world.ran == expected
    assert world.run(known["applies"](known["add"].partial(y=20), 1)).value == 21
    assert world.ran == ["applies", "add"], "other arguments are another value"
    for expected in (["gives"], []):  # the same value was an argument of the same task before
        made = world.run(known["applies"](known["gives"](10), 1))
        assert made.value == 11
        assert world.ran == expected
    given = world.run(known["gives"](3)).value
    assert isinstance(given, PartialTask)
    assert (given.task, given.kwargs) == (known["add"], {"y": 3})


def test_lazy_arguments_of_a_partial_application_are_computed_before_it_is_passed_on():
    world = world_of(applies, add)
    known = world.tasks.known
    assert world.run(known["applies"](known["add"].partial(known["add"](1)), 5)).value == 7
    assert world.ran == ["add", "applies", "add"]


def test_an_edit_of_the_task_inside_is_an_edit_of_the_value():
    world = world_of(applies, add)
    known = world.tasks.known
    partial = known["add"].partial(y=1)
    world.run(known["applies"](partial, 1))
    world.task(add, version="2")
    fresh = world.tasks.known["add"].partial(y=1)
    world.run(known["applies"](fresh, 1))
    assert world.ran == ["applies", "add"]


def test_options_that_identify_a_task_are_part_of_the_key_of_a_call():
    world = world_of(add)
    task: Task = world.tasks.known["add"]
    world.run(task(1))
    world.run(task.options(version="9")(1))
    assert world.ran == ["add"]
    world.run(task.options(version="9", retries=1)(1))
    assert world.ran == []
    world.run(task.options(retries=1)(1))
    assert world.ran == []


def test_what_is_called_runs_although_another_function_has_its_name_by_now():
    def make(n: int) -> Any:
        def f(x: int) -> int:
            return x + n

        return f

    world = World()
    first = world.task(make(1), version="1")
    second = world.task(make(2), version="2")
    assert [world.run(task(1)).value for task in (first, second, first)] == [2, 3, 2]
    world.task(make(1), version="3")
    world.run(first(1))
    assert world.execution.frontier.jobs[0].task.version == "3", "the same function, made again, is the one that counts"


def test_what_makes_functions_the_same():
    def outer(value: Any) -> Any:
        return lambda x: (x, value)

    def cell() -> Any:
        if later:
            unset = 1
        return lambda: unset

    later = False
    assert is_same(outer(1), outer(1))
    assert not is_same(outer(1), outer(2))
    assert is_same(outer(outer([1])), outer(outer([2]))), "what is no plain value was made anew"
    assert not is_same(outer(1), outer("1"))
    assert not is_same(outer(1), len)
    assert is_same(cell(), cell())

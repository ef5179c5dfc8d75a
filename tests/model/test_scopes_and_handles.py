"""Workflows of tasks with any scopes, contexts, errors and handles, edited and killed: the naive evaluator's answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redo_py.engine.job import JobState
from redo_py.ir.expression import SchedulerExpression, TaskExpression
from redo_py.tasks.options import CONTEXT
from redo_py.tasks.task import Task
from redo_py.values.handle import Handle
from tests.model.test_model import DrawnWorld, Killed

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**16).map(Random)
COUNT = 5  # tasks; each calls later ones only
PATHS = ("a", "b.c")


@dataclass(frozen=True)
class Step:
    """One item of what a task returns."""

    kind: str  # "value" "read" "call" "fail"
    number: int = 0  # a value, or the task that is called
    path: str = ""
    more: int = 0  # what is added to the argument of the call
    update: tuple[tuple[str, int], ...] = ()  # of the context of the call
    caught: bool = False


@dataclass(frozen=True)
class Program:
    tasks: tuple[tuple[Step, ...], ...]
    options: tuple[tuple[tuple[str, Any], ...], ...]  # of each task
    context: tuple[tuple[str, Any], ...]


class Wrong(Exception):
    """There is no value."""


def drawn(random: Random) -> Program:
    return Program(
        tuple(tuple(step(random, task) for _ in range(random.randint(1, 3))) for task in range(COUNT)),
        tuple(options(random) for _ in range(COUNT)),
        context(random),
    )


def context(random: Random) -> tuple[tuple[str, Any], ...]:
    return (("a", random.randint(0, 1)), ("b", {"c": random.randint(0, 1)}), ("z", random.randint(0, 5)))


def step(random: Random, task: int) -> Step:
    kind = random.choice(("value", "read", "call", "call", "call", "fail"))
    if kind == "fail" and random.random() < 0.5:
        kind = "call"
    if kind == "call" and task + 1 < COUNT:
        update = tuple((path, random.randint(0, 1)) for path in PATHS if random.random() < 0.2)
        number = random.randrange(task + 1, COUNT)
        return Step("call", number, "", random.randint(0, 1), update, random.random() < 0.3)
    if kind == "fail":
        return Step("fail", caught=random.random() < 0.7)
    return Step("read", path=random.choice(PATHS)) if kind == "read" else Step("value", random.randint(0, 3))


def options(random: Random) -> tuple[tuple[str, Any], ...]:
    return random.choice((
        (), (), (), (("check_valid", "shallow"),), (("check_valid", "shallow"),), (("cache", False),),
        (("cache_scope", "NONE"),), (("prov", False),), (("allowed_cache_results", frozenset(("CSE", "SINGLE"))),),
        (("check_valid", "shallow"), ("allowed_cache_results", frozenset(("ULTIMATE",)))), (("retries", 1),),
    ))  # fmt: skip


def edited(random: Random, program: Program) -> Program:
    fresh = drawn(random)
    what = random.choice(("tasks", "context", "options", "context"))
    if what == "context":
        return replace(program, context=fresh.context)
    place = random.randrange(COUNT)
    old, new = getattr(program, what), getattr(fresh, what)
    return replace(program, **{what: (*old[:place], new[place], *old[place + 1 :])})


def install(world: DrawnWorld, program: Program) -> None:
    """Make the tasks of `program`; what they say is their code."""
    world.task(fails)
    world.tasks.known[RECOVERS.fullname] = RECOVERS
    for number, steps in enumerate(program.tasks):
        made: Callable[..., Any] = body(steps)
        made.__name__ = f"t{number}"
        world.task(made, version=repr(steps), **dict(program.options[number]))


def fails(n: int) -> Any:
    raise ValueError(f"no {n}")


def recovers(error: Any) -> str:
    return "caught"


RECOVERS = Task(recovers, "recovers", "", {"version": "1"})


def body(steps: tuple[Step, ...]) -> Callable[[int], Any]:
    return lambda n: [expression(each, n) for each in steps]


def expression(each: Step, n: int) -> Any:
    if each.kind == "value":
        return n + each.number
    if each.kind == "read":
        return SchedulerExpression("context", (each.path, "nothing"))
    if each.kind == "fail":
        made: Any = TaskExpression("fails", (n,))
    else:
        update = {CONTEXT: nested(each.update)} if each.update else {}
        made = TaskExpression(f"t{each.number}", (n + each.more,), options=update)
    return SchedulerExpression("catch", (made, ValueError, RECOVERS)) if each.caught else made


def nested(update: tuple[tuple[str, int], ...]) -> dict[str, Any]:
    return {path.split(".")[0]: {path[2:]: value} if "." in path else value for path, value in update}


def naive(program: Program, task: int, n: int, values: dict[str, Any]) -> Any:
    """The value of a call by the book."""
    return [naive_step(program, each, n, values) for each in program.tasks[task]]


def naive_step(program: Program, each: Step, n: int, values: dict[str, Any]) -> Any:
    if each.kind == "value":
        return n + each.number
    if each.kind == "read":
        return values["a"] if each.path == "a" else values["b"]["c"]
    try:
        if each.kind == "fail":
            raise Wrong
        return naive(program, each.number, n + each.more, {**values, **nested(each.update)})
    except Wrong:
        if each.caught:
            return "caught"
        raise


def check(world: DrawnWorld, program: Program, random: Random, **more: Any) -> None:
    """One run of `program`, which must give what the naive evaluator gives."""
    roots = [(0, 0), (0, 1), (random.randrange(COUNT), 1)]
    install(world, program)
    root = world.run(
        [TaskExpression(f"t{task}", (n,)) for task, n in roots],
        context=dict(program.context),
        max_failures=None,
        **more,
    )
    try:
        expected = [naive(program, task, n, dict(program.context)) for task, n in roots]
    except Wrong:
        assert root.state == JobState.FAILED
        return
    assert root.state == JobState.DONE, root.error
    assert root.value == expected


@FEW
@given(SEEDS)
def test_edits_of_tasks_options_and_context(random: Random) -> None:
    world = DrawnWorld(random)
    program = drawn(random)
    for _ in range(6):
        check(world, program, random, jobs=random.choice((1, 3)))
        program = edited(random, program)


@FEW
@given(SEEDS)
def test_a_second_run_makes_no_call_that_is_remembered(random: Random) -> None:
    world = DrawnWorld(random)
    program = drawn(random)
    plain = replace(program, options=tuple(() if dict(each).get("cache", True) else each for each in program.options))
    plain = replace(plain, options=tuple(each if dict(each).get("check_valid") else () for each in plain.options))
    check(world, plain, Random(1))
    check(world, plain, Random(1))
    assert set(world.ran) <= {"fails"}, "only what fails for good is tried again"


@FEW
@given(SEEDS)
def test_kills_at_any_point(random: Random) -> None:
    world = DrawnWorld(random)
    program = drawn(random)
    for _ in range(5):
        world.calls_left = random.choice((-1, random.randint(0, 60)))
        with suppress(Killed):
            check(world, program, random, jobs=random.choice((1, 3)))
        world.calls_left = -1
        world.real_files.clock.move(1)
        program = edited(random, program)
    check(world, program, random)


# ---- handles


class Rows(Handle):
    """A list that lives outside."""

    def __init__(self, name: str) -> None:
        self.instance = None


class Outside:
    """What the tasks of handles change. `left` is how many changes there are until the kill."""

    def __init__(self, world: DrawnWorld, random: Random) -> None:
        self.world = world
        self.random = random
        self.rows: dict[str, list[str]] = {}
        self.left = -1

    def create(self, name: str) -> Any:
        self.may_die()
        self.rows[name] = []
        return Rows(name)

    def put(self, handle: Any, place: int, row: str) -> Any:
        name = handle._made.args[0]
        del self.rows[name][place:]
        self.may_die()
        self.rows[name].append(row)
        self.may_die()
        return handle

    def may_die(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= self.left > 0


def chain(name: str, rows: str) -> Any:
    handle: Any = TaskExpression("create", (name,))
    for place, row in enumerate(rows):
        handle = TaskExpression("put", (handle, place, row))
    return handle


@FEW
@given(SEEDS)
def test_what_handles_stand_for_is_as_if_all_had_been_done_anew(random: Random) -> None:
    world = DrawnWorld(random)
    outside = Outside(world, random)

    def create(name: str) -> Any:
        return outside.create(name)

    def put(handle: Any, place: int, row: str) -> Any:
        return outside.put(handle, place, row)

    for _ in range(7):
        world.task(create, version=random.choice("12"))
        world.task(put, version=random.choice("12"))
        plan = {name: "".join(random.choices("ab", k=random.randint(0, 3))) for name in ("x", "y")}
        wanted = [chain(name, rows) for name, rows in plan.items()]
        outside.left = random.choice((-1, random.randint(0, 6)))
        with suppress(Killed):
            world.run(wanted, jobs=random.choice((1, 2)))
        outside.left = -1
        root = world.run([chain(name, rows) for name, rows in plan.items()])
        assert root.state == JobState.DONE, root.error
        for name, rows in plan.items():
            assert "".join(outside.rows[name][: len(rows)]) == rows
        before = {name: list(rows) for name, rows in outside.rows.items()}
        world.run([chain(name, rows) for name, rows in plan.items()])
        assert (world.ran, outside.rows) == ([], before)

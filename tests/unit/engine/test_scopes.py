"""How far results are taken from: nowhere, this execution, earlier ones; reductions one by one or the end at once."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.engine.job import JobState
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression
from redo_py.records import CALL, JOB, TAG, TRACE
from redo_py.tasks.options import CONTEXT
from redo_py.values.file import File, Output
from tests.unit.engine.memory_world import World


def call(name: str, *args: Any, **options: Any) -> TaskExpression:
    if "context" in options:
        options[CONTEXT] = options.pop("context")
    return TaskExpression(name, args, options=options)


def context(path: str, default: Any = None) -> SchedulerExpression:
    return SchedulerExpression("context", (path, default))


def leaf(x: Any = 0) -> Any:
    return x


def outer(x: Any) -> Any:
    return [call("inner", x), call("leaf", x)]


def inner(x: Any) -> Any:
    return call("leaf", x + 1)


def world_of(*functions: Any, **options: Any) -> World:
    world = World()
    for function in functions:
        world.task(function, **options)
    return world


@pytest.mark.parametrize(
    ("options", "once", "again"),
    [
        ({}, 1, 0),
        ({"cache": False}, 1, 1),
        ({"cache_scope": "CSE"}, 1, 1),
        ({"cache_scope": "BACKEND"}, 1, 0),
        ({"cache_scope": "BACKEND", "cache": False}, 1, 1),
        ({"cache_scope": "NONE"}, 3, 3),
        ({"prov": False}, 1, 1),
        ({"allowed_cache_results": {"CSE", "SINGLE", "MISS"}}, 1, 0),
        ({"allowed_cache_results": {"SINGLE"}}, 3, 0),
        ({"allowed_cache_results": {"CSE", "ULTIMATE"}}, 1, 1),
        ({"allowed_cache_results": set()}, 3, 3),
    ],
)
def test_how_often_a_task_runs(options: dict[str, Any], once: int, again: int) -> None:
    """Called by three callers, each with the same argument."""

    def caller(n: int) -> Any:
        return [call("leaf", 7), n]

    for on_the_task in (True, False):
        world = world_of(caller, wraps)
        world.task(leaf, **(options if on_the_task else {}))
        calls = [call("caller", n) if on_the_task else TaskExpression("wraps", (n, options)) for n in range(3)]
        assert world.run(calls).value == [[7, n] for n in range(3)]
        assert world.ran.count("leaf") == once
        assert world.run(calls).value == [[7, n] for n in range(3)]
        assert world.ran.count("leaf") == again


def wraps(n: int, options: Any) -> Any:
    return [call("leaf", 7, **options), n]


def test_what_one_caller_calls_twice_is_one_call_without_any_cache_too() -> None:
    world = world_of(leaf, cache_scope="NONE")
    assert world.run([call("leaf", 1), call("leaf", 1), call("leaf", 2)]).value == [1, 1, 2]
    assert world.ran == ["leaf", "leaf"]


def test_results_are_written_whatever_the_scope() -> None:
    world = world_of(leaf)
    world.run(call("leaf", 1, cache_scope="NONE"))
    world.run(call("leaf", 1))
    assert world.ran == []


def test_errors_are_taken_within_an_execution_and_never_across() -> None:
    def fails() -> Any:
        raise ValueError("no")

    def caller(n: int) -> Any:
        return call("fails")

    world = world_of(fails, caller)
    for _ in range(2):
        world.run([call("caller", n) for n in range(3)], max_failures=None)
        assert world.ran.count("fails") == 1


# ---- check_valid="shallow"


def counts(world: World) -> dict[str, int]:
    return {name: len(world.journal.of(name)) for name in ("done", "cached", "joined") if world.journal.of(name)}


def shallow_world() -> World:
    world = world_of(inner, leaf)
    world.task(outer, check_valid="shallow")
    return world


def test_a_shallow_result_is_taken_without_a_look_between() -> None:
    world = shallow_world()
    for number in range(3):
        assert world.run(call("outer", 1)).value == [2, 1]
        assert counts(world) == ({"cached": 1} if number else {"done": 4})
    assert world.run([call("outer", 1), call("inner", 1)]).value == [[2, 1], 2]


@pytest.mark.parametrize("name", ["outer", "inner", "leaf"])
def test_a_task_below_that_changed_is_seen(name: str) -> None:
    world = shallow_world()
    world.run(call("outer", 1))
    world.tasks.known[name].version = "2"
    assert world.run(call("outer", 1)).value == [2, 1]
    assert set(world.ran) == {name}
    world.run(call("outer", 1))
    assert counts(world) == {"cached": 1}
    world.tasks.known[name].version = "1"
    world.run(call("outer", 1))
    assert counts(world) == {"cached": 1}, "the result of before is remembered, too"


def test_the_reason_when_nothing_else_may_be_taken() -> None:
    world = world_of(inner, leaf)
    world.task(outer, check_valid="shallow", allowed_cache_results={"ULTIMATE"})
    world.run(call("outer", 1))
    world.tasks.known["leaf"].version = "2"
    world.run(call("outer", 1))
    assert set(world.ran) == {"outer", "leaf"}
    assert world.execution.frontier.jobs[0].reason.startswith("the code of leaf, which it called, changed (")
    real = world.tasks.resolve
    del world.tasks.known["inner"]

    def resolve(name: str) -> Any:
        from redo_py.ground.errors import UsageError

        if name not in world.tasks.known:
            raise UsageError("unknown-task", name=name)
        return real(name)

    world.tasks.resolve = resolve  # type: ignore[method-assign]
    world.run(call("outer", 1))
    assert world.execution.frontier.jobs[0].reason == "the code of inner, which it called, is gone"


def test_what_is_read_of_the_context_below_counts() -> None:
    def reads(x: int) -> Any:
        return call("leaf", context("a.b"))

    world = world_of(reads, leaf)
    world.task(top_reading, check_valid="shallow")
    assert world.run(call("top_reading"), context={"a": {"b": 1}, "z": 1}).value == [1, 5]
    assert world.run(call("top_reading"), context={"a": {"b": 1}, "z": 2}).value == [1, 5]
    assert counts(world) == {"cached": 1}
    assert world.run(call("top_reading"), context={"a": {"b": 2}}).value == [2, 5]
    assert world.ran == ["leaf"]
    assert world.run([call("top_reading"), call("top_reading", context={"a": {"b": 1}})]).value == [[None, 5], [1, 5]]


def top_reading() -> Any:
    return [call("reads", 1), call("reads", 2, context={"a": {"b": 5}})]


def test_a_read_below_an_update_is_told_from_the_same_one_outside() -> None:
    def reads(x: int) -> Any:
        return context("a.b")

    def both() -> Any:
        return [call("reads", 1), call("reads", 2, context={"a": {"b": 1}}), context("a.c")]

    world = world_of(reads)
    world.task(both, check_valid="shallow")
    for b, c in ((0, 0), (1, 0), (1, 5), (0, 5)):
        for again in (False, True):
            assert world.run(call("both"), context={"a": {"b": b, "c": c}}).value == [b, 1, c]
            assert not again or counts(world) == {"cached": 1}


def test_files_in_the_result_count_and_those_between_do_not() -> None:
    def makes(source: Any, out: Any) -> Any:
        world.files.write(out.path, b"made of " + world.files.read(source.path))
        return File(out.path)

    def through(path: str) -> Any:
        return call("leaf", call("makes", File("source"), Output(path)))

    def hides(path: str) -> Any:
        return call("length", call("makes", File("source"), Output(path)))

    def length(file: Any) -> int:
        return len(world.files.read(file.path))

    world = world_of(makes, leaf, length)
    world.task(through, check_valid="shallow")
    world.task(hides, check_valid="shallow")
    world.files.write("source", b"a")
    calls = [call("through", "out"), call("hides", "hidden")]
    world.run(calls, restores=False)
    world.run(calls, restores=False)
    assert counts(world) == {"cached": 2}
    world.files.remove("out")
    world.files.remove("hidden")
    world.run(calls, restores=False)
    assert world.ran == ["makes"], "what is missing is made again, what only lay between is not missed"
    world.files.remove("out")
    world.run(calls, restores=True)
    assert (world.ran, world.files.read("out")) == ([], b"made of a")
    world.files.write("out", b"edited")
    value = world.run(calls, restores=False).value
    assert world.ran == ["makes"]
    assert world.files.read(value[0].path) == b"made of a"


def test_an_error_that_was_handled_below_is_part_of_the_result() -> None:
    def fails() -> Any:
        raise ValueError("no")

    def recovers(error: Any) -> str:
        return f"recovered from {error}"

    def attempts() -> Any:
        return SchedulerExpression("catch", (call("fails"), ValueError, world.tasks.known["recovers"]))

    world = world_of(fails, recovers)
    world.task(attempts, check_valid="shallow")
    world.run(call("attempts"), max_failures=None)
    assert world.run(call("attempts"), max_failures=None).value == "recovered from no"
    assert world.ran == []
    world.tasks.known["fails"].version = "2"
    world.run(call("attempts"), max_failures=None)
    assert "fails" in world.ran


def test_one_that_took_its_end_says_nothing_of_what_others_reduce_to() -> None:
    world = shallow_world()
    for version in ("1", "2"):
        world.tasks.known["leaf"].version = version
        calls = [call("outer", 1), call("outer", 1, context={"a": 1})]
        assert world.run(calls).value == [[2, 1], [2, 1]]
        assert world.run(calls).value == [[2, 1], [2, 1]]
        assert set(world.ran) == set()
    world.tasks.known["leaf"].version = "3"
    world.run([call("outer", 1, context={"a": 1})])
    assert "leaf" in world.ran, "no result of a call in another context hides the change"


# ---- prov=False


def test_without_provenance_nothing_below_is_recorded() -> None:
    world = world_of(outer, inner, leaf)
    world.run([call("outer", 1, prov=False), call("leaf", 9)])
    assert world.store.counts()["job"] == world.store.counts()["call"] == 1
    assert [row[JOB.positions["task"]] for row in world.store.rows(JOB)] == ["leaf"]
    assert len(list(world.store.rows(TRACE))) == 1
    assert list(world.store.rows(TAG)) == []


def test_a_recorded_call_takes_the_reduction_of_one_that_is_not_and_is_recorded() -> None:
    world = world_of(outer, inner, leaf)
    assert world.run([call("outer", 1, prov=False), call("outer", 1)], jobs=3).value == [[2, 1], [2, 1]]
    assert sorted(world.ran) == ["inner", "leaf", "leaf", "outer"], "each was computed once"
    assert sorted(row[1] for row in world.store.rows(CALL)) == ["inner", "leaf", "leaf", "outer"]
    world.run(call("outer", 1))
    assert world.ran == []


def test_the_products_of_an_unrecorded_call_are_still_known_as_redun_s() -> None:
    def makes(out: Any) -> Any:
        world.files.write(out.path, b"made")
        return File(out.path)

    world = world_of(makes)
    world.run(call("makes", Output("out"), prov=False))
    assert world.store.ledger(["out"]) != [None]


def test_a_failure_below_is_recorded_with_the_caller_that_is() -> None:
    def fails() -> Any:
        raise ValueError("no")

    def hides() -> Any:
        return call("fails")

    def top() -> Any:
        return call("hides", prov=False)

    world = world_of(top, hides, fails)
    world.run(call("top"))
    rows = {row[JOB.positions["task"]]: row for row in world.store.rows(JOB)}
    assert rows["fails"][JOB.positions["parent"]] == 0
    assert all(job.state == JobState.FAILED for job in world.execution.frontier.jobs)


@pytest.mark.parametrize(
    "written",
    [
        call("leaf", context("k")),
        call("leaf", SimpleExpression("add", (context("k"), 0))),
        SimpleExpression("add", (call("leaf", context("k")), 0)),
        [SchedulerExpression("cond", (True, call("leaf", context("k")), 0))],
        context("z", call("leaf", context("k"))),
    ],
)
def test_what_another_job_had_evaluated_first_counts_below_both(written: Any) -> None:
    def first() -> Any:
        return written

    def second() -> Any:
        return written

    world = world_of(first, leaf)
    world.task(second, check_valid="shallow")
    both = [call("first"), call("second")]
    before = world.run(both, context={"k": 1}).value
    assert before[0] == before[1]
    after = world.run(both, context={"k": 2}).value
    assert after[0] == after[1] != before[0]
    world.tasks.known["leaf"].version = "2"
    world.run(call("second"), context={"k": 2})
    assert world.ran == ["leaf"]

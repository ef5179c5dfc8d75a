"""Context: what is read by name, overridden below a call, and in exactly the keys of those that get it."""

from __future__ import annotations

from typing import Any

from redo_py.engine.job import JobState
from redo_py.ir.expression import QuotedExpression, SchedulerExpression, SimpleExpression, TaskExpression
from redo_py.tasks.options import CONTEXT
from tests.unit.engine.memory_world import World


def call(name: str, *args: Any, **options: Any) -> TaskExpression:
    if "context" in options:
        options[CONTEXT] = options.pop("context")
    return TaskExpression(name, args, options=options)


def context(path: Any, default: Any = None) -> SchedulerExpression:
    return SchedulerExpression("context", (path, default))


def leaf(x: Any) -> Any:
    return x


def reads() -> Any:
    return call("leaf", context("a.b", "none"))


def plain() -> Any:
    return call("leaf", 1)


def world_of(*functions: Any) -> World:
    world = World()
    for function in functions:
        world.task(function)
    return world


def test_values_are_found_by_their_path() -> None:
    world = World()
    values = {"a": {"b": {"c": 1}}, "x.y": 2, "none": None}
    paths = ["a.b.c", "a.b", "a.z", "a.b.c.d", "none", "q"]
    assert world.run([context(path, "?") for path in paths], context=values).value == [
        1, {"c": 1}, "?", "?", None, "?",
    ]  # fmt: skip
    assert world.run(context("q")).value is None
    assert world.run(context(SimpleExpression("add", ("a", ".b")), call("leaf", 1)), context=values).value == {"c": 1}


def test_the_default_is_computed_only_where_it_is_needed() -> None:
    world = world_of(leaf)
    assert world.run([context("a", call("leaf", 1)), context("b", call("leaf", 2))], context={"a": 0}).value == [0, 2]
    assert world.ran == ["leaf"]


def test_a_change_reruns_what_got_the_value_and_nothing_else() -> None:
    world = world_of(reads, leaf, plain)
    calls = lambda: [call("reads"), call("plain")]  # noqa: E731
    assert world.run(calls(), context={"a": {"b": 5}, "z": 1}).value == [5, 1]
    assert world.run(calls(), context={"a": {"b": 5, "c": 1}, "z": 2}).value == [5, 1]
    assert world.ran == []
    assert world.run(calls(), context={"a": {"b": 6}}).value == [6, 1]
    assert world.ran == ["leaf"], "not even the task whose result reads it"
    assert world.run(calls()).value == ["none", 1]


def test_an_update_counts_below_the_call_and_nowhere_else() -> None:
    def top() -> Any:
        return [call("reads"), call("middle", context={"a": {"b": "inner"}}), context("a.b")]

    def middle() -> Any:
        return [call("reads"), context("a.c"), context("a.b")]

    world = world_of(top, middle, reads, leaf)
    for _ in range(2):
        found = world.run(call("top"), context={"a": {"b": "outer", "c": "kept"}}).value
        assert found == ["outer", ["inner", "kept", "inner"], "outer"]
    assert world.ran == []


def test_the_same_call_in_two_contexts_reduces_once_and_is_evaluated_twice() -> None:
    world = world_of(reads, leaf)
    calls = [call("reads"), *[call("reads", context={"a": {"b": n}}) for n in (1, 2, 1)]]
    assert world.run(calls, jobs=4).value == ["none", 1, 2, 1]
    assert sorted(world.ran) == ["leaf", "leaf", "leaf", "reads"]
    assert world.run(calls, jobs=4).value == ["none", 1, 2, 1]
    assert world.ran == []
    fresh = [call("reads", context={"a": {"b": n}}) for n in (3, 1)]
    assert world.run(fresh).value == [3, 1]
    assert world.ran == ["leaf"]


def test_one_expression_met_in_two_contexts_is_two() -> None:
    shared = call("leaf", context("a.b"))
    quoted = QuotedExpression(shared)

    def uses() -> Any:
        return [shared, SimpleExpression("add", (shared, 0))]

    def evaluates(quote: Any) -> Any:
        return quote.expression

    world = world_of(uses, evaluates, leaf)
    two = [call("uses"), call("uses", context={"a": {"b": 2}}), shared]
    assert world.run(two, context={"a": {"b": 1}}).value == [[1, 1], [2, 2], 1]
    again = [call("evaluates", quoted), call("evaluates", quoted, context={"a": {"b": 2}})]
    assert world.run(again, context={"a": {"b": 1}}).value == [1, 2]


def test_what_the_context_holds_may_be_lazy() -> None:
    world = world_of(reads, leaf)
    update = {"a": {"b": call("leaf", 7)}}
    assert world.run([call("reads", context=update), call("reads")]).value == [7, "none"]


def test_an_option_and_a_default_are_read_in_the_context_of_their_job() -> None:
    def informed(x: Any = context("a.b")) -> Any:  # noqa: B008
        return x

    world = world_of(informed)
    world.task(leaf, memory=context("memory", "1G"))
    calls = [call("informed"), call("informed", context={"a": {"b": 2}}), call("leaf", 1, context={"memory": "2G"})]
    assert world.run(calls, context={"a": {"b": 1}}).value == [1, 2, 1]
    assert world.execution.frontier.jobs[2].options["memory"] == 2 << 30


def test_a_failure_is_shared_and_nobody_waits_for_ever() -> None:
    def fails() -> Any:
        raise ValueError("no")

    world = world_of(fails)
    root = world.run([call("fails"), call("fails", context={"a": 1})], max_failures=None)
    assert str(root.error) == "no"
    assert world.ran == ["fails"]
    assert all(job.state == JobState.FAILED for job in world.execution.frontier.jobs)


def test_a_dry_run_in_two_contexts() -> None:
    world = world_of(reads, leaf)
    calls = [call("reads"), call("reads", context={"a": {"b": 1}})]
    world.run(calls, dry=True)
    assert world.ran == []
    assert len(world.journal.of("would_run")) == 1


def test_an_update_is_computed_in_the_context_of_the_caller() -> None:
    def informed(x: Any = context("k"), y: Any = context("j")) -> Any:  # noqa: B008
        return [x, y]

    def top() -> Any:
        inner = call("informed", context={"j": context("k"), "k": {"deep": call("leaf", context("k"))}})
        return [call("informed", context={"k": context("k")}), inner, call("under", context={"k": context("j", 7)})]

    def under() -> Any:
        return call("informed", context={"j": context("k")})

    world = world_of(informed, top, under, leaf)
    for k in (1, 2, 1):
        for again in (False, True):
            assert world.run(call("top"), context={"k": k}).value == [[k, None], [{"deep": k}, k], [7, 7]]
            assert not again or world.ran == []


def test_an_update_that_fails_or_has_no_identity_fails_the_call() -> None:
    def fails() -> Any:
        raise ValueError("no")

    world = world_of(fails, reads, leaf)
    assert str(world.run(call("reads", context={"a": call("fails")})).error) == "no"
    for value in (lambda: 1, SimpleExpression("getitem", ([lambda: 1], 0))):
        error = world.run(call("reads", context={"a": value})).error
        assert getattr(error, "code", "") == "no-identity"


def test_a_dry_run_does_not_know_an_update_that_would_be_computed() -> None:
    world = world_of(reads, leaf)
    world.run(call("reads", context={"a": call("leaf", {"b": 3})}), dry=True)
    assert world.ran == []
    assert world.run(call("reads", context={"a": call("leaf", {"b": 3})})).value == 3

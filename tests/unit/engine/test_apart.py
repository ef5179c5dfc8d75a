"""What goes on by itself, and what is recorded as a whole."""

from __future__ import annotations

from typing import Any

from redo_py.engine.job import JobState
from redo_py.engine.loop import run
from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.library.provenance import no_prov, with_export_options
from redo_py.library.subrun import subrun
from redo_py.library.threads import fork_thread, join_thread
from redo_py.records import CALL, JOB
from redo_py.values.thread import Thread
from tests.unit.engine.memory_world import World


def call(name: str, *args: Any, **options: Any) -> TaskExpression:
    return TaskExpression(name, args, options=options)


def leaf(x: Any = 0) -> Any:
    return x


def outer(x: Any) -> Any:
    return [call("leaf", x), call("leaf", x + 1)]


def fails(x: Any = 0) -> Any:
    raise ValueError("no")


def world_of(*functions: Any) -> World:
    world = World()
    for function in (leaf, outer, fails, *functions):
        world.task(function)
    return world


# ---- threads


def test_a_thread_is_there_at_once_and_goes_on_beside() -> None:
    def begins() -> Any:
        thread = fork_thread(call("outer", 1))
        return [thread, join_thread(thread), call("leaf", thread)]

    world = world_of(begins)
    for _ in range(2):
        thread, joined, passed = world.run(call("begins")).value
        assert isinstance(thread, Thread)
        assert (joined, passed.digest) == ([1, 2], thread.digest)
    assert world.ran == []


def test_what_nobody_joins_is_finished_and_recorded() -> None:
    world = world_of()
    root = world.run([fork_thread(call("outer", 1)), 5])
    assert root.value[1] == 5
    assert sorted(world.ran) == ["leaf", "leaf", "outer"]
    assert len(list(world.store.rows(JOB))) == 3


def test_a_failure_is_that_of_those_who_join() -> None:
    world = world_of()
    assert world.run([fork_thread(call("fails")), call("leaf", 1)]).state == JobState.DONE
    assert [job.name for job in world.execution.failures] == ["fails"], "it is told"
    error = world.run(join_thread(fork_thread(call("fails")))).error
    assert str(error) == "no"


def test_joining_what_is_no_thread() -> None:
    assert str(world_of().run(join_thread(3)).error) == (
        "redun: 3 is no thread of this execution\n  hint: join_thread takes what fork_thread has given"
    )


def test_a_plain_value_in_a_thread() -> None:
    assert world_of().run(join_thread(fork_thread([1, 2]))).value == [1, 2]


# ---- provenance


def test_what_lies_inside_is_not_recorded_and_remembered_as_a_whole() -> None:
    world = world_of()
    value = no_prov([call("outer", 1), call("leaf", 7)])
    assert world.run(value).value == [[1, 2], 7]
    assert [row[1] for row in world.store.rows(CALL)] == ["redun.evaluate"]
    assert world.run(no_prov([call("outer", 1), call("leaf", 7)])).value == [[1, 2], 7]
    assert (world.ran, len(world.execution.frontier.jobs)) == ([], 1)
    world.tasks.known["leaf"].version = "2"
    world.run(no_prov([call("outer", 1), call("leaf", 7)]))
    assert sorted(set(world.ran)) == ["leaf", "outer", "redun.evaluate"], "nothing inside is remembered by itself"


def test_options_for_all_calls_of_an_expression() -> None:
    world = world_of()
    for expression in (call("outer", 1), QuotedExpression(call("outer", 1))):
        world.run([with_export_options(expression, {"retries": 3}), call("leaf", 9)])
        retries = [job.options.get("retries") for job in world.execution.frontier.jobs if job.parent]
        assert retries == [3, 3, 3]
        assert [job.options.get("retries") for job in world.execution.frontier.jobs if not job.parent] == [None, None]


def test_a_subrun_runs_all_calls_on_its_executor() -> None:
    world = world_of()
    execution = world.begin()
    execution.doors.executors["elsewhere"] = execution.doors.executors["thread"]
    assert run(execution, subrun(call("outer", 1), "elsewhere", memory="1G")).value == [1, 2]
    told = {(job.name, job.options.get("executor"), job.options.get("memory")) for job in execution.frontier.jobs}
    assert told == {("redun.evaluate", None, None), ("outer", "elsewhere", 1 << 30), ("leaf", "elsewhere", 1 << 30)}


def test_how_a_subrun_is_remembered_is_no_matter_of_the_calls_in_it() -> None:
    world = world_of()
    for asked in ({"cache": False}, {"check_valid": "shallow"}, {"cache_scope": "CSE"}):
        world.run(subrun(call("outer", 1), "thread", **asked))
        world.ran.clear()
        assert world.run(subrun(call("outer", 1), "thread", **asked)).value == [1, 2]
        assert [name for name in world.ran if name != "redun.evaluate"] == []
        assert ("redun.evaluate" in world.ran) == (asked != {"check_valid": "shallow"})

"""Failures, retries, pools, limits, interruption: what goes on, what stops, what is kept."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from redo_py.engine import forms
from redo_py.engine.finish import finish
from redo_py.engine.job import JobState
from redo_py.engine.loop import run
from redo_py.executors.api import Failed, JobSpec
from redo_py.files.memory import MemoryFiles
from redo_py.ground.errors import RunError, UsageError
from redo_py.ground.spans import Span
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression, ValueExpression
from redo_py.records import JOB, LEDGER, OUTPUT, TRACE
from tests.unit.engine.memory_world import World


def fails(files: MemoryFiles, spec: JobSpec) -> None:
    """Leave half an output, then fail."""
    for output in spec.outputs:
        files.write(output, b"half")
    raise RunError("operation-failed", operation=spec.label, error="exit 1")


def failing(*good: str) -> World:
    """A world with the rule `bad`, which fails, and rules that do not."""
    world = World()
    world.files.write("a", b"a")
    world.scripts["fails"] = fails
    world.rule("bad", "fails a", ["a"])
    for name in good:
        world.rule(name, f"cat a > {name}", ["a"])
    return world


def test_the_first_failure_stops_new_work_and_what_runs_is_recorded() -> None:
    world = failing("x", "y", "z")
    rules = world.rules
    root = world.run([rules["bad"], rules["x"], rules["y"], rules["z"]], jobs=3)
    assert root.state == JobState.FAILED
    assert world.ran == ["bad", "x", "y"]
    assert not world.files.exists("bad")
    world.run([rules["x"], rules["y"]])
    assert world.ran == []


@pytest.mark.parametrize(
    ("settings", "ran"),
    [
        ({}, ["bad0"]),
        ({"max_failures": 2}, ["bad0", "bad1"]),
        ({"max_failures": None}, ["bad0", "bad1", "bad2", "x"]),
    ],
)
def test_how_many_failures_are_put_up_with(settings: dict[str, Any], ran: list[str]) -> None:
    world = failing("x")
    bad = [world.rule(f"bad{number}", f"fails a {number}", ["a"]) for number in range(3)]
    after = world.rule("after", "cat bad0", ["bad0"])
    root = world.run([*bad, after, world.rules["x"]], **settings)
    assert world.ran == ran
    assert root.state == JobState.FAILED
    assert [job.origin for job in world.execution.failures] == [name for name in ran if name != "x"]
    if len(ran) > 1:
        assert world.journal.of("skipped") == ["after"]


def test_a_call_that_does_not_fit_is_a_failure_like_others() -> None:
    world = failing("x")

    def takes_one(one: int) -> int:
        return one

    made = world.task(takes_one)
    for settings, ran in ({}, []), ({"max_failures": None}, ["x"]):
        root = world.run([TaskExpression(made.fullname, (1, 2)), world.rules["x"]], **settings)
        assert world.ran == ran
        assert str(root.error) == (
            "redun: the call of takes_one does not fit: takes_one() takes 1 positional argument, 2 were given"
        )


def test_an_argument_without_identity() -> None:
    world = failing()

    def takes(x: Any) -> Any:
        return x

    root = world.run(world.task(takes)(lambda: 1))
    assert str(root.error).startswith("redun: an argument of takes cannot be told from another one: ")
    assert "pass plain data, a File, a dataclass, or an object that can be pickled" in str(root.error)


def test_a_result_that_cannot_be_kept() -> None:
    world = failing()

    def gives() -> Any:
        return (number for number in range(3))

    root = world.run(world.task(gives)())
    assert str(root.error) == (
        "redun: the result of gives, a generator, cannot be kept: "
        "builtins.generator: cannot pickle 'generator' object\n"
        "  hint: return plain data, a File, a dataclass, or an object that can be pickled"
    )


def test_what_is_too_large_for_the_records() -> None:
    world = failing()

    def gives(size: int) -> bytes:
        return bytes(size)

    def takes(one: bytes, other: bytes) -> int:
        return len(one) + len(other)

    assert world.run(world.task(gives)(900), room=1000).value == bytes(900)
    root = world.run(world.task(gives)(1001), room=1000)
    assert str(root.error) == (
        "redun: the result of gives, a bytes, cannot be kept: "
        "it takes 1.0 KiB, and `artifacts.max_value` in redun.toml allows 1000 bytes; "
        "raise that, or write it to a File and pass that on\n"
        "  hint: return plain data, a File, a dataclass, or an object that can be pickled"
    )
    root = world.run(world.task(takes)(bytes(600), bytes(600)), room=1000)
    assert str(root.error) == (
        "redun: an argument of takes cannot be told from another one: "
        "it takes 1.2 KiB, and `artifacts.max_value` in redun.toml allows 1000 bytes; "
        "raise that, or write it to a File and pass that on\n"
        "  hint: pass plain data, a File, a dataclass, or an object that can be pickled"
    )


def test_a_lazy_operation_that_fails() -> None:
    world = failing()

    def five() -> int:
        return 5

    root = world.run(SimpleExpression("getitem", (world.task(five)(), 1)))
    assert isinstance(root.error, TypeError)


def test_the_output_that_is_not_there_and_the_one_of_another_kind() -> None:
    world = failing()
    world.scripts["nothing"] = lambda files, spec: None
    assert str(world.run(world.rule("x", "nothing", [])).error) == (
        "redun: x succeeded but did not make x\n"
        "  hint: write the file at the path given by `out`, or take it out of the rule's outputs"
    )
    world.scripts["folder"] = lambda files, spec: files.write("x/y", b"")
    assert str(world.run(world.rule("x", "folder", [])).error) == (
        "redun: x is a folder, but a file was declared\n"
        "  hint: a path with a trailing slash declares a folder, one without a file"
    )
    assert not world.files.exists("x/y")
    world.scripts["file"] = lambda files, spec: files.write("d", b"")
    assert "d is no folder, but a folder (trailing slash) was declared" in str(
        world.run(world.rule("d/", "file")).error
    )


def test_partial_outputs_of_a_failed_job() -> None:
    world = failing()
    world.run(world.rules["bad"])
    assert not world.files.exists("bad")
    world.run(world.rules["bad"], keep_failed=True)
    assert world.files.read("bad") == b"half"
    assert list(world.store.rows(LEDGER)) == []
    world.scripts["fails"] = lambda files, spec: files.write("bad", b"whole")
    assert world.run(world.rules["bad"]).state == JobState.DONE
    assert [path for path, _ in world.files.displaced] == ["bad"]


def test_a_good_output_outlives_the_failure_of_its_successor() -> None:
    world = World()
    world.files.write("a", b"a")
    world.run(world.rule("x", "cat a", ["a"]))
    world.scripts["fails"] = fails
    assert world.run(world.rule("x", "fails a", ["a"])).state == JobState.FAILED
    assert not world.files.exists("x")
    world.run(world.rule("x", "cat a", ["a"]))
    assert world.ran == []
    assert world.files.read("x") == b"a"


def test_retries() -> None:
    world = failing()
    times: list[int] = []

    def sometimes(files: MemoryFiles, spec: JobSpec) -> None:
        assert not files.exists("x"), "what a failed try left is gone"
        times.append(1)
        files.write("x", b"x")
        if len(times) < 3:
            raise RunError("operation-failed", operation="x", error="exit 1")

    world.scripts["sometimes"] = sometimes
    assert world.run(world.rule("x", "sometimes", [], retries=2)).state == JobState.DONE
    assert world.journal.of("retried", "failed") == ["x", "x"]
    times.clear()
    world.files.write("a", b"A")
    assert world.run(world.rule("x", "sometimes a", ["a"], retries=1)).state == JobState.FAILED
    assert len(times) == 2


def test_joins_of_a_leader_that_fails() -> None:
    world = failing()
    twice = [world.rules["bad"], world.rule("bad", "fails a", ["a"])]
    more = world.rule("after", "cat bad", ["bad"])
    root = world.run([*twice, more], jobs=3, max_failures=None)
    assert root.state == JobState.FAILED
    assert world.ran == ["bad"]
    assert [job.state for job in world.execution.frontier.jobs] == [JobState.FAILED] * 3
    assert len(world.execution.failures) == 1


def test_joins_of_a_leader_that_has_failed_already() -> None:
    world = failing()

    def then(x: Any) -> Any:
        return world.rule("bad", "fails a", ["a"])

    def one() -> int:
        return 1

    late = world.task(then)(world.task(one)())
    root = world.run([world.rules["bad"], late], max_failures=None)
    assert root.state == JobState.FAILED
    assert world.ran == ["bad", "one", "then"]


def test_a_catch_is_not_told_of_what_fails_later() -> None:
    world = failing("x")

    def first() -> None:
        raise ValueError("first")

    def second() -> None:
        raise KeyError("second")

    def recover(error: Exception) -> str:
        return f"saved from {error}"

    attempt = [world.task(first)(), world.rules["x"], world.task(second)()]
    call = SchedulerExpression("catch", (attempt, ValueError, world.task(recover)))
    for jobs in (1, 5):
        root = world.run(call, jobs=jobs, max_failures=None)
        assert root.value == "saved from first"


def test_a_catch_of_something_else_passes_it_on() -> None:
    world = failing()

    def first() -> None:
        raise ValueError("first")

    root = world.run(SchedulerExpression("catch", (world.task(first)(), KeyError, None)))
    assert str(root.error) == "first"


def test_pools() -> None:
    world = failing()
    world.files.write("a", b"a")
    for number in range(6):
        world.rule(f"p{number}", f"cat a > p{number}", ["a"], pool="link")
        world.rule(f"q{number}", f"cat a > q{number}", ["a"])
    most = {"link": 0, "all": 0}

    def look(kind: str, subject: Any, detail: Any) -> None:
        running = [job.origin for job in world.execution.frontier.running.values()]
        most["link"] = max(most["link"], sum(name[0] == "p" for name in running))
        most["all"] = max(most["all"], len(running))

    targets = [world.rules[f"{letter}{number}"] for number in range(6) for letter in "pq"]
    execution = world.begin(jobs=5, limits={"link": 2})
    execution.doors.events.listeners.append(look)
    assert run(execution, targets).state == JobState.DONE
    assert most == {"link": 2, "all": 5}
    assert execution.places.used() == (0, 0, 0, {})


def test_a_pool_whose_jobs_fail_and_are_tried_again_gives_its_places_back() -> None:
    world = failing()
    bad = [world.rule(f"bad{number}", f"fails a {number}", ["a"], pool="p", retries=1) for number in range(3)]
    world.run(bad, jobs=4, max_failures=None, limits={"p": 1})
    assert len(world.ran) == 6
    assert world.execution.places.used() == (0, 0, 0, {})


def test_an_interrupted_execution_keeps_what_finished() -> None:
    world = failing("x", "y", "z")

    def stops(files: MemoryFiles, spec: JobSpec) -> None:
        files.write(spec.outputs[0], b"a")
        world.execution.stopping = True

    world.scripts["stops"] = stops
    world.rule("s", "stops a", ["a"])
    targets = [world.rules[name] for name in ("x", "s", "y", "z")]
    root = world.run(targets, jobs=2)
    assert root.state == JobState.REDUCING
    assert world.ran == ["x", "s", "y"]
    world.run(targets)
    assert world.ran == ["z"]


def test_an_interrupted_job_that_fails_is_not_tried_again() -> None:
    world = failing()

    def stops(files: MemoryFiles, spec: JobSpec) -> None:
        world.execution.stopping = True
        raise KeyError("terminated")

    world.scripts["stops"] = stops
    root = world.run(world.rule("s", "stops", [], retries=5))
    assert world.ran == ["s"]
    assert root.state == JobState.FAILED


def test_an_executor_that_is_not_configured() -> None:
    world = failing()
    root = world.run(world.rule("x", "cat a", ["a"], executor="commnd"))
    assert str(root.error) == (
        "redun: x asks for the executor `commnd`, which is not configured\n  hint: did you mean `command`?"
    )
    root = world.run(world.rule("x", "cat a", ["a"], executor="batch"))
    assert "hint: known here: command, thread" in str(root.error)
    assert world.run(world.rule("x", "cat a", ["a"])).state == JobState.DONE


def test_what_failed_is_recorded_with_its_output() -> None:
    world = failing()
    world.run(world.rules["bad"])
    (row,) = world.store.rows(JOB)
    assert row[JOB.positions["state"]] == "failed"
    assert row[JOB.positions["origin"]] == "bad"
    assert list(world.store.rows(TRACE)) == []
    assert list(world.store.rows(OUTPUT)) == []


def test_an_input_that_cannot_be_read_fails_its_job_alone() -> None:
    world = failing("x")
    world.files.write("secret", b"")
    real = world.files.observe

    def observe(paths: Any) -> Any:
        if "secret" in paths:
            raise UsageError("path-denied", path="secret", reason="permission denied")
        return real(paths)

    world.files.observe = observe  # type: ignore[method-assign]
    root = world.run([world.rule("s", "cat secret", ["secret"]), world.rules["x"]], max_failures=None)
    assert world.ran == ["x"]
    assert getattr(root.error, "code", "") == "path-denied"


def test_an_output_that_cannot_be_read_fails_its_job_alone() -> None:
    world = failing("x", "y")
    real = world.files.collect

    def collect(paths: Any) -> Any:
        if "y" in paths:
            raise UsageError("path-denied", path="y", reason="permission denied")
        return real(paths)

    world.files.collect = collect  # type: ignore[method-assign]
    root = world.run([world.rules["y"], world.rules["x"]], max_failures=None, jobs=2)
    assert getattr(root.error, "code", "") == "path-denied"
    assert [job.state for job in world.execution.frontier.jobs] == [JobState.FAILED, JobState.DONE]


def test_an_outcome_that_nobody_asked_for_is_a_bug() -> None:
    world = failing()
    with pytest.raises(AssertionError, match="BUG: an outcome for job 7"):
        finish(world.begin(), [Failed(7, ValueError(), b"", 0, 0)])


def test_a_file_that_a_finished_rule_did_not_leave_below_its_folder() -> None:
    world = failing()
    world.scripts["folder"] = lambda files, spec: files.write("d/x", b"")
    world.rule("d/", "folder", [])
    root = world.run(world.rule("y", "cat d/y", ["d/y"]))
    assert "no d/y" in str(root.error)


def test_a_task_that_nobody_knows_fails_what_calls_it_alone() -> None:
    world = failing("x")
    real = world.tasks.resolve

    def resolve(name: str) -> Any:
        if name == "lost":
            raise UsageError("unknown-executor", origin="o", name=name, suggestion="")
        return real(name)

    world.tasks.resolve = resolve  # type: ignore[method-assign]
    root = world.run([TaskExpression("lost", (world.rules["x"],)), world.rules["x"]], max_failures=None)
    assert getattr(root.error, "code", "") == "unknown-executor"
    assert world.ran == ["x"]


def test_an_operation_that_fails_is_the_failure_of_one_that_needs_it() -> None:
    world = failing()

    def same(value: int, seen: int) -> int:
        return value + seen

    world.task(same)
    absent = SimpleExpression("getitem", ({}, "key"), Span("redunfile.py", 1, 1))
    one, two = (TaskExpression("same", (absent, number), options={"origin": f"of {number}"}) for number in (1, 2))
    after = TaskExpression("same", (one, 3), options={"origin": "after"})
    root = world.run([one, two, after, world.rules["bad"]], max_failures=None)
    assert root.state == JobState.FAILED
    assert world.journal.of("failed") == ["of 2", "bad"]
    assert world.journal.of("skipped") == ["of 1", "after"]
    assert [str(job.error) for job in world.execution.failures] == [
        "redunfile.py:1:1: the value has no key 'key'",
        "redun: `bad` on the result of a task failed: exit 1",
    ]


@pytest.mark.parametrize("limit", [1, None])
def test_of_a_thousand_in_flight_all_that_finish_are_recorded(limit: int | None) -> None:
    def maybe(n: int) -> int:
        if n == 500:
            raise ValueError("no")
        return n

    world = World()
    world.task(maybe)
    world.run([TaskExpression("maybe", (n,)) for n in range(1000)], jobs=1000, max_failures=limit)
    ran = len(world.ran)
    states = [row[JOB.positions["state"]] for row in world.store.rows(JOB)]
    assert states.count("ran") == ran - 1
    assert states.count("failed") == 1
    world.run([TaskExpression("maybe", (n,)) for n in range(1000)], jobs=1000, max_failures=limit)
    assert "maybe" in world.ran
    assert len(world.ran) == 1000 - (ran - 1)


def test_a_signal_ends_what_only_reduces() -> None:
    world = World()
    execution = world.begin()
    steps = 0

    def endless(execution: Any, cell: Any) -> Any:
        nonlocal steps
        while True:
            steps += 1
            if steps == 5:
                execution.interrupted, execution.stopping = 15, True
            yield ValueExpression(steps)

    with patch.dict(forms._loaded, {"endless": endless}):
        root = run(execution, SchedulerExpression("endless", ()))
    assert root.state < JobState.DONE
    assert 5 < steps < 20_000

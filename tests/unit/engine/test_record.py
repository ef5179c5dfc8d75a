"""What is recorded of a call, table by table: enough to say later where every value came from."""

from __future__ import annotations

from threading import Lock
from typing import Any

from redo_py.engine.job import JobState
from redo_py.engine.loop import run
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression
from redo_py.records import ARGUMENT, CALL, EDGE, FILE_USE, JOB, ORIGIN, SUBVALUE, TASK, VALUE, Table
from redo_py.values.encoding import decode
from redo_py.values.file import File
from tests.unit.engine.memory_world import World


def call(name: str, *args: Any, **kwargs: Any) -> TaskExpression:
    return TaskExpression(name, args, kwargs)


def increase(x: int) -> int:
    return x + 1


def total(xs: Any, *more: Any, start: int = 0, **named: Any) -> Any:
    return f"{xs} {more} {start} {named}"


def double(x: int) -> Any:
    """Reduces to an operation on two calls."""
    return SimpleExpression("add", (call("increase", x), call("increase", x + 10)))


def a_lock(_: int) -> Any:
    return Lock()


def locked(x: int) -> Any:
    """Reduces to something that nothing can keep."""
    return SimpleExpression("call", (a_lock, (call("increase", x),), {}))


def copied(file: File, to: str) -> dict[str, Any]:
    return {"to": [File(to)], "from": file}


def world_of(*functions: Any) -> World:
    world = World()
    for function in functions:
        world.task(function)
    return world


def rows(world: World, table: Table, **where: Any) -> list[dict[str, Any]]:
    """Rows as dicts, in the order of their keys."""
    found = [dict(zip(table.positions, row, strict=True)) for row in world.store.rows(table, where)]
    return sorted(found, key=lambda row: repr([row[name] for name in table.key]))


def call_of(world: World, task: str, number: int = 0) -> dict[str, Any]:
    """The CALL row of the job of `task` that ran as the `number`th one."""
    jobs = sorted(rows(world, JOB, task=task, state="ran"), key=lambda job: job["started"])
    [found] = rows(world, CALL, call=jobs[number]["call"])
    return found


def content(world: World, digest: bytes) -> Any:
    """The value with that digest, which must be plain."""
    [row] = rows(world, VALUE, value=digest)
    assert row["format"] == "plain"
    return decode(row["bytes"])


def origins(world: World, of: dict[str, Any], position: int) -> list[bytes]:
    """The calls that an argument was made of."""
    found = rows(world, ORIGIN, call=of["call"], position=position)
    assert [row["number"] for row in found] == list(range(len(found)))
    return [row["origin"] for row in found]


# ---- CALL and VALUE


def test_what_was_returned_and_what_it_came_to() -> None:
    world = world_of(increase, double)
    assert world.run(call("double", 1)).value == 14
    outer, inner = call_of(world, "double"), call_of(world, "increase")
    assert content(world, outer["result"]) == 14
    assert rows(world, VALUE, value=outer["value"])[0]["format"] == "expression:plain"
    assert content(world, inner["value"]) == 2
    assert inner["result"] is None, "it returned no expressions"


def test_a_cached_call_keeps_its_row() -> None:
    world = world_of(increase, double)
    world.run(call("double", 1))
    before = rows(world, CALL)
    world.run(call("double", 1))
    assert rows(world, CALL) == before
    assert [job["state"] for job in rows(world, JOB, task="double")] == ["ran", "cached"]


def test_a_result_that_cannot_be_kept_is_left_out() -> None:
    world = world_of(increase, locked)
    assert world.run(call("locked", 1)).state == JobState.DONE
    assert call_of(world, "locked")["result"] is None


# ---- EDGE


def test_edges_name_what_was_called_in_order_each_once() -> None:
    def several(x: int) -> Any:
        return [call("increase", x), call("increase", x + 1), call("increase", x)]

    world = world_of(increase, several)
    world.run(call("several", 1))
    outer = call_of(world, "several")
    edges = rows(world, EDGE, parent=outer["call"])
    assert [content(world, rows(world, CALL, call=edge["child"])[0]["value"]) for edge in edges] == [2, 3]
    assert [edge["position"] for edge in edges] == [0, 1]


# ---- ARGUMENT and ORIGIN


def test_an_argument_that_is_the_result_of_a_call() -> None:
    world = world_of(increase)
    world.run(call("increase", call("increase", 1)))
    inner, outer = call_of(world, "increase"), call_of(world, "increase", 1)
    [argument] = rows(world, ARGUMENT, call=outer["call"])
    assert (argument["name"], argument["origin"]) == ("x", inner["call"])
    assert content(world, argument["value"]) == 2
    assert rows(world, ARGUMENT, call=inner["call"])[0]["origin"] is None
    assert rows(world, ORIGIN) == []


def test_arguments_that_hold_results_of_calls() -> None:
    world = world_of(increase, total)
    ones = [call("increase", number) for number in range(4)]
    added = SimpleExpression("add", (ones[0], SimpleExpression("add", (ones[1], 5))))
    world.run(call("total", {"a": [ones[2], added]}, ones[3], 7, start=ones[0], key=[ones[1]], other=1))
    of = call_of(world, "total")
    made = [call_of(world, "increase", number)["call"] for number in range(4)]
    by_value = {content(world, rows(world, CALL, call=each)[0]["value"]): each for each in made}
    names = {row["name"]: row for row in rows(world, ARGUMENT, call=of["call"])}
    assert [row["position"] for row in names.values()] == [0, 1, 2, 3]
    assert origins(world, of, names["xs"]["position"]) == [by_value[3], by_value[1], by_value[2]]
    assert origins(world, of, names["more"]["position"]) == [by_value[4]]
    assert names["start"]["origin"] == by_value[1]
    assert origins(world, of, names["named"]["position"]) == [by_value[2]]


def test_an_argument_that_a_form_gave() -> None:
    world = world_of(increase)
    test, then, other = call("increase", 0), call("increase", 1), call("increase", 2)
    world.run(call("increase", SchedulerExpression("cond", (test, then, other))))
    of = call_of(world, "increase", 2)
    found = [content(world, rows(world, CALL, call=each)[0]["value"]) for each in origins(world, of, 0)]
    assert found == [1, 2], "the branch that was not taken had no part in it"


def test_a_joined_call_is_the_origin_that_its_leader_is() -> None:
    world = world_of(increase, total)
    world.run(call("total", [call("increase", 1), call("increase", 1)]))
    assert origins(world, call_of(world, "total"), 0) == [call_of(world, "increase")["call"]]


def test_defaults_have_no_origin() -> None:
    world = world_of(increase, total)
    world.run(call("total", call("increase", 1)))
    of = call_of(world, "total")
    assert [row["origin"] for row in rows(world, ARGUMENT, call=of["call"])][1:] == [None, None, None]
    assert rows(world, ORIGIN) == []


def test_the_files_of_a_command_come_from_their_makers() -> None:
    world = World()
    world.files.write("a", b"a")
    world.rule("b", "cat a > b", ["a"])
    world.run(world.rule("c", "cat b > c", ["b"]))
    first, second = call_of(world, "redun.command"), call_of(world, "redun.command", 1)
    assert [(row["name"], row["origin"]) for row in rows(world, ARGUMENT, call=first["call"])] == [("a", None)]
    assert [row["origin"] for row in rows(world, ARGUMENT, call=second["call"])] == [first["call"]]


# ---- SUBVALUE and FILE_USE


def test_files_in_arguments_and_results_are_parts() -> None:
    world = world_of(copied)
    world.files.write("in", b"in")
    world.files.write("out", b"out")
    world.run(call("copied", File("in"), "out"))
    of = call_of(world, "copied")
    contents = {stamp.path: stamp.digest for stamp in world.files.observe(["in", "out"])}
    given = next(row for row in rows(world, ARGUMENT, call=of["call"]) if row["name"] == "file")
    assert [row["part"] for row in rows(world, SUBVALUE, value=given["value"])] == [contents["in"]]
    assert [row["part"] for row in rows(world, SUBVALUE, value=of["value"])] == [contents["out"], contents["in"]]
    assert [(use["path"], use["mode"]) for use in rows(world, FILE_USE)][:1] == [("in", "r")]


def test_files_in_what_expressions_came_to_are_parts() -> None:
    def outer(file: File) -> Any:
        return {"made": call("copied", file, "out")}

    world = world_of(copied, outer)
    world.files.write("in", b"in")
    world.files.write("out", b"out")
    world.run(call("outer", File("in")))
    of = call_of(world, "outer")
    assert of["result"] is not None
    assert len(rows(world, SUBVALUE, value=of["result"])) == 2


# ---- TASK


def test_each_version_of_a_task_is_kept() -> None:
    world = world_of(increase)
    world.run(call("increase", 1))
    world.task(increase, version="2")
    world.run(call("increase", 1))
    versions = [call_of(world, "increase", number)["task_hash"] for number in range(2)]
    assert versions[0] != versions[1]
    assert {row["task_hash"] for row in rows(world, TASK, task="increase")} == set(versions)


# ---- what has no value


def boom(x: int) -> int:
    raise ValueError(f"no {x}")


def outer_of(*names: str) -> Any:
    def outer(x: int) -> Any:
        return [call(name, x + number) for number, name in enumerate(names)]

    return outer


def states(world: World) -> dict[str, str]:
    """Task -> the state of its newest job."""
    return {row["task"]: row["state"] for row in rows(world, JOB)}


def test_a_failed_call_keeps_its_arguments_and_its_error() -> None:
    world = world_of(boom, increase)
    assert world.run(call("boom", call("increase", 1))).state == JobState.FAILED
    [job] = rows(world, JOB, task="boom")
    [failed] = rows(world, CALL, call=job["call"])
    [argument] = rows(world, ARGUMENT, call=failed["call"])
    assert job["state"] == "failed"
    assert content(world, argument["value"]) == 2
    assert argument["origin"] == call_of(world, "increase")["call"]
    assert rows(world, VALUE, value=failed["value"])[0]["preview"] == "ValueError('no 2')"


def test_a_failed_command_is_no_last_call() -> None:
    world = World()
    made = world.rule("out", "cat in > out", ["in"])
    world.files.write("in", b"1")
    world.run(made)
    [before] = world.store.latest([("out", 1)])
    world.files.write("in", b"2")
    del world.scripts["cat"]
    assert world.run(world.rule("out", "cat in > out", ["in"])).state == JobState.FAILED
    [job] = rows(world, JOB, state="failed")
    assert rows(world, CALL, call=job["call"])[0]["task"] == "redun.command"
    [after] = world.store.latest([("out", 1)])
    assert before is not None
    assert after is not None
    assert after.call == before.call


def test_a_caller_of_what_failed_has_failed_and_keeps_what_it_called() -> None:
    world = world_of(boom, increase, outer_of("increase", "boom"))
    world.run(call("outer", 1), max_failures=None)
    assert states(world) == {"outer": "failed", "increase": "ran", "boom": "failed"}
    [outer] = rows(world, JOB, task="outer")
    assert {row["parent"] for row in rows(world, JOB) if row["task"] != "outer"} == {outer["seq"]}
    [edge] = rows(world, EDGE, parent=outer["call"])
    assert edge["child"] == call_of(world, "increase")["call"]


def test_a_caller_that_still_waited_when_all_was_stopped() -> None:
    def waits(x: int) -> Any:
        return [call("increase", x), call("increase", call("increase", x + 1))]

    world = world_of(boom, increase, waits)
    value = [call("waits", 1), call("boom", 5)]
    world.run(value, jobs=2)
    found = states(world)
    assert found["boom"] == "failed"
    assert found["waits"] == "stopped"
    [job] = rows(world, JOB, task="waits")
    assert rows(world, CALL, call=job["call"])[0]["task"] == "waits"


def test_a_dry_run_writes_nothing_of_what_fails() -> None:
    world = world_of(boom, outer_of("boom"))
    world.run(call("outer"), dry=True)
    assert world.execution.failures
    assert rows(world, JOB) == rows(world, CALL) == []


def test_jobs_that_run_for_long_are_announced_with_their_callers() -> None:
    world = world_of(increase, outer_of("increase"))
    execution = world.begin()
    told: list[dict[str, str]] = []
    wait = execution.doors.inbox.wait

    def slow(timeout: float | None) -> Any:
        """Nothing ends before the time for that is over."""
        told.append(states(world))
        if timeout:
            world.files.clock.move(1)
        return [] if timeout else wait(timeout)

    execution.doors.inbox.wait = slow  # type: ignore[method-assign]
    assert run(execution, call("outer", 1)).state == JobState.DONE
    assert {"outer": "running"} in told
    assert {"outer": "running", "increase": "running"} in told
    assert states(world) == {"outer": "ran", "increase": "ran"}

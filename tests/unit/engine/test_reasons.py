"""Why a job ran: every reason, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest

from redo_py.engine.job import Job
from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.records import FAILURE
from redo_py.values.encoding import encode
from redo_py.values.file import File, Output, Tool
from tests.unit.engine.memory_world import World

Change = Callable[[World, dict[str, Any]], Any]


def command_world() -> tuple[World, dict[str, Any]]:
    """A world, and the arguments of a command that reads a and h and makes o."""
    world = World()
    for name in ("a", "h", "b"):
        world.files.write(name, name.encode())
    world.tools["cc"] = b"c" * 16

    def compile_(files: Any, spec: Any) -> list[str]:
        for output in spec.outputs:
            files.write(output, b"o")
        return ["h"]

    world.scripts["cc"] = world.scripts["ld"] = compile_
    arguments: dict[str, Any] = {
        "steps": (("cc a", "", "", ""),),
        "inputs": ("a",),
        "outputs": ("o",),
        "env": {"CFLAGS": "-O2"},
        "tools": ("cc",),
        "system": "linux-x86_64",
    }
    return world, arguments


def run_command(world: World, arguments: dict[str, Any], **settings: Any) -> Job:
    kwargs = {
        **arguments,
        "inputs": tuple(File(path) for path in arguments["inputs"]),
        "outputs": tuple(Output(path) for path in arguments["outputs"]),
        "tools": tuple(Tool(name) for name in arguments["tools"]),
    }
    world.run(TaskExpression("redun.command", kwargs=kwargs, options={"origin": "o", "kind": "rule"}), **settings)
    return world.execution.frontier.jobs[0]


def told(job: Job) -> tuple[str, str]:
    """The summary and the reason of `job`, digests left out."""
    assert job.outcome == "ran", job
    return job.summary, re.sub(r"[0-9a-f]{8} -> [0-9a-f]{8}", "DIGESTS", job.reason)


def drop_traces(world: World, arguments: dict[str, Any]) -> None:
    world.store._traces.clear()


def drop_the_artifact(world: World, arguments: dict[str, Any]) -> None:
    world.files.artifacts.clear()
    world.files.remove("o")


def edit_the_output(world: World, arguments: dict[str, Any]) -> None:
    world.files.artifacts.clear()
    world.files.write("o", b"mine")


def break_the_value(world: World, arguments: dict[str, Any]) -> None:
    rows = world.store._rows["value"]
    for evaluation in world.store._traces.values():
        rows[(evaluation[0][2],)] = (evaluation[0][2], "plain", b"?", "")


def break_the_trace(world: World, arguments: dict[str, Any]) -> None:
    for evaluation, rows in world.store._traces.items():
        world.store._traces[evaluation] = [(*row[:4], b"", row[5], row[6]) for row in rows]


def break_the_arguments(world: World, arguments: dict[str, Any]) -> None:
    for key in [row[3] for row in world.store._rows["call"].values()]:
        world.store._rows["value"][(key,)] = (key, "plain", b"?", "")
    world.files.write("a", b"other")


def forget_the_origin(world: World, arguments: dict[str, Any]) -> None:
    world.store._rows["latest"].clear()
    world.files.write("a", b"A")


def sets(name: str, value: Any) -> Change:
    return lambda world, arguments: arguments.update({name: value})


def a_rule_makes_h(world: World, arguments: dict[str, Any]) -> None:
    """The command is told that it needs h, and h comes out otherwise."""
    world.rule("h", "cat b", ["b"])
    world.scripts["cc"] = lambda files, spec: files.write("o", b"o")


def everything(world: World, arguments: dict[str, Any]) -> None:
    """Inputs, variables and tools change at once."""
    world.files.write("a", b"A")
    for name in "bcdef":
        world.files.write(name, b"new")
    world.tools["cc"] = b"d" * 16
    arguments |= {"inputs": tuple("abcdef"), "env": {"CFLAGS": "-O3", "LANG": "C"}}


COMMANDS: list[tuple[Change, str, str]] = [
    (lambda w, a: w.files.write("a", b"A"), "input", "a changed (DIGESTS)"),
    (lambda w, a: w.files.write("a", b"a", True), "input", "the mode of a changed"),
    (lambda w, a: w.files.write("h", b"H"), "input", "h changed (DIGESTS)"),
    (lambda w, a: w.files.remove("h"), "input", "h has gone"),
    (a_rule_makes_h, "input", "h is made by a rule now"),
    (sets("inputs", ("a", "b")), "input", "b is a new input"),
    (sets("inputs", ()), "input", "a is no longer an input"),
    (sets("steps", (("ld a", "", "", ""),)), "command", "the command changed: 'cc a' -> 'ld a'"),
    (sets("steps", (("cc a", "sub", "", ""),)), "command", "the command changed: 'cc a' -> 'cd sub; cc a'"),
    (sets("inputs", ("b", "c")), "input", "b is a new input; c, a differ too"),
    (everything, "input", "a changed (DIGESTS); b, c, d and 2 more differ too; variables, tools differ too"),
    (sets("outputs", ("o", "p")), "command", "the list of outputs changed"),
    (sets("env", {"CFLAGS": "-O3"}), "variable", "variable CFLAGS changed: '-O2' -> '-O3'"),
    (sets("env", {"CFLAGS": "-O3", "X": "1"}), "variable", "variable CFLAGS changed: '-O2' -> '-O3'; X differs too"),
    (sets("env", {"CFLAGS": "-O2", "LANG": "C"}), "variable", "variable LANG changed: None -> 'C'"),
    (sets("env", None), "variable", "variable CFLAGS changed: '-O2' -> None"),
    (lambda w, a: w.tools.update(cc=b"d" * 16), "tool", "tool cc changed (DIGESTS)"),
    (lambda w, a: w.tools.update(cc=bytes(16)), "tool", "tool cc is not found any more"),
    (sets("tools", ("cc", "ld")), "tool", "tool ld is new"),
    (sets("tools", ()), "tool", "the list of tools changed"),
    (sets("system", "darwin-arm64"), "system", "the system is darwin-arm64 now and was linux-x86_64"),
    (drop_the_artifact, "output", "output o is missing and is not kept in the cache"),
    (edit_the_output, "output", "output o holds something else (DIGESTS) and is not kept in the cache"),
    (drop_traces, "cache", "the result of the last call is no longer remembered"),
    (break_the_value, "cache", "the remembered result cannot be read ('?' is no tag of plain data)"),
    (break_the_trace, "cache", "the remembered result cannot be read (the bytes are damaged)"),
    (break_the_arguments, "argument", "its arguments differ from the last call's"),
    (forget_the_origin, "new", "it was never built here"),
]


@pytest.mark.parametrize(("change", "summary", "text"), COMMANDS, ids=[text for _, _, text in COMMANDS])
def test_of_a_command(change: Change, summary: str, text: str) -> None:
    world, arguments = command_world()
    assert told(run_command(world, arguments)) == ("new", "it was never built here")
    assert run_command(world, arguments).outcome == "cached"
    change(world, arguments)
    assert told(run_command(world, arguments)) == (summary, text)


def test_of_several_discovered_paths() -> None:
    world, arguments = command_world()

    def compile_(files: Any, spec: Any) -> list[str]:
        files.write("o", b"o")
        return ["h", "b", "c"]

    world.scripts["cc"] = compile_
    run_command(world, arguments)
    for name in "hbc":
        world.files.write(name, b"new")
    assert told(run_command(world, arguments)) == ("input", "h changed (DIGESTS); b, c differ too")


def test_of_a_discovered_path_that_appears() -> None:
    world, arguments = command_world()
    world.files.remove("h")
    run_command(world, arguments)
    world.files.write("h", b"h")
    assert told(run_command(world, arguments)) == ("input", "h has appeared")


def test_of_a_forced_job() -> None:
    world, arguments = command_world()
    run_command(world, arguments)
    job = run_command(world, arguments, force_all=True)
    assert told(job) == ("forced", "it was asked to run whatever is known")


def test_of_another_task_for_the_same_origin() -> None:
    world, arguments = command_world()
    run_command(world, arguments)

    def o(out: Output) -> None:
        world.files.write(out.path, b"")

    made = world.task(o)
    world.run(TaskExpression(made.fullname, (Output("o"),), options={"origin": "o"}))
    assert told(world.execution.frontier.jobs[0]) == ("command", "it is made by o now, and was by redun.command")


def test_of_always() -> None:
    world = World()

    def now() -> int:
        return 1

    call = world.task(now, always=True)
    world.run(call())
    world.run(call())
    assert told(world.execution.frontier.jobs[0]) == ("always", "it is declared to run always")


def run_task(world: World, function: Callable[..., Any], *args: Any, version: str = "1", **kwargs: Any) -> Job:
    made = world.task(function, version)
    made.name = made.fullname = "f"
    world.tasks.known["f"] = made
    world.run(TaskExpression("f", args, kwargs))
    return world.execution.frontier.jobs[0]


def identity(x: Any, y: Any = None) -> Any:
    return x


def test_of_one_that_failed_and_went_well_since() -> None:
    world = World()
    broken = [True]

    def fragile(x: Any) -> Any:
        assert not broken[0]
        return x

    assert run_task(world, fragile, 1).outcome == "failed"
    world.store.write([(FAILURE, (world.execution.id, 0, "AssertionError", "", ""))])
    assert run_task(world, fragile, 1).reason.startswith("it failed when it last ran, ")
    broken[0] = False
    run_task(world, fragile, 1)
    world.store._traces.clear()
    assert told(run_task(world, fragile, 1)) == ("cache", "the result of the last call is no longer remembered")


def test_of_a_python_task() -> None:
    world = World()
    assert told(run_task(world, identity, 1)) == ("new", "it never ran here")
    assert told(run_task(world, identity, 2)) == ("argument", "argument x changed: 1 -> 2")
    assert told(run_task(world, identity, 2, 3)) == ("argument", "argument y changed: None -> 3")
    assert told(run_task(world, identity, 2, 3, version="2")) == ("code", "code f changed (DIGESTS)")
    assert told(run_task(world, lambda x, y, z: x, 2, 3, 4, version="2")) == ("argument", "argument z is new")
    world.store._rows["latest"].clear()
    assert run_task(world, identity, 2, 3, version="2").outcome == "cached"


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ([1, 2, 3], [1, 5, 3], "argument x[2] changed: 2 -> 5"),
        ([1, 2], [1, 2, 7], "argument x[3] is new: 7"),
        ([1, 2, 7, 8], [1, 2], "argument x[3] is gone"),
        ({"a": {"b": (1, 2)}}, {"a": {"b": (1, 4)}}, "argument x['a']['b'][1] changed: 2 -> 4"),
        ({"a": 1}, {"a": 1, "b": 2}, "argument x['b'] is new: 2"),
        ({"a": 1, "b": 2}, {"a": 1}, "argument x['b'] is gone"),
        ([[]], [[1]], "argument x[1][0] is new: 1"),
        ([1], [True], "argument x[1] changed: 1 -> True"),
        ([None], [0], "argument x[1] changed: None -> 0"),
    ],
)
def test_of_a_part_of_a_value(before: Any, now: Any, reason: str) -> None:
    world, long = World(), "a text that is too long to see at a glance what differs"
    before, now = (
        ([long, *before], [long, *now]) if isinstance(before, list) else ({long: 1, **before}, {long: 1, **now})
    )
    run_task(world, identity, before)
    assert told(run_task(world, identity, now)) == ("argument", reason)


def test_of_several_arguments() -> None:
    world = World()
    run_task(world, identity, 1, 2)
    assert told(run_task(world, identity, 3, 4))[1] == "argument x changed: 1 -> 3; y differs too"
    run_task(world, lambda x, y, z: x, 1, 2, 3)
    text = told(run_task(world, lambda x, y, z: x, 4, 5, 6))[1]
    assert text == "argument x changed: 1 -> 4; y, z differ too"


def test_of_code_that_reaches_more_and_less() -> None:
    world = World()
    parts = {"f": (b"1" * 16, "p.py", 3), "helper": (b"2" * 16, "p.py", 9)}
    world.tasks.parts = lambda task: parts  # type: ignore[method-assign]
    run_task(world, identity, 1)
    parts["more"] = (b"3" * 16, "q.py", 1)
    assert told(run_task(world, identity, 1, version="2"))[1] == "code more (q.py:1) is new in what f reaches"
    parts["helper"] = (b"4" * 16, "p.py", 9)
    assert told(run_task(world, identity, 1, version="3"))[1] == "code helper (p.py:9) changed (DIGESTS)"
    del parts["more"]
    assert told(run_task(world, identity, 1, version="4"))[1] == "code more is no longer reached"
    assert told(run_task(world, identity, 1, version="5"))[1] == "the code of f changed"


def test_of_a_value_that_only_a_pickle_gives_back() -> None:
    world = World()
    run_task(world, identity, range(3))
    assert told(run_task(world, identity, range(4))) == ("argument", "argument x was another one than range(0, 4)")


def test_of_long_values() -> None:
    world = World()
    run_task(world, identity, "x" * 500)
    reason = run_task(world, identity, "y" * 500).reason
    assert reason == f"argument x changed: '{'x' * 118}… -> '{'y' * 118}…"


def test_of_tasks_and_quoted_expressions_as_arguments() -> None:
    world = World()
    one, other = world.task(lambda: 1, "1"), world.task(lambda: 2, "1")
    one.fullname, other.fullname = "one", "other"
    world.tasks.known.update(one=one, other=other)
    run_task(world, identity, one)
    assert run_task(world, identity, one).outcome == "cached"
    assert told(run_task(world, identity, other)) == (
        "argument", "argument x changed: Task(one) -> Task(other)",
    )  # fmt: skip
    other.version = "2"
    assert run_task(world, identity, other).outcome == "ran"
    run_task(world, identity, QuotedExpression(one()))
    assert run_task(world, identity, QuotedExpression(one())).outcome == "cached"
    assert run_task(world, identity, QuotedExpression(other())).outcome == "ran"


def test_a_reference_that_changed() -> None:
    world = World()
    world.files.write("data", b"1")

    def looks() -> File:
        return File("data")

    assert told(run_task(world, looks)) == ("new", "it never ran here")
    assert run_task(world, looks).outcome == "cached"
    world.files.write("data", b"2")
    assert told(run_task(world, looks)) == ("input", "data changed (DIGESTS)")
    world.files.remove("data")
    assert told(run_task(world, looks)) == ("input", "data has gone")


def test_records_of_another_version_do_not_break_the_answer() -> None:
    world = World()
    run_task(world, identity, 1)
    rows = world.store._rows["task"]
    for key, row in rows.items():
        rows[key] = (*row[:3], encode([]) + b"?")
    assert told(run_task(world, identity, 1, version="2")) == ("code", "code f is new in what f reaches")


class Mode(Enum):
    """Something that only a pickle gives back."""

    SLOW = 1
    FAST = 2


def moved(x: int, mode: Mode, names: list[Any]) -> int:
    return x


def count(files: list[File]) -> int:
    return len(files)


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ((1, Mode.SLOW, []), (1, Mode.FAST, []), "argument mode was another one than <Mode.FAST: 2>"),
        ((1, Mode.SLOW, []), (2, Mode.SLOW, []), "argument x was another one than 2"),
        ((1, Mode.SLOW, [Mode.SLOW]), (1, Mode.SLOW, []), "argument names was another one than []"),
    ],
)
def test_which_argument_differs_where_one_is_an_object(before: Any, now: Any, reason: str) -> None:
    world = World()
    task = world.task(moved)
    world.run(task(*before))
    world.run(task(*now))
    assert told(world.execution.frontier.jobs[0]) == ("argument", reason)


def test_a_call_with_other_files() -> None:
    world = World()
    task = world.task(count)
    for name in "abc":
        world.files.write(name, b"x")
    world.run(task([File("a"), File("b")]))
    world.run(task([File("a"), File("b"), File("c")]))
    assert told(world.execution.frontier.jobs[0]) == ("new", "it never ran here with these files")

"""What a job tells it has read: whether it can tell, when it may be believed, and what lies at its depfile before."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.engine.job import JobState
from redo_py.engine.loop import run
from redo_py.ground.errors import RunError
from redo_py.records import TRACE
from tests.unit.engine.memory_world import World


def compiling() -> World:
    """`cc a` makes o of a and h; with a depfile it tells about h."""
    world = World()
    world.files.write("a", b"a1 ")
    world.files.write("h", b"h1 ")

    def compiler(files: Any, spec: Any) -> tuple[str, ...]:
        files.write("o", files.read("a") + files.read("h"))
        return ("h",) if spec.depfiles else ()

    world.scripts["cc"] = compiler
    return world


def build(world: World, **options: Any) -> list[str]:
    world.rules.clear()
    assert world.run(world.rule("o", "cc a", ["a"], **options)).state == JobState.DONE
    return world.ran


def test_a_depfile_that_is_new_runs_the_command() -> None:
    world = compiling()
    assert build(world) == ["o"]
    world.files.write("h", b"h2 ")
    assert build(world) == []  # nothing tells that it reads h
    assert build(world, depfile="o.d") == ["o"]
    job = world.execution.frontier.jobs[0]
    assert (job.summary, job.reason) == ("command", "it has a depfile now")
    assert world.files.read("o") == b"a1 h2 "
    world.files.write("h", b"h3 ")
    assert build(world, depfile="o.d") == ["o"]
    assert world.files.read("o") == b"a1 h3 "


def test_a_depfile_that_is_given_up_runs_the_command() -> None:
    world = compiling()
    build(world, depfile="o.d")
    assert build(world) == ["o"]
    assert world.execution.frontier.jobs[0].reason == "it has no depfile any more"


def test_where_the_depfile_lies_does_not_count() -> None:
    world = compiling()
    build(world, depfile="o.d")
    assert build(world, depfile="deps/o.d") == []
    assert build(world, depfile=["o.d"]) == []


def test_what_lies_at_the_depfile_is_displaced_before_a_start() -> None:
    world = compiling()
    world.files.write("o.d", b"o: old")
    found: list[bool] = []
    compiler = world.scripts["cc"]

    def looking(files: Any, spec: Any) -> Any:
        found.append(files.exists("o.d"))
        return compiler(files, spec)

    world.scripts["cc"] = looking
    build(world, depfile="o.d")
    assert found == [False]
    ((path, place),) = world.files.displaced
    assert (path, world.files.read(place)) == ("o.d", b"o: old")


def test_the_depfile_of_a_failed_run_is_nobody_s() -> None:
    world = compiling()
    found: list[bool] = []

    def flaky(files: Any, spec: Any) -> tuple[str, ...]:
        found.append(files.exists("o.d"))
        files.write("o.d", b"o: h")
        if len(found) == 1:
            raise RunError("operation-failed", operation="cc", error="no luck")
        files.remove("o.d")
        files.write("o", b"o")
        return ("h",)

    world.scripts["cc"] = flaky
    build(world, depfile="o.d", retries=1)
    assert found == [False, False]
    assert world.files.displaced == []


@pytest.mark.parametrize("is_coarse", [False, True])
def test_whole_seconds_do_not_tell_what_was_read(is_coarse: bool) -> None:
    """A header that changes after the start, within the second of the start, looks older than the start."""
    world = compiling()
    world.files.coarse = is_coarse
    execution = world.begin()
    world.files.clock.move(10 + 0.3)
    compiler = world.scripts["cc"]

    def compiler_and_editor(files: Any, spec: Any) -> Any:
        told = compiler(files, spec)
        if world.ran == ["o"]:
            files.write("h", b"h2 ")
        return told

    world.scripts["cc"] = compiler_and_editor
    assert run(execution, world.rule("o", "cc a", ["a"], depfile="o.d")).state == JobState.DONE
    if is_coarse:
        assert list(world.store.rows(TRACE)) == []
        assert execution.volatile
    build(world, depfile="o.d")
    assert world.files.read("o") == b"a1 h2 "


def test_a_header_behind_a_link_that_changes_while_a_job_runs() -> None:
    world = compiling()
    world.files.write("real", b"h1 ")
    world.files.link("h", "real")

    def compiler(files: Any, spec: Any) -> tuple[str, ...]:
        files.write("o", files.read("a") + files.read("real"))
        if world.ran == ["o"]:
            files.write("real", b"h2 ")
        return ("h",)

    world.scripts["cc"] = compiler
    assert build(world, depfile="o.d") == ["o", "o"]
    assert world.files.read("o") == b"a1 h2 "


# ---- tools


def test_a_tool_that_is_replaced_while_a_job_runs() -> None:
    world = compiling()
    world.tools["cc"] = b"1" * 16
    compiler = world.scripts["cc"]

    def compiler_and_installer(files: Any, spec: Any) -> Any:
        told = compiler(files, spec)
        world.tools["cc"] = b"2" * 16
        return told

    world.scripts["cc"] = compiler_and_installer
    assert build(world) == ["o", "o"]
    assert build(world) == []
    world.tools["cc"] = b"1" * 16
    assert build(world) == ["o"], "what may have been made by the other tool is not remembered for this one"


def test_a_tool_that_always_changes_fails_in_the_end() -> None:
    world = compiling()
    compiler = world.scripts["cc"]

    def compiler_and_installer(files: Any, spec: Any) -> Any:
        world.tools["cc"] = bytes([len(world.ran)]) * 16
        return compiler(files, spec)

    world.scripts["cc"] = compiler_and_installer
    world.rules.clear()
    root = world.run(world.rule("o", "cc a", ["a"]))
    assert getattr(root.error, "code", "") == "changes-while-read"
    assert list(world.store.rows(TRACE)) == []


def test_two_jobs_that_run_with_a_tool_while_it_is_replaced() -> None:
    world = compiling()
    world.tools["tool"] = b"1" * 16

    def tool(files: Any, spec: Any) -> None:
        files.write(spec.outputs[0], world.tools["tool"])
        world.tools["tool"] = b"2" * 16

    world.scripts["tool"] = tool
    rules = [world.rule("p", "tool p", ["a"]), world.rule("q", "tool q", ["a"])]
    assert world.run(rules, jobs=2).state == JobState.DONE
    assert sorted(world.ran) == ["p", "p", "q", "q"]
    assert (world.files.read("p"), world.files.read("q")) == (b"2" * 16, b"2" * 16)


def test_a_tool_is_looked_at_once_for_all_that_end_together() -> None:
    world = compiling()
    build(world)
    assert world.tools_asked == [["cc"]]
    world.tools_asked.clear()
    build(world)
    assert world.tools_asked == []

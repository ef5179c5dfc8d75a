"""Histories as tables: an edit, how it is run, what ran, what was reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from redo_py.engine.job import JobState
from redo_py.executors.api import JobSpec
from redo_py.files.memory import MemoryFiles
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression
from redo_py.values.file import File, Output
from tests.unit.engine.memory_world import World

Plan = Callable[[World], Any]  # makes the rules and gives what is asked for
Step = tuple[Callable[[World], Any] | None, dict[str, Any], list[str], list[str]]


def follow(world: World, plan: Plan, steps: Sequence[Step]) -> None:
    """Each step: edit the project, plan it afresh, run it, and compare what ran and what was reused, in order."""
    for number, (edit, settings, ran, reused) in enumerate(steps, 1):
        if edit is not None:
            edit(world)
        world.rules.clear()
        root = world.run(plan(world), **settings)
        assert root.state == JobState.DONE, (number, root.error)
        assert world.ran == ran, number
        assert world.journal.of("cached", "restored", "joined") == reused, number


def writes(path: str, content: bytes, executable: bool = False) -> Callable[[World], None]:
    return lambda world: world.files.write(path, content, executable)


def removes(*paths: str) -> Callable[[World], None]:
    return lambda world: world.files.discard(paths)


def chain(world: World) -> Any:
    """a, b -> ab -> abb"""
    world.rule("ab", "cat a b > ab", ["a", "b"])
    return world.rule("abb", "cat ab b > abb", ["ab", "b"])


def started() -> World:
    world = World()
    world.files.write("a", b"a")
    world.files.write("b", b"b")
    return world


def test_a_chain() -> None:
    world = started()
    both = ["ab", "abb"]
    follow(
        world,
        chain,
        [
            (None, {}, both, []),
            (None, {}, [], both),
            (writes("a", b"A"), {}, both, []),
            (writes("a", b"a"), {}, [], both),  # the revert
            (lambda world: world.files.touch("a"), {}, [], both),
            (writes("a", b"a", executable=True), {}, ["ab"], ["abb"]),  # the owner's executable bit counts
            (writes("a", b"a"), {}, [], both),
            (removes("ab"), {}, [], both),
            (removes("ab", "abb"), {}, [], both),
            (writes("abb", b"mine"), {}, [], both),
            (None, {"force_all": True}, both, []),
            (None, {}, [], both),
        ],
    )
    assert world.files.read("abb") == b"abb"
    assert [path for path, _ in world.files.displaced] == ["abb"]
    assert world.journal.of("restored") == []


def test_what_was_restored_is_told_from_what_was_there() -> None:
    world = started()
    world.run(chain(world))
    world.files.remove("ab")
    world.run(chain(world))
    assert world.journal.lines == [("restored", "ab"), ("cached", "abb")]


def test_an_output_that_comes_out_the_same_cuts_off() -> None:
    world = started()
    world.scripts["same"] = lambda files, spec: files.write("ab", b"same")

    def plan(world: World) -> Any:
        world.rule("ab", "same a", ["a"])
        return world.rule("abb", "cat ab", ["ab"])

    follow(world, plan, [(None, {}, ["ab", "abb"], []), (writes("a", b"A"), {}, ["ab"], ["abb"])])


def test_always_runs_each_time_and_cuts_off() -> None:
    world = started()

    def plan(world: World) -> Any:
        world.rule("ab", "cat a b", ["a", "b"], always=True)
        return world.rule("abb", "cat ab", ["ab"])

    follow(
        world,
        plan,
        [(None, {}, ["ab", "abb"], []), (None, {}, ["ab"], ["abb"]), (writes("a", b"A"), {}, ["ab", "abb"], [])],
    )


def test_a_forced_job_runs_alone() -> None:
    world = started()
    follow(
        world,
        chain,
        [
            (None, {}, ["ab", "abb"], []),
            (None, {"forces": "ab".__eq__}, ["ab"], ["abb"]),
            (None, {"forces": "abb".__eq__}, ["abb"], ["ab"]),
        ],
    )


def test_several_outputs_are_restored_together() -> None:
    world = started()

    def plan(world: World) -> Any:
        return world.rule("x y", "cat a", ["a"])

    follow(
        world,
        plan,
        [
            (None, {}, ["x"], []),
            (removes("y"), {}, [], ["x"]),
            (writes("x", b"mine"), {}, [], ["x"]),
            (lambda world: world.files.artifacts.clear(), {}, [], ["x"]),
            (removes("y"), {}, ["x"], []),  # one is gone for good: the command makes both
        ],
    )
    assert (world.files.read("x"), world.files.read("y")) == (b"a", b"a")


def test_a_folder_and_what_is_in_it() -> None:
    world = started()

    def unpack(files: MemoryFiles, spec: JobSpec) -> None:
        for name in (b"p", b"q"):
            files.write(f"d/sub/{name.decode()}", files.read("a") if name == b"p" else b"q")

    world.scripts["unpack"] = unpack

    def plan(world: World) -> Any:
        world.rule("d/", "unpack a", ["a"])
        return [world.rule("p2", "cat d/sub/p", ["d/sub/p"]), world.rule("q2", "cat d/sub/q", ["d/sub/q"])]

    follow(
        world,
        plan,
        [
            (None, {}, ["d/", "q2", "p2"], []),
            (None, {}, [], ["d/", "q2", "p2"]),
            (writes("a", b"A"), {}, ["d/", "p2"], ["q2"]),  # only what is read of the folder counts
            (removes("d"), {}, [], ["d/", "q2", "p2"]),
            (writes("d/sub/more", b"mine"), {}, [], ["d/", "q2", "p2"]),
        ],
    )
    assert [path for path, _ in world.files.displaced] == ["d"]


def test_discovered_inputs() -> None:
    world = started()
    world.files.write("a", b"x.h")
    world.files.write("x.h", b"1")

    def compile_(files: MemoryFiles, spec: JobSpec) -> list[str]:
        headers = files.read("a").decode().split()
        files.write("o", b"".join(files.read(name) for name in headers))
        return headers

    world.scripts["cc"] = compile_
    follow(
        world,
        lambda world: world.rule("o", "cc a", ["a"]),
        [
            (None, {}, ["o"], []),
            (None, {}, [], ["o"]),
            (writes("x.h", b"2"), {}, ["o"], []),
            (writes("x.h", b"1"), {}, [], ["o"]),
            (lambda world: [writes("a", b"y.h")(world), writes("y.h", b"3")(world)], {}, ["o"], []),
            (writes("x.h", b"4"), {}, [], ["o"]),  # no longer read
            (writes("a", b"x.h"), {}, ["o"], []),
            (writes("x.h", b"1"), {}, [], ["o"]),
        ],
    )


def test_what_a_rule_makes_is_discovered_if_it_is_made_first() -> None:
    world = started()

    def compile_(files: MemoryFiles, spec: JobSpec) -> list[str]:
        files.write("o", b"<" + files.read("gen.h") + b">")
        return ["gen.h", "b"]

    world.scripts["cc"] = compile_

    def plan(world: World) -> Any:
        world.rule("gen.h", "cat a", ["a"])
        return world.rule("o", "cc b", ["b"], after=["gen.h"])

    follow(
        world,
        plan,
        [
            (None, {}, ["gen.h", "o"], []),
            (None, {}, [], ["gen.h", "o"]),
            (removes("gen.h"), {}, [], ["gen.h", "o"]),
            (writes("a", b"A"), {}, ["gen.h", "o"], []),
            (writes("gen.h", b"mine"), {}, [], ["gen.h", "o"]),
        ],
    )


def test_a_path_needed_only_when_the_graph_runs() -> None:
    world = started()
    world.files.write("list", b"ab\nb\n")

    def names_in(file: File) -> list[str]:
        return world.files.read(file.path).decode().split()

    names_in_ = world.task(names_in)

    def plan(world: World) -> Any:
        world.rule("ab", "cat a", ["a"])
        needed = SchedulerExpression("need", (names_in_(File("list")),))
        text = SimpleExpression("render", (("cat ", ("", needed, "")),))
        return command(((text, "", "", ""),), needed, (Output("all"),))

    follow(
        world,
        plan,
        [
            (None, {}, ["names_in", "ab", "all"], []),
            (None, {}, [], ["names_in", "ab", "all"]),
            (writes("a", b"A"), {}, ["ab", "all"], ["names_in"]),
            (writes("list", b"b\n"), {}, ["names_in", "all"], []),  # ab is needed no more
            (writes("a", b"AA"), {}, [], ["names_in", "all"]),
        ],
    )
    assert world.files.read("all") == b"b"


def command(steps: Any, inputs: Any, outputs: Any) -> TaskExpression:
    kwargs = {"steps": steps, "inputs": inputs, "outputs": outputs}
    return TaskExpression("redun.command", kwargs=kwargs, options={"origin": outputs[0].path})


def test_an_output_that_is_a_link_is_followed_by_its_readers() -> None:
    world = started()
    world.scripts["ln"] = lambda files, spec: files.link("l", "a")

    def plan(world: World) -> Any:
        world.rule("l", "ln", [])
        return world.rule("c", "cat l", ["l"])

    world.scripts["cat"] = lambda files, spec: files.write("c", files.read("a"))
    follow(
        world,
        plan,
        [
            (None, {}, ["l", "c"], []),
            (None, {}, [], ["l", "c"]),
            (writes("a", b"A"), {}, ["c"], ["l"]),
            (removes("l"), {}, [], ["l", "c"]),
        ],
    )
    assert world.files.read("c") == b"A"


def test_the_same_call_made_twice_is_joined() -> None:
    world = started()

    def plan(world: World) -> Any:
        first = world.rule("x", "cat a", ["a"])
        return [first, world.rule("x", "cat a", ["a"])]

    follow(world, plan, [(None, {"jobs": 4}, ["x"], ["x"]), (None, {}, [], ["x", "x"])])

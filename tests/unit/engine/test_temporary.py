"""Temporary outputs: gone after the build, put back when something needs them, not made again for nothing."""

from __future__ import annotations

from typing import Any

from redo_py.engine.job import JobState
from redo_py.engine.temporary import sweep
from redo_py.records import LEDGER
from tests.unit.engine.memory_world import World


def plan(world: World) -> Any:
    """a -> t (temporary) -> x; h (temporary, discovered) is read by x, too."""
    world.rules.clear()
    world.rule("t", "cat a", ["a"], temp=True)
    world.rule("h", "cat a", ["a"], temp=True)
    return world.rule("x", "cc b t", ["b", "t"], after=["h"])


def built() -> World:
    world = World()
    world.files.write("a", b"a")
    world.files.write("b", b"b")

    def compile_(files: Any, spec: Any) -> list[str]:
        files.write("x", b"".join(files.read(name) for name in ("b", "t", "h")))
        return ["h"]

    world.scripts["cc"] = compile_
    world.run(plan(world))
    sweep(world.execution)
    return world


def test_nothing_is_made_while_everything_is_up_to_date() -> None:
    world = built()
    world.run(plan(world))
    assert world.ran == []
    assert world.journal.of("cached") == ["t", "h", "x"]
    assert not world.files.exists("t")
    assert not world.files.exists("h")
    world.run(plan(world), dry=True)
    assert world.journal.of("would_run", "restored") == []


def test_what_runs_gets_them_back() -> None:
    world = built()
    world.files.write("b", b"B")
    world.run(plan(world))
    assert world.ran == ["x"]
    assert world.files.read("x") == b"Baa"
    assert {row[0] for row in world.store.rows(LEDGER)} == {"t", "h", "x"}
    assert world.files.displaced == []


def test_a_hand_edited_one_is_displaced_when_it_is_needed() -> None:
    world = built()
    world.files.write("t", b"mine")
    world.run(plan(world))
    assert world.files.read("t") == b"mine"
    world.files.write("b", b"B")
    world.run(plan(world))
    assert world.files.read("x") == b"Baa"
    assert [path for path, _ in world.files.displaced] == ["t"]


def test_one_that_is_not_kept_is_made_again() -> None:
    world = built()
    world.files.artifacts.clear()
    world.run(plan(world))
    assert world.ran == ["t", "h"]


def test_one_that_gets_lost_during_the_build() -> None:
    world = built()
    world.files.write("b", b"B")
    world.files.restore = lambda products: False  # type: ignore[method-assign]
    root = world.run(plan(world))
    assert str(root.error) == (
        "redun: t, a temporary file that x needs, is no longer in the cache\n"
        "  hint: run `redun build -B x` to make it again"
    )


def test_a_folder_whose_parts_are_read() -> None:
    world = World()
    world.files.write("a", b"a")

    def unpack(files: Any, spec: Any) -> None:
        files.write("d/p", files.read("a"))
        files.write("d/q", b"")

    world.scripts["unpack"] = unpack

    def folder() -> Any:
        world.rules.clear()
        world.rule("d/", "unpack a", ["a"], temp=True)
        return world.rule("x", "cat d/p b", ["d/p", "b"])

    world.files.write("b", b"b")
    world.run(folder())
    sweep(world.execution)
    assert not world.files.exists("d/p")
    world.files.write("b", b"B")
    assert world.run(folder()).state == JobState.DONE
    assert world.ran == ["x"]
    assert world.files.read("x") == b"aB"


def test_a_link_is_put_back_at_once() -> None:
    world = World()
    world.files.write("a", b"a")
    world.scripts["ln"] = lambda files, spec: files.link("l", "a")
    world.scripts["cp"] = lambda files, spec: files.write("c", files.read("a"))

    def links() -> Any:
        world.rules.clear()
        world.rule("l", "ln", [], temp=True)
        return world.rule("c", "cp l", ["l"])

    world.run(links())
    sweep(world.execution)
    assert not world.files.exists("l")
    world.run(links())
    assert world.ran == []
    world.files.write("a", b"A")
    world.run(links())
    assert world.ran == ["c"]
    assert world.files.read("c") == b"A"


def test_the_sweep_takes_only_what_is_as_redun_left_it() -> None:
    world = built()
    world.files.write("t", b"mine")  # since it was swept
    world.run(plan(world))
    sweep(world.execution)
    assert world.files.read("t") == b"mine"
    world.files.write("b", b"B")
    world.run(plan(world))
    world.files.write("h", b"mine, too")  # since it was put back
    sweep(world.execution)
    assert not world.files.exists("t")
    assert world.files.read("h") == b"mine, too"


def test_what_a_failed_build_left_goes_with_the_next_sweep() -> None:
    world = World()
    world.files.write("a", b"a")

    def broken() -> Any:
        world.rules.clear()
        world.rule("t", "cat a", ["a"], temp=True)
        return world.rule("x", "cat t none", ["t"])

    def mended() -> Any:
        world.rules.clear()
        world.rule("t", "cat a", ["a"], temp=True)
        return world.rule("x", "cat t", ["t"])

    assert world.run(broken()).state == JobState.FAILED
    assert world.run(mended()).state == JobState.DONE
    assert world.ran == ["x"]
    sweep(world.execution)
    assert not world.files.exists("t")


def test_what_was_asked_for_is_put_in_place_and_stays() -> None:
    world = built()
    end = plan(world)
    world.run((end, (world.rules["t"],)))
    assert world.journal.of("restored") == ["t"]
    sweep(world.execution)
    assert world.files.read("t") == b"a"
    assert not world.files.exists("h")


def test_what_git_keeps_is_not_overwritten() -> None:
    world = built()
    world.files.write("t", b"committed")
    world.files.under_version_control.add("t")
    world.files.write("b", b"B")
    root = world.run(plan(world))
    assert str(root.error).startswith("redun: git keeps t, which would be overwritten\n")
    assert world.files.read("t") == b"committed"
    for settings in ({"dry": True}, {}):
        root = world.run((plan(world), world.rules["t"]), **settings)
        assert str(root.error).startswith("redun: git keeps t, which would be overwritten\n")
    assert world.files.displaced == []

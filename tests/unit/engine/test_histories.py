"""Histories: an edit, a run, what ran."""

from __future__ import annotations

from redo_py.engine.job import JobState
from tests.unit.engine.memory_world import World


def chain() -> tuple[World, object]:
    world = World()
    world.files.write("a", b"a")
    world.files.write("b", b"b")
    world.rule("ab", "cat a b > ab", ["a", "b"])
    world.rule("abb", "cat ab b > abb", ["ab", "b"])
    return world, world.rules["abb"]


def again(world: World) -> object:
    """The same plan, made afresh as each build does."""
    world.rules.clear()
    world.rule("ab", "cat a b > ab", ["a", "b"])
    return world.rule("abb", "cat ab b > abb", ["ab", "b"])


def test_first_run_runs_all_and_the_second_nothing() -> None:
    world, target = chain()
    root = world.run(target)
    assert root.state == JobState.DONE, root.error
    assert world.ran == ["ab", "abb"]
    assert world.files.read("abb") == b"abb"
    assert world.run(again(world)).state == JobState.DONE
    assert world.ran == []
    assert world.journal.of("cached") == ["ab", "abb"]


def test_an_edit_runs_what_it_reaches_and_its_revert_nothing() -> None:
    world, target = chain()
    world.run(target)
    world.files.write("a", b"A")
    world.run(again(world))
    assert world.ran == ["ab", "abb"]
    assert [job.reason.split(" (")[0] for job in world.execution.frontier.jobs] == ["ab changed", "a changed"]
    world.files.write("a", b"a")
    world.run(again(world))
    assert world.ran == []
    assert world.journal.of("restored") == ["ab", "abb"]
    assert world.files.read("abb") == b"abb"


def test_a_deleted_output_is_restored_and_an_edited_one_displaced() -> None:
    world, target = chain()
    world.run(target)
    world.files.remove("ab")
    world.files.write("abb", b"mine")
    world.run(again(world))
    assert world.ran == []
    assert world.files.read("abb") == b"abb"
    assert [path for path, _ in world.files.displaced] == ["abb"]


def test_an_output_that_comes_out_the_same_cuts_off() -> None:
    world, target = chain()
    world.scripts["cat"], plain = (lambda files, spec: plain(files, spec) if spec.label != "ab" else files.write("ab", b"same")), world.scripts["cat"]
    world.run(target)
    world.files.write("a", b"A")
    world.run(again(world))
    assert world.ran == ["ab"]

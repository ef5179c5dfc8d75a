"""What functions write by themselves: products and references, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from redo_py.engine.job import JobState
from redo_py.engine.made import places_of
from redo_py.records import FILE_USE, LEDGER
from redo_py.values.current import note_written
from redo_py.values.file import File
from redo_py.values.folder import Dir
from tests.unit.engine.memory_world import World


def writing(world: World, path: str, content: bytes, result: Callable[[], Any], **options: Any) -> Any:
    """A call of a task that writes a file through the door, and gives `result`."""

    def make() -> Any:
        world.files.write(path, content)
        note_written(path)
        return result()

    return world.task(make, **options)()


def uses(world: World) -> set[tuple[str, str]]:
    return {(row[2], row[3]) for row in world.store.rows(FILE_USE)}


@pytest.mark.parametrize("restores", [False, True])
def test_a_product_that_is_gone_is_made_again_or_put_back(restores: bool):
    world = World()
    call = writing(world, "out", b"x", lambda: [File("out")])
    first = world.run(call, restores=restores)
    assert first.value[0].digest
    assert uses(world) == {("out", "w")}
    assert [row[0] for row in world.store.rows(LEDGER)] == (["out"] if restores else [])

    assert world.run(call, restores=restores).value == first.value
    assert world.ran == []

    world.files.remove("out")
    assert world.run(call, restores=restores).value == first.value
    assert world.ran == ([] if restores else ["make"])
    assert world.files.read("out") == b"x"

    world.files.write("out", b"the user's own")
    world.run(call, restores=restores)
    assert world.files.read("out") == b"x"
    assert bool(world.files.displaced) == restores


def test_what_others_wrote_is_a_reference():
    world = World()
    world.files.write("given", b"1")

    def name() -> Any:
        return File("given")

    call = world.task(name)()
    world.run(call)
    assert uses(world) == set()
    world.run(call)
    assert world.ran == []
    world.files.write("given", b"2")
    world.run(call)
    assert world.ran == ["name"]
    world.files.remove("given")
    assert world.run(call).state == JobState.DONE
    assert world.ran == ["name"]


def test_a_folder_is_a_product_if_something_below_was_written():
    world = World()
    call = writing(world, "out/deep/a", b"x", lambda: Dir("out"))
    world.run(call, restores=False)
    assert uses(world) == {("out", "w")}
    world.run(call, restores=False)
    assert world.ran == []
    world.files.write("out/b", b"more")
    world.run(call, restores=False)
    assert world.ran == ["make"]


def test_what_was_written_beside_the_result_is_no_product():
    world = World()
    call = writing(world, "log", b"x", lambda: 42)
    world.run(call, restores=False)
    world.files.remove("log")
    world.run(call, restores=False)
    assert world.ran == []
    assert uses(world) == set()


def test_a_written_link_is_what_it_leads_to():
    world = World()
    world.files.write("real", b"x")
    world.files.link("link", "real")

    def make() -> Any:
        note_written("link")
        return File("link")

    call = world.task(make)()
    world.run(call, restores=False)
    world.run(call, restores=False)
    assert world.ran == []
    world.files.write("real", b"y")
    world.run(call, restores=False)
    assert world.ran == ["make"]


def test_the_digest_is_taken_anew_for_what_was_written():
    world = World()
    world.files.write("log", b"1")

    def append(log: File) -> Any:
        assert log.digest
        world.files.write("log", world.files.read("log") + b"2")
        note_written("log")
        return log

    task = world.task(append)
    first = world.run(task(File("log")), restores=False)
    assert first.value.digest == world.files.observe(["log"])[0].digest
    assert world.ran == ["append"]


def test_an_absent_file_in_a_result_is_a_reference():
    world = World()

    def result() -> Any:
        world.files.remove("out")
        return File("out")

    call = writing(world, "out", b"x", result)
    world.run(call, restores=False)
    world.run(call, restores=False)
    assert world.ran == []
    world.files.write("out", b"x")
    world.run(call, restores=False)
    assert world.ran == ["make"]


def told(world: World, result: Any) -> list[str]:
    """The notices of a run of a task `make` that gives `result` of what it is given."""

    def make(given: File) -> Any:
        return result(given)

    world.run(world.task(make)(File("given")), restores=False)
    return world.journal.of("notice")


def test_what_is_returned_and_was_never_written_is_told():
    world = World()
    world.files.write("there", b"x")
    assert told(world, lambda given: [File("out"), {"a": Dir("folder")}, File("out"), File("there")]) == [
        "make returned File('out'), but nothing is there: it did not write it",
        "make returned Dir('folder'), but nothing is there: it did not write it",
    ]


def test_what_comes_only_with_the_calls_of_a_result_is_told_otherwise():
    world = World()
    later = world.task(lambda: world.files.write("folder/a", b"x"))
    (line,) = told(world, lambda given: [Dir("folder"), later()])
    what, _, why = line.partition(": ")
    assert what == "make returned Dir('folder'), but nothing was there when it ended"
    assert why == "what its calls write later has to be in what they return"


def test_what_was_given_or_removed_is_not_told():
    world = World()

    def result(given: File) -> Any:
        note_written("removed")
        return [given, File("given"), File("removed")]

    assert told(world, result) == []


def test_not_all_of_many_are_told():
    lines = told(World(), lambda given: [File(f"out{number}") for number in range(30)])
    assert len(lines) == 10
    assert lines[-1].endswith("'out9'), but nothing is there: it did not write it; others are not told of")


def test_the_places_of_what_was_written():
    assert places_of(["a/b/c", "a/d"]) == {"a/b/c", "a/b", "a/d", "a", "."}
    assert places_of(["/a/b"]) == {"/a/b", "/a"}
    assert "s3://bucket/a" in places_of(["s3://bucket/a/b"])
    assert "." not in places_of(["s3://bucket/a/b", "/a"])

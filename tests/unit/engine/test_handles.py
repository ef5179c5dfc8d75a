"""Handles: states of something outside, what is true of them, and what runs again when it is not."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from redo_py.ir.expression import TaskExpression
from redo_py.library.handles import merge_handles
from redo_py.values.encoding import decode, encode
from redo_py.values.handle import Handle
from tests.unit.engine.memory_world import World

OPENED: list[str] = []


class Table:
    """The thing itself: a list of what was written."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rows: list[Any] = []

    def insert(self, row: Any) -> None:
        self.rows.append(row)


class Database(Handle):
    def __init__(self, name: str, path: str = "db") -> None:
        OPENED.append(name)
        self.instance = Table(path)


def call(name: str, *args: Any) -> TaskExpression:
    return TaskExpression(name, args)


def creates() -> Any:
    return Database("main")


def inserts(db: Any, row: Any) -> Any:
    db.insert(row)
    return db


def reads(db: Any) -> Any:
    return len(db.rows)


def drops(db: Any) -> None:
    db.rows.clear()


def world_of(*functions: Any) -> World:
    world = World()
    for function in (creates, inserts, reads, drops, *functions):
        world.task(function)
    return world


def chain(rows: str = "ab", db: Any = None) -> Any:
    """A database, a row after the other."""
    db = call("creates") if db is None else db
    for row in rows:
        db = call("inserts", db, row)
    return db


# ---- as a value


def test_only_what_it_was_made_with_is_kept() -> None:
    handle = Database("main", path="x")
    handle.insert(1)
    OPENED.clear()
    for again in (decode(encode(handle)), pickle.loads(pickle.dumps(handle))):
        assert again == handle
        assert OPENED == [], "nothing is opened before somebody needs it"
        assert (again.path, again.rows) == ("x", [])
        assert OPENED == ["main"]
        OPENED.clear()


def test_states() -> None:
    handle = Database("main")
    assert handle == Database("main")
    assert len({handle, Database("other"), Database("main", "x"), handle.fork("a"), handle.fork("b")}) == 5
    assert handle.fork("a").rows is handle.rows, "the thing is the same"
    left, right = handle.fork("a"), handle.fork("b")
    assert left.merged([right]) == right.merged([left]) != left
    assert repr(handle).startswith(f"{Database.type_name}(main)@")
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        Handle("plain").colour  # noqa: B018
    with pytest.raises(TypeError, match="cannot be merged with"):
        handle.merged([Database("other")])


# ---- in workflows


def test_each_task_brings_it_into_another_state() -> None:
    world = world_of()
    last = world.run([chain("a"), chain("ab"), chain("ab")]).value
    assert len(set(last)) == 2
    assert world.ran == ["creates", "inserts", "inserts"]
    again = world.run([chain("a"), chain("ab")]).value
    assert (world.ran, again) == ([], last[:2])


def test_a_change_runs_what_follows_and_undoes_what_followed() -> None:
    world = world_of()
    world.run(call("reads", chain("abc")))
    world.run(call("reads", chain("axc")))
    assert world.ran == ["inserts", "inserts", "reads"]
    world.run(call("reads", chain("abc")))
    assert world.ran == ["inserts", "inserts"], "what was true before it was rolled back is true no more"
    world.run(call("reads", chain("abc")))
    assert world.ran == []


def test_a_task_that_changes_and_changes_back() -> None:
    world = world_of()
    world.run(chain("ab"))
    for version in ("2", "1", "2"):
        world.tasks.known["inserts"].version = version
        world.run(chain("ab"))
        assert world.ran == ["inserts", "inserts"], version


def test_a_new_creation_undoes_what_followed_the_old_one() -> None:
    world = world_of()
    world.run(chain("a"))
    world.run(chain("a"), forces=lambda name: name == "creates")
    assert world.ran == ["creates", "inserts"]


def test_forks_do_not_undo_each_other() -> None:
    def left(db: Any) -> Any:
        return inserts(db, "left")

    def right(db: Any) -> Any:
        return inserts(db, "right")

    world = world_of(left, right)

    def value() -> Any:
        db = call("creates")
        return call("reads", merge_handles([call("left", db.fork("l")), call("right", db.fork("r"))]))

    world.run(value())
    assert sorted(world.ran) == ["creates", "left", "reads", "right"]
    world.run(value())
    assert world.ran == []
    world.tasks.known["left"].version = "2"
    world.run(value())
    assert world.ran == ["left", "reads"]
    world.tasks.known["left"].version = "1"
    world.run(value())
    assert world.ran == ["left"]


def test_a_branch_is_rolled_back_alone() -> None:
    def value(row: str) -> Any:
        db = chain("a")
        return [chain(row, db.fork("one")), chain("z", db.fork("two"))]

    world = world_of()
    world.run(value("b"))
    world.run(value("c"))
    assert world.ran == ["inserts"]
    world.run(value("b"))
    assert world.ran == ["inserts"]


def test_the_reason_and_a_kill_before_the_task_ends() -> None:
    world = world_of()
    world.run(chain("ab"))

    class Killed(BaseException):
        pass

    def dies(db: Any, row: Any) -> Any:
        raise Killed

    world.tasks.known["inserts"].version = "2"
    world.tasks.known["inserts"].caller = dies
    with pytest.raises(Killed):
        world.run(chain("ab"))
    world.tasks.known["inserts"].version = "1"
    world.tasks.known["inserts"].caller = inserts
    world.run(chain("ab"))
    assert world.ran == ["inserts", "inserts"], "a task with another code has begun to change it"
    reasons = [job.reason for job in world.execution.frontier.jobs if job.name == "inserts"]
    assert all(reason.endswith("was rolled back since") for reason in reasons), reasons


def test_merging_what_cannot_be_merged() -> None:
    world = world_of()
    error = world.run(merge_handles([call("creates"), 3])).error
    assert "cannot be merged" in str(error)

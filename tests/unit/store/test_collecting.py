"""Dropping rows that nothing needs: what the kept executions rest on stays, and integers keep their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.job_ids import job_id
from redo_py.records import (
    ARGUMENT,
    CALL,
    EDGE,
    EXECUTION,
    FILE_USE,
    JOB,
    LATEST,
    LEDGER,
    ORIGIN,
    OUTPUT,
    PARTS,
    TAG,
    TASK,
    TRACE,
    VALUE,
    Record,
)
from redo_py.store.api import Reader, Store
from redo_py.store.inspection import inspect
from redo_py.store.sqlite import SqliteStore


def digest(text: str) -> bytes:
    return text.encode().ljust(16, b".")


def products_of(call: str) -> bytes:
    return f"made {call}".encode()


def made(
    store: Store,
    execution: str,
    *calls: str,
    status: str = "done",
    argv: str = "all",
    at: float = 1.0,
    kind: str = "build",
) -> None:
    """Record an execution that made `calls`, each with all the rows that a build writes for it."""
    records: list[Record] = [(EXECUTION, (digest(execution), at, at, status, argv, "", "1", kind, None))]
    for seq, call in enumerate(calls):
        key = digest(call)
        records += [
            (JOB, (digest(execution), seq, None, key, "task", call, "ran", "because", at, at, None, None)),
            (CALL, (key, "task", digest("code"), digest(f"args {call}"), digest(f"value {call}"), None)),
            (VALUE, (digest(f"args {call}"), "plain", b"args", "")),
            (VALUE, (digest(f"value {call}"), "plain", call.encode(), "")),
            (ARGUMENT, (key, 0, f"{call}.in", digest(f"in {call}"), None)),
            (
                TRACE,
                (digest(f"eval {call}"), digest("d"), digest(f"value {call}"), key, b"", f"made {call}".encode(), at),
            ),
            (FILE_USE, (digest(execution), seq, f"{call}.in", "r", digest(f"in {call}"))),
            (OUTPUT, (digest(execution), seq, call, b"printed")),
            (LATEST, (call.split()[0], 1, key, digest(f"eval {call}"), b"", digest(execution), seq)),
            (LEDGER, (call.split()[0], digest(f"out {call}"), 1, call)),
        ]
    records.append((TASK, (digest("code"), "task", "code", b"")))
    store.write(records)


def used(store: Store, execution: str, *calls: str, argv: str = "all", at: float = 1.0, kind: str = "build") -> None:
    """Record an execution that found `calls` up to date."""
    jobs: list[Record] = [
        (JOB, (digest(execution), seq, None, digest(call), "task", call, "cached", "", at, at, None, None))
        for seq, call in enumerate(calls)
    ]
    store.write([(EXECUTION, (digest(execution), at, at, "done", argv, "", "1", kind, None)), *jobs])


def traces(store: Reader) -> list[bytes]:
    return sorted(row[TRACE.positions["products"]] for row in store.rows(TRACE))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(str(tmp_path / "state.db"), Clock())
    yield store
    store.close()


def test_what_only_old_executions_made_goes_with_all_its_rows(store: SqliteStore):
    made(store, "one", "a 1", "b 1")
    made(store, "two", "a 2")
    used(store, "three", "a 2", "b 1")
    found = store.collect(inf, dry=False)
    assert traces(store) == sorted(found.products) == [b"made a 2", b"made b 1"]
    assert sorted(row[0] for row in store.rows(CALL)) == [digest("a 2"), digest("b 1")]
    assert {row[JOB.positions["origin"]] for row in store.rows(JOB, {"state": "ran"})} == {"a 2", "b 1"}
    assert (found.before["trace"], found.dropped["trace"], found.dropped["call"]) == (3, 1, 1)
    assert store.values([digest("value a 1"), digest("value b 1")]) == [None, ("plain", b"b 1")]
    assert store.lookup([digest("eval a 2")])[0][0].value_bytes == b"a 2"
    assert store.latest([("b", 1)])[0] is not None
    assert len(list(store.rows(LEDGER))) == 2
    assert {row[OUTPUT.positions["origin"]] for row in store.rows(OUTPUT)} == {"b 1", "a 2"}


def test_a_dry_run_drops_nothing_and_finds_the_same(store: SqliteStore):
    made(store, "one", "a 1")
    made(store, "two", "a 2")
    counts = store.counts()
    would = store.collect(inf, dry=True)
    assert store.counts() == counts
    assert store.collect(inf, dry=False).dropped == would.dropped
    assert store.counts() != counts


def test_what_a_kept_call_has_called_stays(store: SqliteStore):
    made(store, "one", "inner 1", "middle 1")
    store.write(
        [(EDGE, (digest("middle 1"), 0, digest("inner 1"))), (EDGE, (digest("outer 1"), 0, digest("middle 1")))]
    )
    made(store, "two", "outer 1")
    store.collect(inf, dry=False)
    assert len(traces(store)) == 3
    assert len(list(store.rows(EDGE))) == 2


def test_executions_of_parts_stay_with_the_whole_one_that_they_add_to(store: SqliteStore):
    made(store, "one", "a 1", "b 1", "c 1", argv="x")
    made(store, "two", "a 2", argv="x", kind=PARTS)
    made(store, "three", "b 2", argv="spelt in another order", kind=PARTS)
    made(store, "four", "y 1", argv="y")
    made(store, "five", "y 2", argv="y", kind=PARTS)
    store.collect(inf, dry=False)
    assert traces(store) == [b"made a 1", b"made a 2", b"made b 1", b"made b 2", b"made c 1", b"made y 1", b"made y 2"]


def test_a_build_that_forced_something_is_the_last_one_of_its_command_line(store: SqliteStore):
    made(store, "one", "a 1", argv="redun build all")
    made(store, "two", "a 2", argv="redun build -B all")
    made(store, "three", "b 1", argv="redun build -B")
    made(store, "four", "b 2", argv="redun build")
    made(store, "five", "c 1", argv="redun build -D x=\udcff c")
    made(store, "six", "c 2", argv="""redun build --force=c --force='it'"'"'s *' -D x=\udcff c""")
    made(store, "seven", "d 1", argv="redun build deploy")
    made(store, "eight", "d 2", argv="redun build deploy --force=a")  # an option of an action
    store.collect(inf, dry=False)
    assert traces(store) == [b"made a 2", b"made b 2", b"made c 2", b"made d 1", b"made d 2"]


def test_executions_of_parts_go_with_the_whole_one_before_the_last(store: SqliteStore):
    made(store, "one", "a 1", "b 1", argv="x")
    made(store, "two", "a 2", argv="x", kind=PARTS)
    made(store, "three", "b 3", argv="x")
    used(store, "four", "b 3", argv="x", kind=PARTS)
    store.collect(inf, dry=False)
    assert traces(store) == [b"made b 3"]


def test_what_a_kept_call_came_to_stays_and_where_its_arguments_came_from(store: SqliteStore):
    for execution, name in (("one", "a 1"), ("two", "a 2")):
        made(store, execution, name)
        key, known = digest(f"outer {name}"), (digest(f"args {name}"), digest(f"value {name}"))
        store.write(
            [
                (JOB, (digest(execution), 9, None, key, "task", "outer", "ran", "because", 1.0, 1.0, None, None)),
                (CALL, (key, "task", digest("code"), *known, digest(name + "!"))),
                (VALUE, (digest(name + "!"), "plain", b"result", "")),
                (ORIGIN, (key, 0, 0, digest(name))),
            ]
        )  # fmt: skip
    store.collect(inf, dry=False)
    assert store.values([digest("a 1!"), digest("a 2!")]) == [None, ("plain", b"result")]
    assert [row[0] for row in store.rows(ORIGIN)] == [digest("outer a 2")]


def test_the_last_good_execution_of_each_command_line_stays_and_all_that_follow(store: SqliteStore):
    made(store, "one", "x 1", argv="x")
    made(store, "two", "y 1", argv="y", status="failed")
    made(store, "three", "z 1", argv="z")
    made(store, "four", "z 2", argv="z")
    made(store, "five", "w 1", argv="z", status="failed")
    store.collect(inf, dry=False)
    assert traces(store) == [b"made w 1", b"made x 1", b"made z 2"]


def test_without_a_good_execution_all_stays(store: SqliteStore):
    made(store, "one", "a 1", status="failed")
    made(store, "two", "a 2", status="interrupted")
    assert not any(store.collect(inf, dry=False).dropped.values())


def test_what_goes_on_stays(store: SqliteStore):
    made(store, "one", "a 1", status="running")
    made(store, "two", "b 1", status="running")
    made(store, "three", "c 1")
    store.collect(inf, False, [digest("one"), digest("unknown")])
    assert traces(store) == [b"made a 1", b"made c 1"]
    assert sorted(row[0] for row in store.rows(EXECUTION)) == [digest("one"), digest("three")]


def test_age(store: SqliteStore):
    made(store, "one", "a 1", at=10.0)
    made(store, "two", "a 2", at=20.0)
    made(store, "three", "a 3", at=30.0)
    store.collect(15.0, dry=False)
    assert traces(store) == [b"made a 2", b"made a 3"]


def test_the_clock_does_not_say_which_execution_is_the_last(store: SqliteStore):
    made(store, "one", "a 1", at=1000.0)
    made(store, "two", "a 2", at=10.0)
    store.collect(inf, dry=False)
    assert traces(store) == [b"made a 2"]


def test_another_process_that_had_integers_in_mind(store: SqliteStore, tmp_path: Path):
    made(store, "one", "a 1", "b 1")
    other = SqliteStore(str(tmp_path / "state.db"), Clock())
    assert len(other.lookup([digest("eval a 1")])[0]) == 1
    made(store, "two", "b 2")
    store.collect(inf, dry=False)
    assert other.lookup([digest("eval a 1")]) == [[]]
    made(other, "three", "a 1", "c 1")
    assert store.lookup([digest("eval a 1")])[0][0].value_bytes == b"a 1"
    assert store.lookup([digest("eval c 1")])[0][0].value_bytes == b"c 1"
    assert other.lookup([digest("eval b 2")])[0][0].value_bytes == b"b 2"
    other.close()


def test_a_store_without_rows(store: SqliteStore):
    assert store.collect(inf, dry=False).products == []
    store.compact()
    made(store, "one", "a 1")
    assert traces(store) == [b"made a 1"]


def test_compacting_gives_space_back(store: SqliteStore, tmp_path: Path):
    for number in range(300):
        made(store, f"{number}", *[f"call{each} {number}" for each in range(5)])
    store.collect(inf, dry=False)
    before = (tmp_path / "state.db").stat().st_size
    store.compact()
    assert (tmp_path / "state.db").stat().st_size < before / 2
    assert len(traces(store)) == 5


def test_an_inspection_leaves_the_file_alone(store: SqliteStore, tmp_path: Path):
    made(store, "one", "a 1", at=7.0)
    found = inspect(str(tmp_path / "state.db"))
    assert (found.trouble, found.newest, found.adopted, found.arguments) == ("", 7.0, 0, [b"args"])
    store.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert inspect(str(tmp_path / "state.db")).newest == 7.0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_an_inspection_of_what_is_no_database(tmp_path: Path, content: bytes):
    path = tmp_path / "state.db"
    path.write_bytes(content)
    assert inspect(str(path)).trouble
    assert path.read_bytes() == content


def test_tags_go_with_what_they_are_of(store: SqliteStore) -> None:
    made(store, "old", "a 1", argv="one")
    made(store, "new", "b 1", argv="one", at=2.0)

    def job(execution: str) -> bytes:
        return bytes.fromhex(job_id(digest(execution), 0).replace("-", ""))

    tags: list[tuple[str, bytes]] = []
    for execution, call in (("old", "a 1"), ("new", "b 1")):
        tags += [("execution", digest(execution)), ("job", job(execution)), ("value", digest(f"value {call}"))]
    tags += [("task", digest("code")), ("task", digest("gone"))]
    store.write([(TAG, (entity, id_, "key", "1")) for entity, id_ in tags])
    store.collect(inf, dry=False)
    left = {(entity, id_) for entity, id_, _, _ in store.rows(TAG)}
    assert left == {
        ("execution", digest("new")), ("job", job("new")), ("value", digest("value b 1")), ("task", digest("code"))
    }  # fmt: skip

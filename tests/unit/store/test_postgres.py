"""The store in Postgres does what a store must do, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.errors import StoreError
from redo_py.records import CALL, EXECUTION, LATEST, LEDGER, TABLES, UNLEDGER, VALUE
from redo_py.store.artifacts import LocalArtifacts
from redo_py.store.both import BothReaders
from redo_py.store.large_values import LargeValues
from redo_py.store.memory import MemoryStore
from redo_py.store.postgres import store as stored
from redo_py.store.postgres.statements import FORMS
from redo_py.store.postgres.store import PostgresStore
from tests.conformance.store_suite import FullStore, StoreSuite, call, digest, latest, seen, trace, value
from tests.parts.postgres import Postgres, empty

PLACE = b"a folder"


@pytest.fixture(scope="module")
def address(postgres: Postgres) -> str:
    return postgres.new_database()


class TestPostgres(StoreSuite):
    @pytest.fixture
    def store(self, address: str) -> Iterator[FullStore]:
        store = PostgresStore(address, PLACE, Clock())
        yield store
        store.close()
        empty(address)


@pytest.fixture
def fresh(postgres: Postgres) -> str:
    """The address of a database that nobody has used."""
    return postgres.new_database()


def test_what_holds_for_one_folder_is_not_told_in_others(fresh: str):
    here, there = PostgresStore(fresh, b"here", Clock()), PostgresStore(fresh, b"there", Clock())
    here.write([value(1), call(2), latest("origin", 2), (LEDGER, ("path", digest(7), 1, "origin"))])
    there.write([(LEDGER, ("path", digest(8), 1, "origin"))])
    assert (here.ledger(["path"]), there.ledger(["path"])) == ([(digest(7), 1)], [(digest(8), 1)])
    assert [found is not None for found in (*here.latest([("origin", 1)]), *there.latest([("origin", 1)]))] == [
        True,
        False,
    ]
    assert list(there.rows(LATEST)) == []
    assert there.names(LATEST, "origin", None, 9) == []
    assert there.values([digest(1)]) == here.values([digest(1)])
    here.write([(UNLEDGER, ("path",))])
    assert (here.ledger(["path"]), there.ledger(["path"])) == ([None], [(digest(8), 1)])
    here.close()
    there.close()


def test_writers_that_touch_the_same_rows_all_come_through(fresh: str):
    """In whatever order they come to them."""
    stores = [PostgresStore(fresh, PLACE, Clock()) for _ in range(4)]

    def write(number: int) -> None:
        order = range(60) if number % 2 else range(59, -1, -1)
        for moment in range(5):
            stores[number].write([record for n in order for record in (value(n), trace(n, 1, float(moment)))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert stores[0].counts()["trace"] == 60
    for store in stores:
        store.close()


def test_the_views_show_texts_and_digits(fresh: str):
    store = PostgresStore(fresh, PLACE, Clock())
    store.write([call(2, task="naïve ☃"), call(3, task="odd \udcff")])
    store.close()
    with psycopg.connect(fresh) as connection:
        rows = connection.execute("SELECT call, task FROM redo_py.v_call ORDER BY call").fetchall()
    assert rows == [(digest(2).hex(), "naïve ☃"), (digest(3).hex(), "\\377odd \\355\\263\\277")]


def test_a_large_value_whose_file_is_on_another_machine_is_not_there(fresh: str, tmp_path: Path):
    large = [LargeValues(LocalArtifacts(str(tmp_path / name), 1 << 30, 1 << 30)) for name in ("here", "there")]
    here, there = (PostgresStore(fresh, PLACE, Clock(), large=each) for each in large)
    content = bytes(2 << 20)
    here.write([value(1, content), trace(5, 6, 1.0)])
    assert here.values([digest(1)]) == [("canonical", content)]
    assert there.values([digest(1)]) == [None]
    assert [seen(traces) for store in (here, there) for traces in store.lookup([digest(5)])] == [[6], []]
    here.close()
    there.close()


def test_a_flush_is_more_than_one_statement_takes(fresh: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stored, "PORTION", 250)
    rows = [value(n, bytes(size), "") for n, size in enumerate((200, 100, 100, 900, 0, 20, 180))]
    found = stored.portions(FORMS[VALUE], [row for _, row in rows])
    assert [[len(row[2]) for row in portion] for portion in found] == [[200], [100, 100], [900], [0, 20, 180]]
    store = PostgresStore(fresh, PLACE, Clock())
    store.write(rows)
    assert [kept and len(kept[1]) for kept in store.values([row[0] for _, row in rows])] == [
        len(row[2]) for _, row in rows
    ]
    store.close()


def test_rows_that_are_too_large_for_a_statement(fresh: str, monkeypatch: pytest.MonkeyPatch):
    """Of whatever table, and again."""
    monkeypatch.setattr(stored, "PORTION", 0)
    store, memory = PostgresStore(fresh, PLACE, Clock()), MemoryStore()
    records = [value(1), value(3, b""), call(2), latest("origin", 2), (LEDGER, ("path", digest(7), 1, "origin"))]
    records += [
        trace(5, 6, 1.0),
        trace(5, 6, 2.0),
        (EXECUTION, (digest(1), 1.0, None, "done", "", "", "1", "run", None)),
    ]
    for kept in (store, memory):
        kept.write(records)
        kept.write(records)
    assert [list(store.rows(table)) for table in TABLES] == [list(memory.rows(table)) for table in TABLES]
    assert store.ledger(["path"]) == [(digest(7), 1)]
    store.close()


def test_a_schema_that_is_damaged(fresh: str):
    store = PostgresStore(fresh, PLACE, Clock())
    with psycopg.connect(fresh) as connection:
        connection.execute("DROP TABLE redo_py.value CASCADE")
    with pytest.raises(StoreError, match=r"the database postgresql:///db\w+ cannot be read or written: relation"):
        store.values([digest(1)])
    store.close()


def test_pickles_of_a_database_that_is_not_trusted_are_misses_and_told_once(fresh: str):
    told: list[str] = []
    stores = [PostgresStore(fresh, PLACE, Clock(), trusted=trusted, notice=told.append) for trusted in (True, False)]
    stores[0].write([(VALUE, (digest(n), form, b"x", "")) for n, form in ((1, "x:plain"), (2, "expression:plain"))])
    stores[0].write([trace(5, 1, 1.0, value=1), trace(6, 1, 1.0, value=2)])
    assert [len(traces) for store in stores for traces in store.lookup([digest(5), digest(6)])] == [1, 1, 0, 1]
    assert stores[1].values([digest(1), digest(2)]) == [None, ("expression:plain", b"x")]
    assert [text[:31] for text in told] == ["results of classes of your own,"]
    for store in stores:
        store.close()


def test_two_readers_as_one(fresh: str):
    """Rows of both, each once, in one order."""
    shared, local = PostgresStore(fresh, PLACE, Clock()), MemoryStore()
    rows = [(EXECUTION, (digest(n), float(n), None, "done", f"line {n}", "", "1", "run", None)) for n in range(6)]
    both = BothReaders(shared, local)
    for number, row in enumerate(rows):
        (local if number % 2 else shared).write([row, call(1), call(10 + number, task=f"t{number}"), value(number)])
    found = both.rows(EXECUTION, order="started", descending=True, limit=3, columns=["argv"])
    assert list(found) == [("line 5",), ("line 4",), ("line 3",)]
    assert list(both.rows(EXECUTION, order="started", after=3.0, columns=["argv"])) == [("line 4",), ("line 5",)]
    assert len(list(both.rows(CALL, {"call": digest(1)}))) == 1
    assert both.names(CALL, "task", "t1", 3) == ["t2", "t3", "t4"]
    assert both.values([digest(0), digest(1), digest(9)]) == [("canonical", b"content")] * 2 + [None]
    assert both.beginning(digest(1).hex(), 5) == [digest(1)]
    assert both.durations(["nowhere"]) == [None]
    both.close()

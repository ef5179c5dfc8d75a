"""Digests lie in two tables, and which of them makes no difference to anybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from redo_py.ground.clock import Clock
from redo_py.records import EXECUTION, VALUE
from redo_py.store.digests import interned_digests, settle
from redo_py.store.schema import FOUNDATION
from redo_py.store.sqlite import SqliteStore
from tests.conformance.store_suite import digest, value

LAYERS = ("fresh_digest", "settled_digest")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    for statement in FOUNDATION:
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('settled', '0')")
    yield connection
    connection.close()


def counts(connection: sqlite3.Connection) -> list[int]:
    """How many digests are fresh, and how many are settled."""
    return [connection.execute(f"SELECT count(*) FROM {layer}").fetchone()[0] for layer in LAYERS]


def layers(path: Path) -> list[int]:
    """The same of the database at `path`."""
    connection = sqlite3.connect(path)
    found = counts(connection)
    connection.close()
    return found


def digests(*numbers: int) -> list[bytes]:
    return [digest(number) for number in numbers]


def test_many_are_settled_at_once(connection: sqlite3.Connection):
    for first in range(0, 30, 7):
        interned_digests().add(connection, digests(*range(first, first + 7)))
        settle(connection, 20)
    assert counts(connection) == [14, 21]
    settle(connection, 15)
    assert counts(connection) == [14, 21]
    settle(connection, 14)
    assert counts(connection) == [0, 35]
    settle(connection, 1)
    assert counts(connection) == [0, 35]


@pytest.mark.parametrize("length", [3, 40])
def test_each_has_one_integer_wherever_it_lies(connection: sqlite3.Connection, length: int):
    interned_digests().add(connection, [b"", *digests(*range(0, length, 2))])
    settle(connection, 1)
    interned_digests().add(connection, digests(*range(0, length, 3)))
    known = interned_digests()
    known.add(connection, [b"", *digests(*range(length))])
    rows = connection.execute("SELECT digest, id FROM digest").fetchall()
    assert {None: None, **dict(rows)} == known.ids
    assert len(rows) == len(dict(rows)) == length + 1
    by_content = [row for layer in LAYERS for row in connection.execute(f"SELECT digest, id FROM {layer}")]
    assert sorted(by_content) == sorted(rows)
    found = interned_digests()
    found.find(connection, [*digests(*range(length + 5)), b""])
    assert found.ids == known.ids


def test_beginnings_are_looked_for_in_both(tmp_path: Path):
    store = SqliteStore(str(tmp_path / "state.db"), Clock(), fresh=3)
    store.write([value(1), value(2), value(3)])
    store.write([value(4)])
    assert layers(tmp_path / "state.db") == [1, 3]
    assert store.beginning("", 10) == digests(1, 2, 3, 4)
    assert store.beginning(digest(4).hex(), 10) == digests(4)
    assert store.beginning("", 2) == digests(1, 2)
    store.close()


def test_what_is_collected_is_gone_from_both(tmp_path: Path):
    store = SqliteStore(str(tmp_path / "state.db"), Clock(), fresh=4)
    store.write([value(1), value(2), value(3), value(4)])
    store.write([value(5), (EXECUTION, (digest(6), 1.0, 2.0, "done", "", "", "", "run", None))])
    assert layers(tmp_path / "state.db") == [2, 4]
    store.collect(0.0, dry=False)
    assert layers(tmp_path / "state.db") == [1, 0]
    store.write([value(1), value(5)])
    assert store.values(digests(1, 5, 2)) == [("canonical", b"content"), ("canonical", b"content"), None]
    store.close()


def test_what_was_in_no_layer_is_looked_for_again_once_some_are_settled(tmp_path: Path):
    path = tmp_path / "state.db"
    ours, others = (SqliteStore(str(path), Clock(), fresh=4) for _ in range(2))
    assert ours.values(digests(1, 2)) == [None, None]
    others.write([value(1), value(9), value(10), value(11)])
    assert layers(path) == [0, 4]
    ours.write([value(1), value(2)])
    assert layers(path) == [1, 4]
    assert [len(list(store.rows(VALUE))) for store in (ours, others)] == [5, 5]
    assert ours.values(digests(1, 2)) == others.values(digests(1, 2)) == [("canonical", b"content")] * 2
    for store in (ours, others):
        store.close()


def test_digests_of_another_length_go_with_the_others(connection: sqlite3.Connection):
    known = interned_digests()
    known.add(connection, [*digests(1, 2), b"", *digests(3), b"short", b"shorter", *digests(4)])
    rows = connection.execute("SELECT digest, id FROM digest ORDER BY id").fetchall()
    assert [content for content, _ in rows] == [*digests(1, 2), b"", *digests(3), b"short", b"shorter", *digests(4)]
    assert dict(connection.execute("SELECT digest, id FROM fresh_digest")) == dict(rows)

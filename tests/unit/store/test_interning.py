"""Contents get integers once, whoever asks first, and no more of them are kept in mind than wanted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from redo_py.store.damage import Damage
from redo_py.store.digests import interned_digests
from redo_py.store.interning import CHUNKS, Interned, chunks, insert_names, select_in, select_pairs
from redo_py.store.schema import FOUNDATION
from tests.conformance.store_suite import digest


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    for statement in FOUNDATION:
        connection.execute(statement)
    yield connection
    connection.close()


def stored(connection: sqlite3.Connection, table: str) -> dict[object, int]:
    return dict(connection.execute(f"SELECT {table}, id FROM {table}").fetchall())


@pytest.mark.parametrize("length", [0, 1, 2, 8, 9, 64, 500, 512, 513, 2000])
def test_chunks(length: int):
    items = list(range(length))
    pieces = list(chunks(items))
    assert {len(piece) for piece in pieces} <= set(CHUNKS)
    assert sorted({item for piece in pieces for item in piece}) == items


def test_lists_of_any_length_fit_old_versions(connection: sqlite3.Connection):
    connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    items = list(range(600))
    connection.execute("CREATE TABLE number(n INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO number VALUES (?)", [(item,) for item in items])
    pairs = select_pairs(connection, "SELECT origin, number FROM wanted", [(item, -item) for item in items])
    assert sorted(set(pairs)) == [(item, -item) for item in items]
    assert sorted(set(select_in(connection, "SELECT n FROM number WHERE n IN", items))) == [(item,) for item in items]


def test_integers_follow_the_order_of_contents(connection: sqlite3.Connection):
    digests = interned_digests()
    wanted = [digest(number) for number in range(1000, 0, -1)]
    digests.add(connection, [None, *wanted])
    assert stored(connection, "digest") == {content: number for number, content in enumerate(wanted, 1)}
    assert digests.ids == {None: None, **stored(connection, "digest")}
    assert digests.contents == {number: content for content, number in digests.ids.items()}


def test_contents_that_another_process_stored_keep_their_integers(connection: sqlite3.Connection):
    first, second = (interned_digests() for _ in range(2))
    first.add(connection, [digest(number) for number in range(0, 200, 2)])
    before = stored(connection, "digest")
    second.add(connection, [b"", *[digest(number) for number in range(200)]])
    after = stored(connection, "digest")
    assert before.items() <= after.items()
    assert second.ids == {None: None, **after}
    assert len(set(after.values())) == len(after) == 201


def test_names_that_are_no_utf8(connection: sqlite3.Connection):
    names = ["a", "\udcff", "", "é", "\ud800"]
    Interned("name", insert_names).add(connection, names)
    fresh = Interned("name", insert_names)
    fresh.find(connection, [*names, "unknown"])
    assert set(fresh.ids) == {None, *names}
    other = Interned("name", insert_names)
    other.recall(connection, {number for number in fresh.ids.values() if number})
    assert other.contents == fresh.contents


def test_rolled_back_integers_are_forgotten(connection: sqlite3.Connection):
    digests = interned_digests()
    digests.add(connection, [digest(1)])
    digests.keep()
    connection.execute("BEGIN")
    digests.add(connection, [digest(1), digest(2)])
    connection.execute("ROLLBACK")
    digests.forget()
    assert set(digests.ids) == {None, digest(1)}
    assert set(digests.contents) == {None, 1}
    digests.add(connection, [digest(3), digest(2)])
    assert {None: None, **stored(connection, "digest")} == digests.ids


def test_the_older_half_makes_room(connection: sqlite3.Connection):
    digests = interned_digests(most=10)
    digests.add(connection, [digest(number) for number in range(40)])
    digests.make_room()
    assert set(digests.ids) == {None, *[digest(number) for number in range(19, 40)]}
    assert len(digests.contents) == len(digests.ids)
    digests.find(connection, [digest(3)])
    assert digests.ids[digest(3)] == 4


def test_integer_that_stands_for_nothing(connection: sqlite3.Connection):
    with pytest.raises(Damage, match="a digest is missing"):
        interned_digests().recall(connection, {7})


def test_impossible_integer(connection: sqlite3.Connection):
    connection.execute("INSERT INTO digest VALUES (?, ?)", (2**63 - 1, digest(1)))
    with pytest.raises(Damage, match="a digest has an impossible number"):
        interned_digests().add(connection, [digest(2)])

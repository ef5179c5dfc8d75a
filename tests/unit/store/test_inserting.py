"""Rows go in whole and in their order, however many statements that takes."""

from __future__ import annotations

import sqlite3

import pytest

from redo_py.store.inserting import SIZES, Insertion
from redo_py.store.schema import LAYOUTS

COUNTS = sorted({0, 1, *(size + more for size in SIZES for more in (-1, 0, 1)), sum(SIZES), 3 * SIZES[0] + 21} - {-1})


@pytest.fixture
def connection() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE pair(name, number, UNIQUE(name))")
    return made


@pytest.mark.parametrize("count", COUNTS)
def test_every_row_goes_in_once(connection: sqlite3.Connection, count: int):
    names = [f"n{number}" for number in range(count)]
    assert Insertion("INSERT INTO pair", 2, "").execute(connection, [names, range(count)]) == count
    assert list(connection.execute("SELECT * FROM pair ORDER BY rowid")) == list(zip(names, range(count), strict=True))


@pytest.mark.parametrize("count", COUNTS)
def test_what_is_there_already_is_not_taken(connection: sqlite3.Connection, count: int):
    insertion = Insertion("INSERT INTO pair", 2, "ON CONFLICT(name) DO NOTHING")
    names = [f"n{number}" for number in range(count)]
    there = range(0, count, 3)
    assert insertion.execute(connection, [names[::3], there]) == len(there)
    assert insertion.execute(connection, [names, [-1] * count]) == count - len(there)
    kept = list(connection.execute("SELECT * FROM pair WHERE number >= 0 ORDER BY number"))
    assert kept == list(zip(names[::3], there, strict=True))


@pytest.mark.parametrize("count", [size for size in COUNTS if size])
def test_of_rows_with_one_key_the_last_replaces_the_others(connection: sqlite3.Connection, count: int):
    Insertion("INSERT OR REPLACE INTO pair", 2, "").execute(connection, [["same"] * count, range(count)])
    assert list(connection.execute("SELECT * FROM pair")) == [("same", count - 1)]


def test_statements_do_not_take_too_many_parameters():
    assert SIZES[-1] == 1
    for layout in LAYOUTS.values():
        assert SIZES[0] * (len(layout.columns) + bool(layout.seal)) < 999

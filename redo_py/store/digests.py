"""Where digests lie: each once in `digest`, which has them by integer, and in one of two tables that have them by what
they are.

Digests come in no order. In an index of all of them nearly each new one would touch a page of its own, and pages are
what writing costs. So new ones go to `fresh_digest`, which is small; once it has FRESH, all of them are put to those in
`settled_digest`, in order, so that each page is written once for several of them.
"""

from __future__ import annotations

from itertools import groupby

from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.store.inserting import Insertion
from redo_py.store.interning import REMEMBERED, Interned, select_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection

FRESH_TABLE, SETTLED_TABLE = "fresh_digest", "settled_digest"
FRESH = 1 << 18  # so many go to the others at once
CREATE_DIGESTS = (
    "CREATE TABLE digest(id INTEGER PRIMARY KEY, digest BLOB NOT NULL)",
    f"CREATE TABLE {FRESH_TABLE}(digest BLOB PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID",
    f"CREATE TABLE {SETTLED_TABLE}(digest BLOB PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID",
)

BY_NUMBER = Insertion("INSERT INTO digest", 2, "")
BY_CONTENT = Insertion(f"INSERT INTO {FRESH_TABLE}", 2, "ON CONFLICT(digest) DO NOTHING")
# They are cut out of one long blob, which takes half the time of handing them over one by one. What begins with INSERT
# is all of which sqlite3 counts the rows.
PLACES = "WITH RECURSIVE place(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM place WHERE i < :count - 1)"
CUT = f"substr(:cells, i * {DIGEST_SIZE} + 1, {DIGEST_SIZE})"
CUT_BY_NUMBER = f"INSERT INTO digest {PLACES} SELECT :first + i, {CUT} FROM place"
CUT_BY_CONTENT = (
    f"INSERT INTO {FRESH_TABLE} {PLACES} SELECT {CUT}, :first + i FROM place WHERE true ON CONFLICT(digest) DO NOTHING"
)
NUMBERED = f"SELECT id, digest FROM {FRESH_TABLE} WHERE digest IN"

COUNT_FRESH = (
    "SELECT coalesce(max(id), 0) - (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'settled') FROM digest"
)
SETTLE = (
    f"INSERT OR IGNORE INTO {SETTLED_TABLE} SELECT digest, id FROM {FRESH_TABLE} ORDER BY digest",
    f"DELETE FROM {FRESH_TABLE}",
    "UPDATE meta SET value = (SELECT max(id) FROM digest) WHERE key = 'settled'",
)
DROP_LOST = tuple(
    f"DELETE FROM {table} WHERE id NOT IN (SELECT id FROM digest)" for table in (FRESH_TABLE, SETTLED_TABLE)
)
BEGINNING = (
    f"SELECT digest FROM {FRESH_TABLE} WHERE digest BETWEEN :low AND :high UNION "
    f"SELECT digest FROM {SETTLED_TABLE} WHERE digest BETWEEN :low AND :high ORDER BY digest LIMIT :limit"
)


def interned_digests(most: int = REMEMBERED) -> Interned:
    """The digests of a database, none of them in mind yet, and never many more than `most`."""
    return Interned("digest", insert_digests, (FRESH_TABLE, SETTLED_TABLE), most)


def insert_digests(connection: Connection, numbers: range, digests: list[bytes]) -> int:
    """Store `digests`, none of which is settled, under `numbers`, leaving out those that are fresh already; how many
    were not."""
    if set(map(len, digests)) == {DIGEST_SIZE}:
        return insert_whole(connection, numbers, digests)
    taken = 0  # b"" is among them: it stands for the content of what is not there
    for whole, run in groupby(zip(numbers, digests, strict=True), key=is_whole):
        some, alike = zip(*run, strict=True)
        insert = insert_whole if whole else insert_singly
        taken += insert(connection, range(some[0], some[-1] + 1), list(alike))
    return taken


def is_whole(numbered: tuple[int, bytes]) -> bool:
    """Whether a digest, with its number before it, has the usual length."""
    return len(numbered[1]) == DIGEST_SIZE


def insert_whole(connection: Connection, numbers: range, digests: list[bytes]) -> int:
    """The same for digests of the usual length."""
    cells = {"count": len(digests), "first": numbers[0], "cells": b"".join(digests)}
    taken = connection.execute(CUT_BY_CONTENT, cells).rowcount
    if taken == len(digests):
        connection.execute(CUT_BY_NUMBER, cells)
    else:
        number_the_new(connection, numbers, digests)
    return taken


def insert_singly(connection: Connection, numbers: range, digests: list[bytes]) -> int:
    """The same for any."""
    taken = BY_CONTENT.execute(connection, zip(digests, numbers, strict=True))
    number_the_new(connection, numbers, digests)
    return taken


def number_the_new(connection: Connection, numbers: range, digests: list[bytes]) -> None:
    """Store by number those of `digests` that are fresh under one of `numbers`."""
    found = select_in(connection, NUMBERED, digests)
    BY_NUMBER.execute(connection, sorted({(number, digest) for number, digest in found if number >= numbers[0]}))


def settle(connection: Connection, many: int = FRESH) -> None:
    """Put the fresh digests to the others if they are `many`; must be inside a writing transaction."""
    ((fresh,),) = connection.execute(COUNT_FRESH)
    if fresh is not None and fresh >= many:
        for statement in SETTLE:
            connection.execute(statement)

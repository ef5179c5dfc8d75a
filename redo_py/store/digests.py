"""Where digests lie: each once in `digest`, which has them by integer, and in one of two tables that have them by what
they are.

Digests come in no order. In an index of all of them nearly each new one would touch a page of its own, and pages are
what writing costs. So new ones go to `fresh_digest`, which is small; once it has FRESH, all of them are put to those in
`settled_digest`, in order, so that each page is written once for several of them.
"""

from __future__ import annotations

from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.store.interning import REMEMBERED, Interned

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

# They are cut out of one long blob, which takes half the time of handing them over one by one. What begins with INSERT
# is all of which sqlite3 counts the rows.
PLACES = "WITH RECURSIVE place(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM place WHERE i < :count - 1)"
CUT = f"INSERT INTO digest {PLACES} SELECT :first + i, substr(:cells, i * {DIGEST_SIZE} + 1, {DIGEST_SIZE}) FROM place"
FILLER = bytes(DIGEST_SIZE)  # among them, in place of one of another length
REPLACE = "UPDATE digest SET digest = ? WHERE id = ?"
MAKE_FRESH = f"INSERT INTO {FRESH_TABLE} SELECT digest, id FROM digest WHERE id >= ? ON CONFLICT(digest) DO NOTHING"
DROP_KNOWN = (
    "DELETE FROM digest WHERE id >= :first AND "
    f"(SELECT known.id FROM {FRESH_TABLE} AS known WHERE known.digest = digest.digest) < :first"
)

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
    """Store `digests`, none of which is settled, under `numbers`, which are greater than all that are in use, leaving
    out those that are fresh already; how many were not."""
    odd: list[tuple[bytes, int]] = []
    cells = digests
    if set(map(len, digests)) != {DIGEST_SIZE}:  # b"" is among them: it stands for the content of what is not there
        odd = [(each, number) for number, each in zip(numbers, digests, strict=True) if len(each) != DIGEST_SIZE]
        cells = [each if len(each) == DIGEST_SIZE else FILLER for each in digests]
    connection.execute(CUT, {"count": len(cells), "first": numbers[0], "cells": b"".join(cells)})
    connection.executemany(REPLACE, odd)
    taken: int = connection.execute(MAKE_FRESH, (numbers[0],)).rowcount
    if taken < len(digests):
        connection.execute(DROP_KNOWN, {"first": numbers[0]})
    return taken


def settle(connection: Connection, many: int = FRESH) -> None:
    """Put the fresh digests to the others if they are `many`; must be inside a writing transaction."""
    ((fresh,),) = connection.execute(COUNT_FRESH)
    if fresh is not None and fresh >= many:
        for statement in SETTLE:
            connection.execute(statement)

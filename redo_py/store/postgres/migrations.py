"""What the schema says about itself, and the steps that bring an older one up to date.

A redun that has the schema open does not look again: what an older one writes after a migration, naming the columns
that it knows, must still be right. So new columns have a default, and none changes its meaning.
"""

from __future__ import annotations

from redo_py.ground.errors import StoreError
from redo_py.ground.hashing import ALGORITHM, ENCODING_VERSION
from redo_py.store.postgres.statements import CONTENTS, SCHEMA, USED_COLUMN, creation, views

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from psycopg import Connection

    Facts = dict[str, str]

MAKING = 0x7265646F5F7079  # the lock of whoever makes the schema or brings it up to date
FORBIDDEN = ("42501", "25006")  # what the server says to who may not do something, or only reads
# From the catalogue, which shows the table also to who may not read it.
IS_MADE = (
    "SELECT 1 FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname = %s AND relname = 'meta'"
)
VIEWS = "SELECT viewname FROM pg_catalog.pg_views WHERE schemaname = %s AND viewname LIKE 'v\\_%%'"
# Version -> the statements that lead to it from the one before. Views need none: they are made anew.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    # Addresses were texts, those of calls that are alike numbered in them. What is known of them is for `why` alone.
    2: (
        f"DELETE FROM {SCHEMA}.latest",
        f"ALTER TABLE {SCHEMA}.latest ADD COLUMN number bigint NOT NULL DEFAULT 1",
        f"ALTER TABLE {SCHEMA}.latest ALTER COLUMN number DROP DEFAULT",
        f"DROP INDEX {SCHEMA}.latest_place_sha256_idx",
        f"CREATE UNIQUE INDEX ON {SCHEMA}.latest(place, sha256(origin), number)",
    ),
    3: tuple(f"ALTER TABLE {SCHEMA}.{table.name} ADD COLUMN {USED_COLUMN}" for table in CONTENTS),
}
NEWEST = max(MIGRATIONS)
HASHING = {"algorithm": ALGORITHM, "encoding": str(ENCODING_VERSION)}


def look_at_schema(connection: Connection[Any], database: str, reading: bool) -> None:
    """See that the schema is there and as we know it; make it if it is not there, unless we are only `reading`, and
    bring an older one up to date, if we may. Of several that come at once one does it. Raises StoreError and psycopg's
    errors; then nothing has changed."""
    with connection.transaction():
        if not is_made(connection):
            if reading:
                raise StoreError("database-empty", database=database)
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
            if not is_made(connection):
                make(connection)
        if version_of(facts_of(connection), database) == NEWEST:
            return
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
        version = version_of(facts_of(connection), database)  # others may have been as quick
        try:
            migrate(connection, version)
        except connection.DatabaseError as error:
            if error.sqlstate not in FORBIDDEN:
                raise
            reason = str(error).splitlines()[0]
            raise StoreError("database-older", database=database, schema=SCHEMA, reason=reason) from error


def is_made(connection: Connection[Any]) -> bool:
    """Whether there is a schema of ours, or something of its name."""
    return connection.execute(IS_MADE, [SCHEMA]).fetchone() is not None


def facts_of(connection: Connection[Any]) -> Facts:
    """What `meta` says."""
    return dict(connection.execute(f"SELECT key, value FROM {SCHEMA}.meta").fetchall())


def version_of(facts: Facts, database: str) -> int:
    """The version of the schema of which `meta` says `facts`. Raises StoreError if it is none that we know, or can
    bring up to date."""
    text = facts.get("schema", "")
    version = int(text) if text.isdecimal() else 0
    if version > NEWEST:
        known = [("its schema", text), ("known here", str(NEWEST))]
        raise StoreError("database-newer", database=database, schema=SCHEMA, facts=known)
    if version + 1 < min(MIGRATIONS) or any(facts.get(name) != wanted for name, wanted in HASHING.items()):
        raise StoreError("database-other", database=database, schema=SCHEMA)
    return version


def make(connection: Connection[Any]) -> None:
    """Fill a database that has none with our schema; must be inside a transaction."""
    execute_all(connection, creation())
    facts = {"schema": str(NEWEST), **HASHING}
    connection.cursor().executemany(f"INSERT INTO {SCHEMA}.meta VALUES (%s, %s)", facts.items())


def migrate(connection: Connection[Any], version: int) -> None:
    """Bring the schema from `version` to the newest one; must be inside a transaction."""
    steps = range(version + 1, NEWEST + 1)
    old = connection.execute(VIEWS, [SCHEMA]).fetchall() if steps else []
    execute_all(connection, [f"DROP VIEW {SCHEMA}.{name}" for (name,) in old])
    for step in steps:
        execute_all(connection, MIGRATIONS[step])
    execute_all(connection, views() if steps else ())
    connection.execute(f"UPDATE {SCHEMA}.meta SET value = %s WHERE key = 'schema'", [str(NEWEST)])


def execute_all(connection: Connection[Any], statements: Iterable[str]) -> None:
    """Execute each of `statements`."""
    for statement in statements:
        connection.execute(statement)

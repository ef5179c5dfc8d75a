"""What a database says about itself, and the steps that bring an older one up to date."""

from __future__ import annotations

from _sqlite3 import OperationalError

from redo_py.ground.errors import StoreError
from redo_py.ground.hashing import ALGORITHM, ENCODING_VERSION
from redo_py.store.digests import CREATE_DIGESTS, SETTLED_TABLE
from redo_py.store.schema import CALL_RESULT, JOB_RAN, creation, views

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Iterable, Sequence


class Migration:
    """The statements that lead from version - 1 of the schema to `version`. Views need none: they are made anew."""

    __slots__ = ("statements", "version")

    def __init__(self, version: int, statements: Sequence[str]) -> None:
        self.version = version
        self.statements = statements


FIRST_VERSION = 1
# Addresses were texts: those of calls that were alike had " #2" and so on behind them.
ALIKE = "rtrim(spelt.name, '0123456789')"  # such a text without its number
NUMBER = f"CAST(substr(spelt.name, length({ALIKE}) + 1) AS INTEGER)"
IS_NUMBERED = f"{ALIKE} LIKE '% #' AND {NUMBER} > 1 AND spelt.name = {ALIKE} || {NUMBER}"
FIRST_ONE = (  # the number of the address of the first call of those that are alike, if there is one
    f"SELECT name.id FROM name WHERE {IS_NUMBERED} AND name.name = substr({ALIKE}, 1, length({ALIKE}) - 2) "
    "AND EXISTS (SELECT 1 FROM earlier AS first WHERE first.origin = name.id)"
)
NUMBERED = (
    (
        "CREATE TABLE earlier(origin INTEGER PRIMARY KEY, call INTEGER NOT NULL, evaluation INTEGER NOT NULL, "
        "discovered BLOB NOT NULL, execution INTEGER NOT NULL, seq INTEGER NOT NULL)"
    ),
    "INSERT INTO earlier SELECT origin, call, evaluation, discovered, execution, seq FROM latest",
    "DROP TABLE latest",
    (
        "CREATE TABLE latest(origin INTEGER NOT NULL, number INTEGER NOT NULL, call INTEGER NOT NULL, "
        "evaluation INTEGER NOT NULL, discovered BLOB NOT NULL, execution INTEGER NOT NULL, seq INTEGER NOT NULL, "
        "PRIMARY KEY(origin, number)) WITHOUT ROWID"
    ),
    (
        f"INSERT INTO latest SELECT coalesce(({FIRST_ONE}), origin), "
        f"CASE WHEN ({FIRST_ONE}) IS NULL THEN 1 ELSE {NUMBER} END, call, evaluation, discovered, "
        "execution, seq FROM earlier JOIN name AS spelt ON spelt.id = earlier.origin"
    ),
    "DROP TABLE earlier",
)
# One for each version after the first; `schema.creation` makes the newest.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, [JOB_RAN]),
    Migration(
        3,
        [
            (
                "CREATE TABLE failure(execution INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, "
                "message TEXT NOT NULL, trace TEXT NOT NULL, PRIMARY KEY(execution, seq)) WITHOUT ROWID"
            ),
            "CREATE TABLE handle(state INTEGER PRIMARY KEY, name INTEGER NOT NULL, valid INTEGER NOT NULL)",
            (
                "CREATE TABLE handle_edge(parent INTEGER NOT NULL, child INTEGER NOT NULL, "
                "PRIMARY KEY(parent, child)) WITHOUT ROWID"
            ),
        ],
    ),
    Migration(
        4,
        [
            "ALTER TABLE execution ADD COLUMN process TEXT",
            "ALTER TABLE call ADD COLUMN result INTEGER",
            CALL_RESULT,
            (
                "CREATE TABLE origin(call INTEGER NOT NULL, position INTEGER NOT NULL, number INTEGER NOT NULL, "
                "origin INTEGER NOT NULL, PRIMARY KEY(call, position, number)) WITHOUT ROWID"
            ),
        ],
    ),
    Migration(5, ["ALTER TABLE job ADD COLUMN cpu REAL", "ALTER TABLE job ADD COLUMN memory INTEGER"]),
    Migration(
        6,
        [
            *CREATE_DIGESTS[1:],
            f"INSERT INTO {SETTLED_TABLE} SELECT digest, id FROM digest ORDER BY digest",
            "INSERT INTO meta SELECT 'settled', coalesce(max(id), 0) FROM digest",
            "DROP TABLE digest",
            CREATE_DIGESTS[0],
            f"INSERT INTO digest SELECT id, digest FROM {SETTLED_TABLE} ORDER BY id",
        ],
    ),
    Migration(7, NUMBERED),
)


def newest_version(migrations: Sequence[Migration]) -> int:
    """The version of the schema that this redun reads and writes."""
    return max((migration.version for migration in migrations), default=FIRST_VERSION)


def create(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Fill an empty database with the newest schema; must be inside a transaction."""
    facts = {
        "schema": str(newest_version(migrations)),
        "algorithm": ALGORITHM,
        "encoding": str(ENCODING_VERSION),
        "generation": "0",  # see interning
        "settled": "0",  # the greatest number of a digest that is settled, see digests
    }
    execute_all(connection, creation())
    connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())


def what_is_wrong(facts: dict[str, str], path: str, migrations: Sequence[Migration]) -> str:
    """Why a database of which `meta` says `facts` cannot be used, in words; "" when it can be, perhaps after `migrate`.

    Raises StoreError for one made by a newer redun.
    """
    version = version_of(facts)
    if version is None:
        return "it is not a database of redun"
    newest = newest_version(migrations)
    if version > newest:
        raise StoreError("store-newer", path=path, facts=[("its schema", str(version)), ("known here", str(newest))])
    if (facts.get("algorithm"), facts.get("encoding")) != (ALGORITHM, str(ENCODING_VERSION)):
        return "it was made with another way of hashing"
    if version < newest and version + 1 not in {migration.version for migration in migrations}:
        return f"its schema, version {version}, is too old"
    return ""


def migrate(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Bring the database to the newest version; must be inside a transaction."""
    version = version_of(facts_of(connection)) or 0  # another process may have done it meanwhile
    for migration in sorted(migrations, key=lambda migration: migration.version):
        if migration.version > version:
            execute_all(connection, migration.statements)
    execute_all(connection, renewed_views(connection))
    connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(newest_version(migrations)),))


def renewed_views(connection: Connection) -> list[str]:
    """The statements that replace all views."""
    old = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'v\\_%' ESCAPE '\\'")
    return [*[f"DROP VIEW {name}" for (name,) in old.fetchall()], *views()]


def facts_of(connection: Connection) -> dict[str, str]:
    """What `meta` says; {} when there is no such table, which is so for databases of others and for empty files."""
    try:
        return dict(connection.execute("SELECT key, value FROM meta").fetchall())
    except OperationalError as error:
        if str(error).startswith("no such"):
            return {}
        raise


def version_of(facts: dict[str, str]) -> int | None:
    """The schema's version; None when `facts` are not those of a database of redun."""
    version = facts.get("schema", "")
    return int(version) if version.isdecimal() else None


def execute_all(connection: Connection, statements: Iterable[str]) -> None:
    """Execute each of `statements`."""
    for statement in statements:
        connection.execute(statement)

"""The schema in a Postgres database: who makes it, who brings it up to date, and who may not."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.errors import StoreError
from redo_py.store.postgres.migrations import NEWEST
from redo_py.store.postgres.store import PostgresStore
from tests.conformance.store_suite import call, digest, latest, seen, trace, value
from tests.parts.postgres import Postgres

PLACE = b"a folder"
FIRST = Path(__file__).parent / "older" / "postgres_1.sql"
ROWS = """
    INSERT INTO redo_py.value VALUES ({1}, 'plain', 'content', '');
    INSERT INTO redo_py.call VALUES ({2}, 'task', {3}, '', {1}, NULL);
    INSERT INTO redo_py.trace VALUES ({5}, {6}, {1}, {2}, '6', 'made', 1.0);
    INSERT INTO redo_py.latest VALUES ('a folder', 'origin #2', {2}, {5}, '', {9}, 0);
"""
SHAPE = """
    SELECT 'column', table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'redo_py'
    UNION SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'redo_py'
    UNION SELECT 'view', viewname, definition, '', '', '' FROM pg_views WHERE schemaname = 'redo_py'
"""


@pytest.fixture
def fresh(postgres: Postgres) -> str:
    """The address of a database that nobody has used."""
    return postgres.new_database()


def executed(address: str, text: str) -> None:
    """Have the server execute statements."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(text)


def answer(address: str, query: str) -> list[Any]:
    """The rows of an answer, in order."""
    with psycopg.connect(address) as connection:
        return sorted(connection.execute(query).fetchall())


@pytest.fixture
def older(fresh: str) -> str:
    """The address of a database with the first version of the schema, and something in it."""
    cells = {str(number): f"'\\x{digest(number).hex()}'" for number in range(10)}
    rows = ROWS
    for number, cell in cells.items():
        rows = rows.replace(f"{{{number}}}", cell)
    executed(fresh, FIRST.read_text() + rows)
    return fresh


def user(address: str, *grants: str) -> str:
    """The address for a new user who may do no more than `grants` say."""
    name = f"u{uuid.uuid4().hex}"
    executed(
        address, "".join(f"{text};" for text in (f"CREATE ROLE {name} LOGIN", *(f"{g} TO {name}" for g in grants)))
    )
    return address.replace("redun@", f"{name}@")


OLDER = """\
the schema redo_py of the database DATABASE was made by an older redun, and this user may not bring it up to date: """


def told(error: pytest.ExceptionInfo[StoreError]) -> str:
    """The headline of what went wrong, whatever the database is called."""
    return re.sub(r"postgresql:///\w+", "DATABASE", error.value.headline)


READS = ("GRANT USAGE ON SCHEMA redo_py", "GRANT SELECT ON ALL TABLES IN SCHEMA redo_py")


def test_of_those_that_come_first_one_makes_the_schema(fresh: str):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: PostgresStore(fresh, PLACE, Clock()), range(8)))
        list(pool.map(lambda each: each[1].write([value(each[0])]), enumerate(stores)))
    assert stores[0].counts()["value"] == 8
    for store in stores:
        store.close()


def test_of_those_that_come_to_an_older_schema_one_brings_it_up_to_date(older: str, postgres: Postgres):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda each: PostgresStore(older, PLACE, Clock(), reading=bool(each % 2)), range(8)))
    assert [seen(store.lookup([digest(5)])[0]) for store in stores] == [[6]] * 8
    stores[0].write([value(3), call(4), latest("origin", 4, number=2), trace(5, 7, 2.0)])
    assert seen(stores[0].lookup([digest(5)])[0]) == [7, 6]
    assert [found is None for found in stores[0].latest([("origin", 1), ("origin", 2)])] == [True, False]
    for store in stores:
        store.close()
    newest = postgres.new_database()
    PostgresStore(newest, PLACE, Clock()).close()
    assert answer(older, SHAPE) == answer(newest, SHAPE), "as one that is made now"
    assert answer(older, "SELECT * FROM redo_py.meta") == answer(newest, "SELECT * FROM redo_py.meta")


def test_what_cannot_be_brought_up_to_date_stays_as_it_was(older: str):
    executed(older, "DROP INDEX redo_py.latest_place_sha256_idx")
    before = answer(older, SHAPE)
    with pytest.raises(StoreError, match=r"cannot be read or written: index .* does not exist"):
        PostgresStore(older, PLACE, Clock())
    assert answer(older, SHAPE) == before
    assert answer(older, "SELECT value FROM redo_py.meta WHERE key = 'schema'") == [("1",)]


def test_who_may_only_read_cannot_bring_it_up_to_date(older: str):
    for reading in (True, False):
        with pytest.raises(StoreError) as error:
            PostgresStore(user(older, *READS), PLACE, Clock(), reading=reading)
        assert told(error).startswith(f"{OLDER}must be owner of view v_")
    assert answer(older, "SELECT value FROM redo_py.meta WHERE key = 'schema'") == [("1",)]


def test_a_reader_makes_nothing(fresh: str):
    with pytest.raises(StoreError, match="nothing is recorded in the database postgresql:///db"):
        PostgresStore(fresh, PLACE, Clock(), reading=True)
    assert answer(fresh, "SELECT nspname FROM pg_namespace WHERE nspname = 'redo_py'") == []


@pytest.mark.parametrize(
    ("key", "text", "headline"),
    [
        ("schema", str(NEWEST + 1), "the schema redo_py of the database DATABASE was made by a newer redun"),
        ("schema", "odd", "the schema redo_py of the database DATABASE was made by another version of redun"),
        ("encoding", "0", "the schema redo_py of the database DATABASE was made by another version of redun"),
    ],
)
def test_a_schema_of_another_version_is_left_alone(fresh: str, key: str, text: str, headline: str):
    PostgresStore(fresh, PLACE, Clock()).close()
    executed(fresh, f"UPDATE redo_py.meta SET value = '{text}' WHERE key = '{key}'")
    with pytest.raises(StoreError) as error:
        PostgresStore(fresh, PLACE, Clock())
    assert told(error) == headline
    assert answer(fresh, f"SELECT value FROM redo_py.meta WHERE key = '{key}'") == [(text,)]


def test_who_may_make_no_schema(fresh: str):
    with pytest.raises(StoreError) as error:
        PostgresStore(user(fresh), PLACE, Clock())
    wanted = "the user may not do what is needed in the database DATABASE: permission denied for database "
    assert told(error).startswith(wanted)


def test_who_may_read_reads(fresh: str):
    store = PostgresStore(fresh, PLACE, Clock())
    store.write([value(1), call(2), trace(5, 6, 1.0)])
    store.close()
    executed(fresh, "UPDATE redo_py.trace SET used = 0")
    reader = PostgresStore(user(fresh, *READS), PLACE, Clock(), reading=True)
    assert [seen(traces) for traces in reader.lookup([digest(5)])] == [[6]]
    reader.close()
    writer = PostgresStore(user(fresh, *READS), PLACE, Clock())
    with pytest.raises(StoreError, match=r"the user may not do .* permission denied for table value"):
        writer.write([value(2)])
    writer.close()
    with pytest.raises(StoreError, match=r"the user may not do .* permission denied for schema redo_py"):
        PostgresStore(user(fresh), PLACE, Clock(), reading=True)

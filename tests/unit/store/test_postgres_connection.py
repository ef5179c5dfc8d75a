"""The connection to a Postgres database: how it is made, and what is lost when it breaks, which is nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.errors import StoreError
from redo_py.records import CALL, TABLES
from redo_py.store.postgres import connection as opened
from redo_py.store.postgres.store import PostgresStore
from tests.conformance.store_suite import call, digest, trace, value
from tests.parts.postgres import DYING, Postgres

PLACE = b"a folder"
LOST = "the connection to the database DATABASE was lost, and is made again: "


@pytest.fixture
def fresh(postgres: Postgres) -> str:
    """The address of a database that nobody has used."""
    return postgres.new_database()


@pytest.fixture
def told() -> list[str]:
    """What the user was told."""
    return []


@pytest.fixture
def store(fresh: str, told: list[str]) -> Iterator[PostgresStore]:
    """A store in that database."""
    with closing(PostgresStore(fresh, PLACE, Clock(), notice=told.append)) as store:
        yield store


def break_connections(address: str, database: str | None = None) -> None:
    """Have the server end all connections to `database`, by default that of `address`, but this one."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
            "WHERE datname = coalesce(%s, current_database()) AND pid <> pg_backend_pid()",
            [database],
        )


def test_a_connection_that_breaks_is_made_again(fresh: str, store: PostgresStore, told: list[str]):
    store.write([value(1)])
    for broken in (lambda: store.values([digest(1)]), lambda: store.write([value(2)])):
        break_connections(fresh)
        broken()
    assert store.counts()["value"] == 2
    assert len(told) == 2, "once for each time"
    assert re.sub(r"postgresql:///\w+", "DATABASE", told[0]).startswith(LOST)


def test_a_connection_that_breaks_in_the_middle_of_a_flush(fresh: str, store: PostgresStore, told: list[str]):
    with psycopg.connect(fresh, autocommit=True) as connection:
        connection.execute(DYING)
    store.write([value(1), call(2), trace(5, 6, 1.0), trace(7, 8, 1.0)])
    found = {table.name: len(list(store.rows(table))) for table in TABLES}
    assert {name: count for name, count in found.items() if count} == {"value": 1, "call": 1, "trace": 2}
    assert ["terminating connection" in text for text in told] == [True]


class Starter(Clock):
    """A clock that starts a server while somebody waits."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.pauses = 0

    def sleep(self, seconds: float) -> None:
        self.pauses += 1
        if self.pauses == 2:
            self.server.start()


def test_a_server_that_is_started_again(postgres: Postgres, fresh: str, told: list[str]):
    clock = Starter(postgres)
    store = PostgresStore(fresh, PLACE, clock, notice=told.append)
    store.write([value(1)])
    postgres.stop("fast")
    try:
        store.write([value(2), call(3)])
    finally:
        if clock.pauses < 2:
            postgres.start()
    assert store.values([digest(1), digest(2)]) == [("canonical", b"content")] * 2
    assert len(list(store.rows(CALL))) == 1
    assert (clock.pauses, len(told)) == (2, 1)
    store.close()


def test_a_connection_that_cannot_be_made_again(
    postgres: Postgres, fresh: str, store: PostgresStore, told: list[str], monkeypatch: pytest.MonkeyPatch
):
    """What was to be written is not said to be recorded."""
    with psycopg.connect(fresh) as connection:
        name = connection.info.dbname
    with psycopg.connect(postgres.address("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    break_connections(postgres.address("postgres"), name)
    monkeypatch.setattr(Clock, "sleep", lambda self, seconds: None)
    with pytest.raises(StoreError, match=r"cannot be reached: .*is not currently accepting connections"):
        store.write([value(1)])
    assert len(told) == 1


def test_poolers_and_silent_servers(fresh: str, store: PostgresStore):
    """Statements are not prepared, since the next transaction may be on another connection of a pooler; a server that
    answers nothing any more is noticed."""
    for _ in range(10):
        store.values([digest(1)])
    server = store._server
    prepared = server.transact(lambda connection: connection.execute("SELECT * FROM pg_prepared_statements").fetchall())
    assert prepared == []
    parameters = server.transact(lambda connection: connection.info.get_parameters())
    wanted = {"tcp_user_timeout": "30000", "keepalives_idle": "30", "connect_timeout": "10"}
    assert {name: parameters.get(name) for name in wanted} == wanted


def test_the_server_is_spoken_to_once_for_an_answer(store: PostgresStore):
    """It may be far away: no transaction is begun and ended for one question."""
    with pytest.raises(StoreError, match="LOCK TABLE can only be used in transaction blocks"):
        store._server.ask("LOCK TABLE redo_py.value", [])
    store._server.transact(lambda connection: connection.execute("LOCK TABLE redo_py.value"))


def test_locks_of_others_are_not_waited_for_without_end(fresh: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opened, "LOCKED_WITHIN", 1)
    store = PostgresStore(fresh, PLACE, Clock())
    with psycopg.connect(fresh) as other:
        other.execute("LOCK TABLE redo_py.value")
        with pytest.raises(StoreError, match="cannot be read or written: canceling statement due to lock timeout"):
            store.write([value(1)])
    store.write([value(1)])
    store.close()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda address: address.replace("/db", "/nodb"), "does not exist"),
        (lambda address: address.replace("?host=", "?host=/nowhere"), "No such file or directory"),
        (lambda address: address.replace("redun@", "nobody@"), 'role "nobody" does not exist'),
    ],
)
def test_a_database_that_cannot_be_reached(fresh: str, change: Callable[[str], str], reason: str):
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        PostgresStore(change(fresh), PLACE, Clock())
    assert reason in caught.value.headline


def test_psycopg_is_not_there(fresh: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    told = r"runs are recorded in the database postgresql:///db\w+, and psycopg, which speaks to it, is not installed"
    with pytest.raises(StoreError, match=told) as caught:
        PostgresStore(fresh, PLACE, Clock())
    assert caught.value.hint == "pip install 'redo-py[postgres]'"

"""Dropping what is old from a Postgres database, while others use it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from math import inf

import psycopg
import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.job_ids import job_id
from redo_py.records import ARGUMENT, CALL, EDGE, EXECUTION, JOB, LATEST, LEDGER, OUTPUT, TAG, TASK, VALUE
from redo_py.store.postgres import collecting
from redo_py.store.postgres.collecting import MARGIN, Collection
from redo_py.store.postgres.statements import CONTENTS, SCHEMA
from redo_py.store.postgres.store import PostgresStore
from redo_py.testing.holds import until
from tests.parts.postgres import Postgres
from tests.unit.store.test_collecting import digest, made, traces, used

NOW = time.time()
YEAR = 365 * 86400.0


@pytest.fixture
def address(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def store(address: str) -> Iterator[PostgresStore]:
    with closing(PostgresStore(address, b"place", Clock())) as store:
        yield store


def age(address: str, call: str = "", moment: float = 0.0) -> None:
    """Let `moment` be when what `made` has written for `call` was used last, or all that there is."""
    keys = {"call": digest(call), "value": digest(f"value {call}"), "trace": digest(f"eval {call}")}
    with psycopg.connect(address) as connection:
        for table in CONTENTS:
            if not call:
                connection.execute(f"UPDATE {SCHEMA}.{table.name} SET used = %s", [moment])
            elif table.name in keys:
                test = f"{table.key[0]} = %s"
                connection.execute(
                    f"UPDATE {SCHEMA}.{table.name} SET used = %s WHERE {test}", [moment, keys[table.name]]
                )


def collection(store: PostgresStore) -> Collection:
    """One of all that is older than now."""
    return Collection(store._server, NOW, (), inf)


def test_what_is_old_goes_with_all_its_rows(store: PostgresStore, address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(collecting, "PIECE", 1)
    made(store, "old", "a 1", "b 1", "c 1")
    job = bytes.fromhex(job_id(digest("old"), 0).replace("-", ""))
    tags = {"job": job, "execution": digest("old"), "value": digest("value a 1"), "task": digest("code")}
    store.write([(TAG, (entity, key, "k", "v")) for entity, key in tags.items()])
    store.write([(EDGE, (digest("b 1"), 0, digest("c 1"))), (TASK, (digest("other code"), "other", "", b""))])
    age(address)
    used(store, "new", "b 1", at=NOW)
    would = store.collect(NOW, (), inf, dry=True)
    counts = store.counts()
    found = store.collect(NOW, (), inf, dry=False)
    assert would.dropped == found.dropped
    assert traces(store) == sorted(found.products) == [b"made b 1", b"made c 1"]
    assert sorted(row[0] for row in store.rows(CALL)) == [digest("b 1"), digest("c 1")]
    assert {row[JOB.positions["origin"]] for row in store.rows(JOB, {"state": "ran"})} == {"b 1", "c 1"}
    assert (found.before["trace"], found.dropped["trace"], found.dropped["call"]) == (3, 1, 1)
    assert (found.before["output"], found.dropped["output"], found.dropped["execution"]) == (3, 1, 0)
    assert store.values([digest("value a 1"), digest("value b 1")]) == [None, ("plain", b"b 1")]
    assert store.latest([("a", 1)]) == [None]
    assert store.latest([("b", 1)])[0] is not None
    assert len(list(store.rows(LEDGER))) == 3
    assert {row[OUTPUT.positions["origin"]] for row in store.rows(OUTPUT)} == {"b 1", "c 1"}
    assert {row[0] for row in store.rows(ARGUMENT)} == {digest("b 1"), digest("c 1")}
    assert {row[0] for row in store.rows(TAG)} == {"execution", "task"}, "which stay"
    assert {name for name, count in counts.items() if count != store.counts()[name]} == {
        "job", "call", "argument", "value", "trace", "file_use", "latest", "output", "tag",
    }  # fmt: skip
    store.collect(NOW + YEAR, (), inf, dry=False)
    assert {name for name, count in store.counts().items() if count} == {"ledger", "task", "tag"}
    assert {row[0] for row in store.rows(TAG)} == {"task"}, "the newest code of each task stays"


def test_what_a_run_that_goes_on_has_written_or_met_stays(store: PostgresStore, address: str):
    begun = NOW - YEAR
    made(store, "before", "met", "unmet", at=1.0)
    made(store, "on", "own", at=begun, status="running")
    age(address)
    age(address, "met", begun - MARGIN / 2)
    store.collect(NOW, [digest("on")], begun, dry=False)
    assert traces(store) == [b"made met", b"made own"]
    assert sorted(row[0] for row in store.rows(EXECUTION)) == [digest("before"), digest("on")]


def test_what_is_asked_for_or_written_again_is_used(store: PostgresStore, address: str):
    made(store, "old", "asked", "written", "read", "unused")
    age(address)
    assert store.lookup([digest("eval asked")])[0]
    made(store, "new", "written", at=2.0)
    with closing(PostgresStore(address, b"place", Clock(), reading=True)) as reader:
        assert reader.lookup([digest("eval read")])[0]
    store.collect(NOW, (), inf, dry=False)
    assert traces(store) == [b"made asked", b"made written"]
    assert None not in store.values([digest("value asked"), digest("args asked"), digest("value written")])


def test_what_is_used_while_rows_go_stays(store: PostgresStore, address: str):
    made(store, "old", "asked", "written", "unused")
    age(address)
    late = collection(store)
    assert late.look().dropped["trace"] == 3
    with closing(PostgresStore(address, b"place", Clock())) as other:
        assert other.lookup([digest("eval asked")])[0]
        made(other, "new", "written", at=NOW)
        late.drop()
        assert traces(other) == [b"made asked", b"made written"]
        assert [len(found) for found in other.lookup([digest(f"eval {call}") for call in ("asked", "written")])] == [
            1,
            1,
        ]
        assert None not in other.values([digest("args written"), digest("in written")][:1])
        assert len(list(other.rows(CALL))) == 2


def test_a_row_that_is_just_being_marked_stays(store: PostgresStore, address: str):
    """Nobody has seen the mark yet when the row is to go."""
    made(store, "old", "a", "b")
    age(address)
    late = collection(store)
    late.look()
    with psycopg.connect(address) as other, ThreadPoolExecutor(1) as pool:
        other.execute(f"UPDATE {SCHEMA}.trace SET used = %s WHERE evaluation = %s", [NOW, digest("eval a")])
        dropped = pool.submit(late.drop)
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
        until(lambda: other.execute(waiting).fetchone() is not None, 60, "nothing waits for the row")
        other.commit()
        dropped.result()
    assert traces(store) == [b"made a"]


def test_an_interrupted_collection_is_finished_by_the_next(store: PostgresStore, address: str):
    made(store, "old", "a", "b")
    age(address)
    with psycopg.connect(address) as connection:  # what the first pieces of one leave
        connection.execute(f"DELETE FROM {SCHEMA}.trace; DELETE FROM {SCHEMA}.call; DELETE FROM {SCHEMA}.job")
    store.collect(NOW, (), inf, dry=False)
    left = {name for name, count in store.counts().items() if count}
    assert not left & {VALUE.name, EXECUTION.name}
    assert LATEST.name not in left or store.latest([("a", 1)]) == [None]

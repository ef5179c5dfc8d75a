"""Several processes on one database, and processes that are killed while they write."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.errors import StoreError
from redo_py.records import LEDGER, TABLES, VALUE, Record
from redo_py.store.sqlite import SqliteStore
from tests.conformance.store_suite import call, digest, trace, value
from tests.unit.store.forked import await_all, fork

ROWS = 40  # values in a batch of these tests


class Leaping(Clock):
    """A clock that is moved by sleeping only, and then far."""

    __slots__ = ("_now",)

    def __init__(self) -> None:
        self._now = 0.0

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += 20.0


def batch(writer: int, number: int) -> list[Record]:
    """What `writer` writes in one go: rows of its own, and rows that all writers have in common."""
    own = writer * 100_000_000 + number * 1000
    shared = 10**9 + number
    return [
        *[value(own + row) for row in range(ROWS)],
        (LEDGER, (f"path {writer} {number}", digest(own), 1, "shared name")),
        (LEDGER, (f"shared path {number}", digest(shared), 1, f"writer {writer}")),
        call(shared, f"task {number}"),
        trace(shared, shared + 1, float(number), value=own),
    ]


def assert_whole(store: SqliteStore, writer: int, number: int, acknowledged: bool) -> None:
    """The batch is there as a whole; or, if it was not acknowledged, not at all."""
    own = writer * 100_000_000 + number * 1000
    there = [found is not None for found in store.values([digest(own + row) for row in range(ROWS)])]
    there.append(store.ledger([f"path {writer} {number}"]) == [(digest(own), 1)])
    assert all(there) or not (acknowledged or any(there)), (writer, number, there)


def test_processes_make_and_fill_one_database(tmp_path: Path):
    path = str(tmp_path / ".redun" / "state.db")
    gate = tmp_path / "gate"

    def hammer(writer: int) -> None:
        while not gate.exists():
            time.sleep(0.001)
        end = time.monotonic() + 1.0
        store = SqliteStore(path, Clock(), pytest.fail)
        number = 0
        while time.monotonic() < end or number < 4:
            store.write(batch(writer, number))
            assert_whole(store, writer, number, acknowledged=True)
            assert len(store.lookup([digest(10**9 + number)])[0]) == 1
            number += 1
        store.close()
        (tmp_path / f"count {writer}").write_text(str(number))

    children = [fork(lambda writer=writer: hammer(writer)) for writer in range(4)]  # type: ignore[misc]
    gate.touch()
    assert await_all(children) == [0, 0, 0, 0]
    counts = [int((tmp_path / f"count {writer}").read_text()) for writer in range(4)]
    store = SqliteStore(path, Clock(), pytest.fail)
    for writer, count in enumerate(counts):
        for number in range(count):
            assert_whole(store, writer, number, acknowledged=True)
    rows = store.counts()
    store.close()
    assert rows["value"] == sum(counts) * ROWS
    assert rows["ledger"] == sum(counts) + max(counts)
    assert rows["call"] == rows["trace"] == max(counts)
    assert is_sound(path)


def test_processes_make_one_database_many_times(tmp_path: Path):
    rounds = 25
    gate = tmp_path / "gate"

    def make(writer: int) -> None:
        while not gate.exists():
            time.sleep(0.001)
        for number in range(rounds):
            store = SqliteStore(str(tmp_path / f"{number}.db"), Clock(), pytest.fail)
            store.write([value(writer)])
            store.close()

    children = [fork(lambda writer=writer: make(writer)) for writer in range(4)]  # type: ignore[misc]
    gate.touch()
    assert await_all(children) == [0, 0, 0, 0]
    for number in range(rounds):
        store = SqliteStore(str(tmp_path / f"{number}.db"), Clock(), pytest.fail)
        assert None not in store.values([digest(writer) for writer in range(4)])
        store.close()


def test_processes_set_one_damaged_database_aside_once(tmp_path: Path):
    path = tmp_path / "state.db"
    path.write_text("no database " * 1000)

    def open_and_write(writer: int) -> None:
        store = SqliteStore(str(path), Clock())
        store.write([value(writer)])
        store.close()

    children = [fork(lambda writer=writer: open_and_write(writer)) for writer in range(6)]  # type: ignore[misc]
    assert await_all(children) == [0] * 6
    assert sorted(os.listdir(tmp_path)) == ["state.db", "state.db.broken-1", "state.db.lock"]
    store = SqliteStore(str(path), Clock(), pytest.fail)
    assert None not in store.values([digest(writer) for writer in range(6)])
    store.close()


def test_killed_writer(tmp_path: Path):
    path = str(tmp_path / "state.db")
    chance = random.Random(11)
    acknowledged = []
    for writer in range(20):
        numbers = written_until_killed(path, writer, 3 * (writer % 2), chance.uniform(0.0, 0.05))
        store = SqliteStore(path, Clock(), pytest.fail)
        for number in numbers:
            assert_whole(store, writer, number, acknowledged=True)
        assert_whole(store, writer, len(numbers), acknowledged=False)
        store.close()
        acknowledged.append(len(numbers))
    assert sum(acknowledged) >= 30, acknowledged
    assert is_sound(path)


def written_until_killed(path: str, writer: int, least: int, seconds: float) -> list[int]:
    """The numbers of the batches that a process said it had written before it was killed, so many seconds after it had
    said that of the first `least`."""
    reading, writing = os.pipe()

    def write() -> None:
        store = SqliteStore(path, Clock(), pytest.fail)
        for number in range(10**9):  # until it is killed, however long that takes
            store.write(batch(writer, number))
            os.write(writing, b"%d\n" % number)

    child = fork(write)
    os.close(writing)
    with os.fdopen(reading) as lines:
        first = [int(lines.readline()) for _ in range(least)]
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        assert await_all([child]) == [-signal.SIGKILL]
        return first + [int(line) for line in lines]


def is_sound(path: str) -> bool:
    """Whether SQLite finds the whole file to be in order."""
    connection = sqlite3.connect(path)
    answer = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    return answer == [("ok",)]


def test_what_another_process_writes_is_seen(tmp_path: Path):
    stores = [SqliteStore(str(tmp_path / "state.db"), Clock()) for _ in range(2)]
    assert stores[0].lookup([digest(7)]) == [[]]
    stores[1].write([value(1), trace(7, 8, 1.0)])
    assert len(stores[0].lookup([digest(7)])[0]) == 1
    stores[0].write([trace(7, 9, 2.0), (LEDGER, ("a", digest(1), 1, "a"))])
    stores[1].write([trace(7, 10, 3.0), (LEDGER, ("a", digest(10), 1, "a"))])
    for store in stores:
        assert [int(found.discovered) for found in store.lookup([digest(7)])[0]] == [10, 9, 8]
        assert store.ledger(["a"]) == [(digest(10), 1)]
        store.close()


def test_integers_in_mind_are_forgotten_after_a_collection(tmp_path: Path):
    path = str(tmp_path / "state.db")
    store = SqliteStore(path, Clock())
    store.write([value(1), value(2)])
    collector = sqlite3.connect(path)
    with collector:
        collector.execute("DELETE FROM value")
        for table in ("digest", "fresh_digest"):
            collector.execute(f"DELETE FROM {table} WHERE digest = ?", (digest(1),))
        collector.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    collector.close()
    store.write([value(1)])
    store.close()
    again = SqliteStore(path, Clock())
    assert list(again.rows(VALUE)) == [value(1)[1]]
    again.close()


class TestLocked:
    def test_waits_for_the_other_one(self, tmp_path: Path):
        path = str(tmp_path / "state.db")
        store = SqliteStore(path, Clock())
        ready, told = os.pipe()

        def hold() -> None:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            os.write(told, b"x")
            time.sleep(0.6)
            other.execute("COMMIT")

        child = fork(hold)
        os.read(ready, 1)
        store.write([value(1)])
        assert await_all([child]) == [0]
        assert store.values([digest(1)]) == [("canonical", b"content")]
        store.close()

    def test_gives_up_in_the_end(self, tmp_path: Path):
        path = str(tmp_path / "two words.db")
        store = SqliteStore(path, Leaping())
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            store.write([value(1)])
        assert str(caught.value) == (
            f"redun: {path} has been locked by another process for 30 seconds\n"
            f"  hint: find it with `fuser '{path}'`; when it has ended, run redun again"
        )
        other.execute("ROLLBACK")
        other.close()
        store.write([value(2)])
        assert store.values([digest(1), digest(2)]) == [None, ("canonical", b"content")]
        store.close()

    def test_gives_up_opening_in_the_end(self, tmp_path: Path):
        path = str(tmp_path / "state.db")
        SqliteStore(path, Clock()).close()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="has been locked by another process for 30 seconds"):
            SqliteStore(path, Leaping(), pytest.fail)
        other.close()


def test_failing_disk_is_told_and_nothing_is_half_written(tmp_path: Path):
    path = str(tmp_path / "state.db")

    def write_too_much() -> None:
        store = SqliteStore(path, Clock())
        store.write([value(1)])
        size = os.path.getsize(f"{path}-wal") + 20_000
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        with pytest.raises(StoreError) as caught:
            store.write([value(number, b"x" * 5000) for number in range(2, 50)])
        assert str(caught.value) == (
            f"redun: {path} cannot be read or written: disk I/O error\n"
            "  hint: the disk or its connection fails; what was recorded before is as safe as the disk"
        )
        store.write([value(2)])
        assert None not in store.values([digest(1), digest(2)])

    assert await_all([fork(write_too_much)]) == [0]
    store = SqliteStore(path, Clock(), pytest.fail)
    assert store.counts()["value"] == 2
    store.close()
    assert is_sound(path)


class TestFullDisk:
    def test_is_told_and_nothing_is_half_written(self, tmp_path: Path):
        path = str(tmp_path / "state.db")
        store = SqliteStore(path, Clock())
        store.write([value(1)])
        limit = store._database.connection
        [(pages,)] = limit.execute("PRAGMA page_count").fetchall()
        limit.execute(f"PRAGMA max_page_count = {pages + 5}")
        many = [value(number, b"x" * 5000) for number in range(2, 50)]
        for _ in range(2):
            with pytest.raises(StoreError) as caught:
                store.write(many)
            assert str(caught.value) == (
                f"redun: no space left to write {path}\n"
                "  hint: make some space and run redun again: what was recorded before is kept"
            )
        assert store.counts()["value"] == 1
        limit.execute("PRAGMA max_page_count = 100000")
        store.write(many)
        assert store.counts()["value"] == 49
        assert [found and found[1] for found in store.values([digest(1), digest(49)])] == [b"content", b"x" * 5000]
        store.close()
        assert is_sound(path)


def test_other_thread_may_close(tmp_path: Path):
    from threading import Thread

    store = SqliteStore(str(tmp_path / "state.db"), Clock())
    store.write([value(1)])
    thread = Thread(target=store.close)
    thread.start()
    thread.join()
    assert os.listdir(tmp_path) != []
    assert not (tmp_path / "state.db-wal").exists()


def test_views_show_hex_and_texts(tmp_path: Path):
    path = str(tmp_path / "state.db")
    store = SqliteStore(path, Clock())
    store.write([call(171, "copy"), value(1)])
    store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT call, task FROM v_call").fetchall() == [("0" * 30 + "ab", "copy")]
    for table in TABLES:
        cursor = connection.execute(f"SELECT * FROM v_{table.name}")
        assert [column[0] for column in cursor.description] == [name.rstrip("?") for name, _ in table.columns]
    connection.close()

"""Whatever lies at the path: a database is opened, made, migrated, set aside or refused, and the user is told."""

from __future__ import annotations

import os
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.errors import StoreError
from redo_py.records import LATEST, TABLES
from redo_py.store.damage import identity_of, mark_damaged
from redo_py.store.migrations import MIGRATIONS, Migration, newest_version
from redo_py.store.opening import Opening
from redo_py.store.sqlite import SqliteStore
from tests.conformance.store_suite import call, digest, latest, trace, value
from tests.unit.store.forked import await_all, fork

NOBODY = 65534
EVALUATIONS = [digest(number) for number in range(1000, 1300)]


def filled(path: Path) -> None:
    """Make a database with some hundred traces at `path`."""
    store = SqliteStore(str(path), Clock())
    values = [value(number, b"content %d" % number) for number in range(300)]
    store.write([*values, *[trace(1000 + number, 5000 + number, 1.0, value=number) for number in range(300)]])
    store.close()


def opened(path: Path) -> tuple[SqliteStore, list[str]]:
    """The store at `path`, and what the user was told."""
    notices: list[str] = []
    return SqliteStore(str(path), Clock(), notices.append), notices


def truncated(size: int) -> Callable[[Path], None]:
    """Damage that leaves `size` bytes."""
    return lambda path: os.truncate(path, size)


def overwritten(start: int, length: int) -> Callable[[Path], None]:
    """Damage that overwrites `length` bytes at `start`."""

    def damage(path: Path) -> None:
        with open(path, "r+b") as file:
            file.seek(start)
            file.write(b"\xaa" * length)

    return damage


def foreign(path: Path) -> None:
    """Somebody else's database."""
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs(x)")


def executing(statement: str) -> Callable[[Path], None]:
    """What `statement` does to a database."""

    def damage(path: Path) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(statement)
        connection.close()

    return damage


TO_VERSION_6 = (  # addresses were texts
    "CREATE TABLE each AS SELECT origin, call, evaluation, discovered, execution, seq FROM latest",
    "DROP VIEW v_latest",
    "DROP TABLE latest",
    (
        "CREATE TABLE latest(origin INTEGER PRIMARY KEY, call INTEGER NOT NULL, evaluation INTEGER NOT NULL, "
        "discovered BLOB NOT NULL, execution INTEGER NOT NULL, seq INTEGER NOT NULL)"
    ),
    "INSERT INTO latest SELECT * FROM each",
    "DROP TABLE each",
    "UPDATE meta SET value = '6' WHERE key = 'schema'",
)
TO_VERSION_1 = (  # takes away what came since
    *TO_VERSION_6,
    "CREATE TABLE each AS SELECT id, digest FROM digest",
    *[f"DROP TABLE {name}" for name in ("digest", "fresh_digest", "settled_digest")],
    "CREATE TABLE digest(id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE)",
    "INSERT INTO digest SELECT id, digest FROM each",
    "DROP TABLE each",
    "DELETE FROM meta WHERE key = 'settled'",
    *[f"DROP VIEW v_{name}" for name in ("execution", "job", "call", "origin", "failure", "handle", "handle_edge")],
    *[f"DROP TABLE {name}" for name in ("origin", "failure", "handle", "handle_edge")],
    "DROP INDEX call_result",
    "ALTER TABLE call DROP COLUMN result",
    "ALTER TABLE execution DROP COLUMN process",
    "ALTER TABLE job DROP COLUMN cpu",
    "ALTER TABLE job DROP COLUMN memory",
    "DROP INDEX job_ran",
    "UPDATE meta SET value = '1' WHERE key = 'schema'",
)


UNUSABLE = [
    (truncated(0), "it is empty"),
    (truncated(50), "database disk image is malformed"),
    (truncated(4096), "database disk image is malformed"),
    (truncated(60_001), "database disk image is malformed"),
    (overwritten(0, 16), "file is not a database"),
    (overwritten(100, 2000), "database disk image is malformed"),
    (lambda path: path.write_text("Dear diary, " * 99), "file is not a database"),
    (foreign, "it is not a database of redun"),
    (executing("DROP TABLE meta"), "it is not a database of redun"),
    (executing("UPDATE meta SET value = 'x' WHERE key = 'schema'"), "it is not a database of redun"),
    (executing("UPDATE meta SET value = '0' WHERE key = 'schema'"), "its schema, version 0, is too old"),
    (executing("UPDATE meta SET value = '99' WHERE key = 'encoding'"), "it was made with another way of hashing"),
    (executing("UPDATE meta SET value = 'md5' WHERE key = 'algorithm'"), "it was made with another way of hashing"),
]


class TestUnusable:
    @pytest.mark.parametrize(("damage", "reason"), UNUSABLE)
    def test_is_set_aside_and_said_once(self, tmp_path: Path, damage: Callable[[Path], None], reason: str):
        path = tmp_path / "state.db"
        filled(path)
        damage(path)
        store, notices = opened(path)
        assert notices == [f"{path} was set aside as state.db.broken-1: {reason}; starting with an empty one"]
        assert sum(store.counts().values()) == 0
        store.write([value(1)])
        store.close()
        again, notices = opened(path)
        assert (again.values([digest(1)]), notices) == ([("canonical", b"content")], [])
        again.close()
        assert sorted(os.listdir(tmp_path)) == ["state.db", "state.db.broken-1", "state.db.lock"]

    def test_companions_go_along_and_numbers_go_up(self, tmp_path: Path):
        path = tmp_path / "state.db"
        for number in (1, 2):
            path.write_bytes(b"no database %d" % number)
            Path(f"{path}-wal").write_bytes(b"its log")
            Path(f"{path}-shm").write_bytes(b"its memory")
            mark_damaged(str(path), identity_of(str(path)))  # or SQLite would remove the log itself
            store, notices = opened(path)
            store.close()
            assert len(notices) == 1
            aside = Path(f"{path}.broken-{number}")
            assert aside.read_bytes() == b"no database %d" % number
            assert Path(f"{aside}-wal").read_bytes() == b"its log"
            assert Path(f"{aside}-shm").read_bytes() == b"its memory"

    def test_log_of_a_database_that_is_gone_is_not_played(self, tmp_path: Path):
        path = tmp_path / "state.db"
        old = SqliteStore(str(path), Clock())
        old.write([value(1)])
        log = Path(f"{path}-wal").read_bytes()
        assert log
        old.close()
        path.unlink()
        Path(f"{path}-wal").write_bytes(log)
        store, notices = opened(path)
        assert (store.values([digest(1)]), notices) == ([None], [])
        store.close()

    def test_half_made_one_is_replaced(self, tmp_path: Path):
        path = tmp_path / "state.db"
        Path(f"{path}.new").write_bytes(b"a process was killed here")
        store, notices = opened(path)
        store.close()
        assert notices == []
        assert sorted(os.listdir(tmp_path)) == ["state.db", "state.db.lock"]


class TestFoundLater:
    """Damage that opening does not see."""

    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            ("UPDATE value SET bytes = x'00'", "a value does not fit its seal"),
            ("UPDATE value SET bytes = 'a text'", "a cell has the wrong type"),
            (
                "UPDATE digest SET digest = hex(digest) WHERE id IN (SELECT call FROM trace)",
                "a cell has the wrong type",
            ),
            (
                "UPDATE value SET format = CAST(x'ff' AS TEXT)",
                "Could not decode to UTF-8 column 'format' with text '\ufffd'",
            ),
            ("UPDATE value SET format = 'pickle'", "a value does not fit its seal"),
            ("UPDATE trace SET value = value + 1", "a trace does not fit its seal"),
            ("UPDATE trace SET discovered = x''", "a trace does not fit its seal"),
            ("UPDATE trace SET evaluation = evaluation + 1 WHERE value % 2", "a trace does not fit its seal"),
            ("DELETE FROM digest WHERE id IN (SELECT call FROM trace)", "a digest is missing"),
            ("DROP TABLE trace", "no such table: trace"),
        ],
    )
    def test_is_told_and_the_next_opening_starts_afresh(self, tmp_path: Path, statement: str, reason: str):
        path = tmp_path / "state.db"
        filled(path)
        executing(statement)(path)
        store, notices = opened(path)
        with pytest.raises(StoreError) as caught:
            store.lookup(EVALUATIONS)
        assert str(caught.value) == (
            f"redun: {path} is damaged: {reason}\n"
            "  hint: run redun again: it will set the file aside, start with an empty one and make anew what is needed"
        )
        store.close()
        assert notices == []
        afresh, notices = opened(path)
        assert notices == [
            f"{path} was set aside as state.db.broken-1: damage was found in it; starting with an empty one"
        ]
        assert afresh.lookup(EVALUATIONS) == [[]] * len(EVALUATIONS)
        afresh.close()

    def test_ledger_is_sealed(self, tmp_path: Path):
        from redo_py.records import LEDGER

        path = tmp_path / "state.db"
        store = SqliteStore(str(path), Clock())
        store.write([(LEDGER, ("a", digest(1), 1, "a")), (LEDGER, ("b", digest(2), 1, "b"))])
        store.close()
        executing("UPDATE ledger SET content = (SELECT max(content) FROM ledger)")(path)
        store, _ = opened(path)
        assert store.ledger(["b"]) == [(digest(2), 1)]
        with pytest.raises(StoreError, match="an entry of the ledger does not fit its seal"):
            store.ledger(["a"])
        store.close()

    def test_mark_of_another_file_is_not_believed(self, tmp_path: Path):
        path = tmp_path / "state.db"
        filled(path)
        Path(f"{path}.damaged").write_text("1:1")
        store, notices = opened(path)
        assert notices == []
        assert all(store.lookup(EVALUATIONS))
        store.close()

    def test_flipped_bytes_never_give_a_wrong_answer(self, tmp_path: Path):
        good = tmp_path / "good.db"
        filled(good)
        content = good.read_bytes()
        chance = random.Random(7)
        ends = {"right": 0, "missing": 0, "told": 0, "set aside": 0}
        for number in range(60):
            path = tmp_path / f"{number}" / "state.db"
            path.parent.mkdir()
            damaged = bytearray(content)
            for _ in range(chance.choice([1, 1, 10, 200])):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            path.write_bytes(damaged)
            ends[self.end_of(path)] += 1
        assert ends["told"] + ends["set aside"] > 5, ends
        assert ends["right"] + ends["missing"] > 5, ends

    def end_of(self, path: Path) -> str:
        """What became of the answers from the database at `path`; fails if one is wrong."""
        store, notices = opened(path)
        try:
            answers = store.lookup(EVALUATIONS)
        except StoreError as error:
            return "told" if error.code == "store-damaged" else error.code
        finally:
            store.close()
        for number, traces in enumerate(answers):
            for found in traces:
                assert (found.value, found.value_bytes) == (digest(number), b"content %d" % number)
                assert (found.call, found.discovered) == (digest(2), b"%d" % (5000 + number))
        if notices:
            return "set aside"
        return "right" if all(answers) else "missing"


class TestVersions:
    STEPS = (
        Migration(1, ["ALTER TABLE tag RENAME COLUMN word TO key"]),
        Migration(2, ["CREATE TABLE extra(x INTEGER)", "INSERT INTO extra VALUES (7)"]),
    )

    def version_0(self, path: Path) -> None:
        """What an older redun might have made."""
        filled(path)
        for statement in (
            "DROP VIEW v_tag",
            "ALTER TABLE tag RENAME COLUMN key TO word",
            "CREATE VIEW v_gone AS SELECT 1",
            "UPDATE meta SET value = '0' WHERE key = 'schema'",
        ):
            executing(statement)(path)

    def schema(self, path: Path) -> tuple[str, set[str]]:
        connection = sqlite3.connect(path)
        [(version,)] = connection.execute("SELECT value FROM meta WHERE key = 'schema'")
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        connection.close()
        return version, names

    def test_older_one_is_migrated(self, tmp_path: Path):
        path = tmp_path / "state.db"
        self.version_0(path)
        store = SqliteStore(str(path), Clock(), pytest.fail, self.STEPS)
        assert all(store.lookup(EVALUATIONS))
        assert list(store.rows(TABLES[-1])) == []
        store.close()
        version, names = self.schema(path)
        assert version == "2"
        assert {"extra", "v_tag", "v_job"} <= names
        assert "v_gone" not in names
        SqliteStore(str(path), Clock(), pytest.fail, self.STEPS).close()  # and a second time nothing happens

    def test_one_of_the_first_version_becomes_as_a_new_one(self, tmp_path: Path):
        path, fresh = tmp_path / "state.db", tmp_path / "fresh.db"
        filled(path)
        SqliteStore(str(fresh), Clock(), pytest.fail).close()
        for statement in TO_VERSION_1:
            executing(statement)(path)
        assert self.statements(path) != self.statements(fresh)
        store = SqliteStore(str(path), Clock(), pytest.fail)
        assert all(store.lookup(EVALUATIONS))
        store.close()
        assert self.statements(path) == self.statements(fresh)
        assert self.schema(path)[0] == str(newest_version(MIGRATIONS))

    def test_addresses_that_were_texts(self, tmp_path: Path):
        path = tmp_path / "state.db"
        texts = [
            "a",
            "a #2",
            "a #10",
            "a #1",
            "a #03",
            "a # 4",
            "b #2",
            "a #2 of b",
            "a #2 of b #3",
            "7",
            "é \ud800 #2",
        ]
        old = SqliteStore(str(path), Clock(), pytest.fail)
        for place, text in enumerate(texts, 20):
            old.write([call(place, text), latest(text, place)])
        old.close()
        for statement in TO_VERSION_6:
            executing(statement)(path)
        store = SqliteStore(str(path), Clock(), pytest.fail)
        numbered = {"a #2": ("a", 2), "a #10": ("a", 10), "a #2 of b #3": ("a #2 of b", 3)}
        addresses = [numbered.get(text, (text, 1)) for text in texts]
        assert [found and found.task for found in store.latest(addresses)] == texts
        assert len(list(store.rows(LATEST))) == len(texts)
        store.close()

    def test_migrations_use_nothing_that_old_versions_do_not_have(self):
        statements = " ".join(str(statement) for migration in MIGRATIONS for statement in migration.statements)
        assert re.findall(r"(?i)\b(?:iif|returning|drop column|strict)\b", statements) == []

    def statements(self, path: Path) -> list[str]:
        """What the database at `path` was made by."""
        with sqlite3.connect(path) as connection:
            found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
        return [statement for (statement,) in found]

    def test_new_one_needs_no_step(self, tmp_path: Path):
        path = tmp_path / "state.db"
        SqliteStore(str(path), Clock(), pytest.fail, self.STEPS).close()
        assert self.schema(path)[0] == "2"

    def test_failing_step_leaves_the_old_one(self, tmp_path: Path):
        path = tmp_path / "state.db"
        self.version_0(path)
        before = self.schema(path)
        broken = (self.STEPS[0], Migration(2, ["CREATE TABLE extra(x)", "INSERT INTO extra VALUES (no_function())"]))
        with pytest.raises(StoreError, match="no such function"):
            SqliteStore(str(path), Clock(), pytest.fail, broken)
        assert self.schema(path) == before

    def test_newer_one_is_refused_and_not_touched(self, tmp_path: Path):
        path = tmp_path / "state.db"
        filled(path)
        executing("UPDATE meta SET value = '9' WHERE key = 'schema'")(path)
        before = path.read_bytes()
        for _ in range(2):
            with pytest.raises(StoreError) as caught:
                SqliteStore(str(path), Clock(), pytest.fail)
            assert str(caught.value) == (
                f"redun: {path} was made by a newer redun\n"
                "  its schema  9\n"
                f"  known here  {newest_version(MIGRATIONS)}\n"
                f"  hint: nothing was changed: install that version here as well, or move {path} away to start with an "
                "empty one"
            )
        assert path.read_bytes() == before
        assert sorted(os.listdir(tmp_path)) == ["state.db", "state.db.lock"]


class TestPlaces:
    @pytest.mark.parametrize(
        "name", ["two words", "50%", "what?", "#1", "it's", 'a"b', "new\nline", "naïve", "odd \udcff", "file:x?mode=ro"]
    )
    def test_any_name(self, tmp_path: Path, name: str):
        path = os.path.join(str(tmp_path), name, "deeper", name)
        for expected in ([None], [("canonical", b"content")]):
            store = SqliteStore(path, Clock(), pytest.fail)
            assert store.values([digest(1)]) == expected
            store.write([value(1)])
            store.close()
        assert sorted(os.listdir(os.path.dirname(path))) == sorted([name, f"{name}.lock"])

    def test_relative_path_survives_a_change_of_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.chdir(tmp_path)
        store = SqliteStore("state.db", Clock(), pytest.fail)
        monkeypatch.chdir("/")
        store.write([value(1)])
        assert store.values([digest(1)]) == [("canonical", b"content")]
        store.close()

    def test_folder_in_its_place(self, tmp_path: Path):
        (tmp_path / "state.db").mkdir()
        with pytest.raises(StoreError, match=r"state\.db cannot be opened: unable to open database file"):
            SqliteStore(str(tmp_path / "state.db"), Clock())

    def test_file_in_place_of_its_folder(self, tmp_path: Path):
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match=r"state\.db cannot be opened: a file is where its folder should be"):
            SqliteStore(str(tmp_path / "file" / "state.db"), Clock())


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users may enter: not below the one of pytest, which any pytest that starts closes to them."""
    with TemporaryDirectory(prefix="shared-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


class TestNoPermission:
    def attempt(self, work: Callable[[], object], path: Path) -> None:
        """Do `work`, which must fail because `path` cannot be written, as a user who may not."""

        def as_nobody() -> None:
            with pytest.raises(StoreError) as caught:
                work()
            assert str(caught.value) == (
                f"redun: {path} cannot be written\n"
                "  hint: redun records there what it does: "
                "give yourself write permission to the file and to its folder"
            )

        assert await_all([fork(as_nobody, NOBODY if os.geteuid() == 0 else None)]) == [0]

    def test_folder_for_a_new_one(self, shared_folder: Path):
        shared_folder.chmod(0o555)
        path = shared_folder / "state.db"
        self.attempt(lambda: SqliteStore(str(path), Clock()), path)
        inner = shared_folder / ".redun" / "state.db"
        self.attempt(lambda: SqliteStore(str(inner), Clock()), inner)

    def test_file(self, shared_folder: Path):
        path = shared_folder / "state.db"
        filled(path)
        path.chmod(0o444)
        shared_folder.chmod(0o777)
        self.attempt(lambda: SqliteStore(str(path), Clock()).write([value(1000)]), path)

    def test_file_and_folder(self, shared_folder: Path):
        path = shared_folder / "state.db"
        filled(path)
        path.chmod(0o444)
        shared_folder.chmod(0o555)
        self.attempt(lambda: SqliteStore(str(path), Clock()).write([value(1000)]), path)

    def test_file_that_cannot_be_read(self, shared_folder: Path):
        path = shared_folder / "state.db"
        filled(path)
        path.chmod(0o000)
        shared_folder.chmod(0o555)
        self.attempt(lambda: SqliteStore(str(path), Clock()), path)


class TestNetwork:
    def test_new_one_has_no_log_and_it_is_said_once(self, tmp_path: Path):
        path = tmp_path / "state.db"
        self.open_on_network(path, [self.told(path)])
        self.open_on_network(path, [])

    def test_one_that_moved_there_loses_its_log(self, tmp_path: Path):
        path = tmp_path / "state.db"
        filled(path)
        self.open_on_network(path, [self.told(path)])
        self.open_on_network(path, [])
        store, notices = opened(path)
        assert notices == []
        assert all(store.lookup(EVALUATIONS))
        store.close()

    def told(self, path: Path) -> str:
        return (
            f"{path} is on a network file system, or a similar one: it goes without a write-ahead log, which is slower"
        )

    def open_on_network(self, path: Path, expected: list[str]) -> None:
        notices: list[str] = []
        database = Opening(
            str(path), Clock(), notices.append, on_network=lambda folder: folder == str(path.parent)
        ).database()
        assert database.connection.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
        database.close()
        assert notices == expected

"""From a path to a database that can be used, whatever lies there.

A good database is opened without a lock. Making one and setting a damaged one aside happen under a lock on a file
beside it and start by looking again, so that of several processes one does it. A new database is made under another
name and renamed: a half-made one is never seen.
"""

from __future__ import annotations

import os
from _sqlite3 import connect

from redo_py.ground.errors import StoreError
from redo_py.store.damage import clear_companions, clear_mark, is_marked, set_aside
from redo_py.store.database import SQLITE_WAIT, Database, patiently
from redo_py.store.lock import OpeningLock, told_by_system
from redo_py.store.migrations import MIGRATIONS, create, facts_of, migrate, newest_version, version_of, what_is_wrong
from redo_py.store.mounts import is_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Callable, Sequence

    from redo_py.ground.clock import Clock
    from redo_py.store.migrations import Migration

SETTINGS = (
    "PRAGMA synchronous = NORMAL",  # a power cut may cost the last batches, never the database
    "PRAGMA cache_size = -65536",  # 64 MB at most
    "PRAGMA wal_autocheckpoint = 8192",  # pages: a checkpoint waits for the disk, so not in the middle of a small build
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",  # the file may come from somebody else
    "PRAGMA cell_size_check = ON",  # meet damage earlier
)
WHILE_MAKING = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")  # a half-made one is thrown away anyway


class Unusable(Exception):
    """What lies at the path is no database for us; the text says why, and is empty when nothing lies there."""


class Opening:
    """One request to open the database at `path`; see `database`."""

    __slots__ = ("_clock", "_migrations", "_notice", "_on_network", "_path")

    def __init__(
        self,
        path: str,
        clock: Clock,
        notice: Callable[[str], None],
        migrations: Sequence[Migration] = MIGRATIONS,
        on_network: Callable[[str], bool] = is_network,
    ) -> None:
        self._path = os.path.abspath(path)
        self._clock = clock
        self._notice = notice
        self._migrations = migrations
        self._on_network = on_network  # whether a folder is on a network file system

    def database(self) -> Database:
        """The database, made or migrated if need be. `notice` is told what the user should know. Raises StoreError."""
        try:
            return self._as_it_is()
        except Unusable:
            return self._with_lock()
        except StoreError as error:
            if error.code != "store-unreachable":
                raise
            return self._with_lock()  # another process may just have set it aside

    def for_reading(self) -> Database:
        """The database for somebody who only reads: nothing is made or set aside, and an older one is migrated only if
        it can be written. Raises StoreError."""
        try:
            return self._for_reading()
        except Unusable as unusable:
            raise StoreError("store-unusable", path=self._path, reason=str(unusable) or "it is gone") from unusable

    def _for_reading(self) -> Database:
        self._look_at_file()
        if os.access(self._path, os.W_OK):
            try:
                return self._as_it_is()
            except StoreError as error:
                if error.code not in ("store-read-only", "store-unreachable"):
                    raise
        # Opened as usual, SQLite would leave files beside it that its owner cannot write.
        connection = patiently(self._clock, self._path, open_read_only, self._path)
        try:
            self._look_at_facts(connection)
        except BaseException:
            connection.close()
            raise
        return Database(self._path, connection, self._clock)

    def _look_at_facts(self, connection: Connection) -> None:
        """Raise Unusable or StoreError for a database that cannot be used as it is."""
        facts = patiently(self._clock, self._path, first_look, connection)
        wrong = what_is_wrong(facts, self._path, self._migrations)
        if wrong:
            raise Unusable(wrong)
        if version_of(facts) != newest_version(self._migrations):
            raise StoreError("store-older", path=self._path)

    def _as_it_is(self) -> Database:
        """What lies at the path; raises Unusable or StoreError."""
        self._look_at_file()
        connection = patiently(self._clock, self._path, connect_to, self._path, "rw")
        try:
            return self._checked(connection)
        except BaseException:
            connection.close()
            raise

    def _look_at_file(self) -> None:
        try:
            size = os.stat(self._path).st_size
        except FileNotFoundError:
            raise Unusable("") from None
        except OSError as error:
            raise told_by_system(self._path, error) from error
        if size == 0:
            raise Unusable("it is empty")
        if is_marked(self._path):
            raise Unusable("damage was found in it")

    def _checked(self, connection: Connection) -> Database:
        try:
            facts = patiently(self._clock, self._path, first_look, connection)
        except StoreError as error:
            if error.code == "store-damaged":
                raise Unusable(str(error.words["reason"])) from error
            raise
        wrong = what_is_wrong(facts, self._path, self._migrations)
        if wrong:
            raise Unusable(wrong)
        database = Database(self._path, connection, self._clock)
        if version_of(facts) != newest_version(self._migrations):
            database.write(migrate, self._migrations)
        self._suit_to_file_system(connection)
        return database

    def _suit_to_file_system(self, connection: Connection) -> None:
        """A write-ahead log needs memory shared by all processes, which machines do not share."""
        ((mode,),) = patiently(self._clock, self._path, journal_mode, connection)
        if mode == "wal" and self._on_network(os.path.dirname(self._path)):
            patiently(self._clock, self._path, connection.execute, "PRAGMA journal_mode = DELETE")
            self._notice(StoreError("store-without-wal", path=self._path).headline)

    def _with_lock(self) -> Database:
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with OpeningLock(self._path, self._clock):
                return self._after_all() or self._made()
        except OSError as error:
            raise told_by_system(self._path, error) from error

    def _after_all(self) -> Database | None:
        """What another process made while we waited for the lock; None once nothing is in the way of a new one."""
        try:
            return self._as_it_is()
        except Unusable as unusable:
            if str(unusable):
                aside = os.path.basename(set_aside(self._path))
                told = StoreError("store-set-aside", path=self._path, aside=aside, reason=str(unusable))
                self._notice(told.headline)
            return None

    def _made(self) -> Database:
        half_made = f"{self._path}.new"
        clear_companions(half_made)
        if os.path.lexists(half_made):
            os.unlink(half_made)
        patiently(self._clock, self._path, self._fill, half_made)
        clear_companions(self._path)
        clear_mark(self._path)
        os.rename(half_made, self._path)
        try:
            return self._as_it_is()
        except Unusable as unusable:
            raise StoreError("store-failing", path=self._path, reason=str(unusable)) from unusable

    def _fill(self, half_made: str) -> None:
        connection = connect_to(half_made, "rwc")
        try:
            for setting in WHILE_MAKING:
                connection.execute(setting)
            connection.execute("BEGIN")
            create(connection, self._migrations)
            connection.execute("COMMIT")
            self._choose_journal(connection)
        finally:
            connection.close()

    def _choose_journal(self, connection: Connection) -> None:
        network = self._on_network(os.path.dirname(self._path))
        ((mode,),) = connection.execute(f"PRAGMA journal_mode = {'DELETE' if network else 'WAL'}")
        if mode != "wal":
            self._notice(StoreError("store-without-wal", path=self._path).headline)


def connect_to(path: str, mode: str) -> Connection:
    """A connection in autocommit mode; `path` must be absolute, `mode` is that of SQLite's URIs."""
    # Calls come from one thread, but at exit another one may close it, hence check_same_thread.
    return connect(
        f"file://{escaped(path)}?mode={mode}",
        timeout=SQLITE_WAIT,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )


def open_read_only(path: str) -> Connection:
    """A connection that writes nothing; `path` must be absolute. Without a log beside it the file cannot be changing;
    with one, SQLite needs the memory that the processes share."""
    quiet = "" if os.path.exists(f"{path}-wal") else "&immutable=1"
    address = f"file://{escaped(path)}?mode=ro{quiet}"
    return connect(address, timeout=2.0, isolation_level=None, check_same_thread=False, uri=True)


def escaped(path: str) -> str:
    """`path` as it stands in a URI."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def first_look(connection: Connection) -> dict[str, str]:
    """Apply the settings and read `meta`. SQLite compares the file's length with its header on the way."""
    for setting in SETTINGS:
        connection.execute(setting)
    return facts_of(connection)


def journal_mode(connection: Connection) -> list[tuple[str]]:
    """How the database keeps its changes until they are whole."""
    return connection.execute("PRAGMA journal_mode").fetchall()

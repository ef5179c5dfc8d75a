"""One open SQLite database: patience with other processes, transactions, and what its errors mean to the user."""

from __future__ import annotations

from _sqlite3 import DatabaseError, Error  # the C half of sqlite3: half the time to import

from redo_py.ground.errors import StoreError
from redo_py.store.damage import Damage, identity_of, mark_damaged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Callable
    from typing import TypeVar

    from redo_py.ground.clock import Clock

    A = TypeVar("A")
    R = TypeVar("R")

PATIENCE = 30.0  # seconds to wait for other processes
NAP = 0.005  # seconds between two attempts, after SQLite's own short wait
SQLITE_WAIT = 0.25  # seconds that SQLite waits by itself; short, because signals are not seen meanwhile

# The primary result codes of SQLite that are told apart; its header calls them SQLITE_BUSY and so on.
PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, CONSTRAINT, NOTADB = (
    3,
    5,
    6,
    8,
    10,
    11,
    13,
    14,
    15,
    19,
    26,
)
CODES = {
    PERM: "store-read-only",
    READONLY: "store-read-only",
    IOERR: "store-failing",
    CORRUPT: "store-damaged",
    FULL: "store-full",
    CANTOPEN: "store-unreachable",
    NOTADB: "store-damaged",
}


class Database:
    """A connection and its path. A failed transaction leaves nothing open behind it."""

    __slots__ = ("_clock", "_connection", "_identity", "path")

    def __init__(self, path: str, connection: Connection, clock: Clock) -> None:
        self.path = path
        self._connection: Connection | None = connection
        self._clock = clock
        self._identity = identity_of(path)

    @property
    def connection(self) -> Connection:
        """The open connection; AssertionError after `close`."""
        if self._connection is None:
            raise AssertionError(f"{self.path} is closed")
        return self._connection

    def read(self, work: Callable[[Connection, A], R], argument: A) -> R:
        """What `work` gives, all from one state of the database; it may be called several times and must only read.

        Raises StoreError.
        """

        def attempt(connection: Connection) -> R:
            connection.execute("BEGIN")
            try:
                return work(connection, argument)
            finally:
                roll_back(connection)

        return self._guarded(attempt, self.connection)

    def write(
        self, work: Callable[[Connection, A], None], argument: A, undo: Callable[[], None] = lambda: None
    ) -> None:
        """Let `work` write in one transaction; `undo` follows each attempt that was rolled back. Raises StoreError."""

        def attempt(connection: Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            try:
                work(connection, argument)
                connection.execute("COMMIT")
            except BaseException:
                roll_back(connection)
                undo()
                raise

        self._guarded(attempt, self.connection)

    def alone(self, work: Callable[[Connection], None]) -> None:
        """Let `work` have the connection outside of any transaction. Raises StoreError."""
        self._guarded(work, self.connection)

    def close(self) -> None:
        """Close the connection; may be called twice, and from any thread."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _guarded(self, work: Callable[..., R], *arguments: object) -> R:
        try:
            return patiently(self._clock, self.path, work, *arguments)
        except Damage as damage:
            mark_damaged(self.path, self._identity)
            raise StoreError("store-damaged", path=self.path, reason=str(damage)) from damage
        except StoreError as error:
            if error.code == "store-damaged":
                mark_damaged(self.path, self._identity)
            raise


def patiently(clock: Clock, path: str, work: Callable[..., R], *arguments: object) -> R:
    """What `work` gives, tried again while another process is in the way. Raises StoreError."""
    deadline = clock.monotonic() + PATIENCE
    while True:
        try:
            return work(*arguments)
        except Error as error:
            if not is_busy(error):
                raise told(path, error) from error
            if clock.monotonic() >= deadline:
                raise busy(path) from error
        except UnicodeDecodeError as error:  # in a cell, or in a message that quotes one
            raise StoreError("store-damaged", path=path, reason="a text in it is no text") from error
        clock.sleep(NAP)


def roll_back(connection: Connection) -> None:
    """End the open transaction, if SQLite has not ended it by itself."""
    if connection.in_transaction:
        try:
            connection.execute("ROLLBACK")
        except DatabaseError:
            return  # the disk fails; the first error is the one to tell


def code_of(error: Error) -> int:
    """The primary result code; CORRUPT also for a table that is not there, for text that is no UTF-8 and for a header
    that no SQLite writes."""
    if "decode to UTF-8" in str(error) or str(error).startswith(("no such ", "unsupported file format")):
        return CORRUPT
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: Error) -> bool:
    """Whether the same again may succeed a moment later."""
    return code_of(error) in (BUSY, LOCKED, PROTOCOL)


def told(path: str, error: Error) -> Exception:
    """`error` for the user; for whoever wrote a wrong record; `error` itself if it is our own mistake."""
    if code_of(error) == CONSTRAINT:
        return ValueError(f"a record does not fit its table: {error}")
    code = CODES.get(code_of(error))
    return error if code is None else StoreError(code, path=path, reason=str(error))


def busy(path: str) -> StoreError:
    """The error after waiting in vain."""
    from shlex import quote

    return StoreError("store-busy", path=path, quoted=quote(path), seconds=PATIENCE)

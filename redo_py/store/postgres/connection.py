"""A connection to a Postgres database that is made again when it is lost."""

from __future__ import annotations

from redo_py.ground.errors import StoreError
from redo_py.store.postgres.migrations import FORBIDDEN, look_at_schema
from redo_py.store.postgres.statements import SCHEMA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    from psycopg import Connection, Error

    from redo_py.ground.clock import Clock

    R = TypeVar("R")

PAUSES = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before the attempts after the first: a server is started again
CONNECT_WITHIN = 10  # seconds
AGAIN = ("40001", "40P01")  # what the server says of transactions that were in each other's way
LOCKED_WITHIN = 30  # seconds to wait for others' locks, and for a server that has fallen silent


class Server:
    """The database at `address`, a URI of libpq; `user` and `password` count where they are not empty. With `reading`
    nothing is made in it. `notice` is told of connections that were lost. Raises StoreError."""

    __slots__ = ("_address", "_clock", "_connection", "_given", "_notice", "name", "reading")

    def __init__(
        self, address: str, user: str, password: str, clock: Clock, reading: bool, notice: Callable[[str], None]
    ) -> None:
        self._address = address
        self._given = {key: text for key, text in (("user", user), ("password", password)) if text}
        self._clock = clock
        self._notice = notice
        self.reading = reading
        self.name = shown(address)
        self._connection: Connection[Any] | None = None
        try:
            import psycopg  # noqa: F401  # an error that the user can mend, once, and here
        except ImportError:
            raise StoreError("database-without-psycopg", database=self.name) from None
        self._patiently(lambda _: None, ())

    def ask(self, query: str, cells: Any) -> list[tuple[Any, ...]]:
        """The rows of one answer, for which the server is spoken to once; see `transact`."""
        return self._patiently(lambda connection: connection.execute(query, cells, binary=True).fetchall(), PAUSES)

    def transact(self, work: Callable[[Connection[Any]], R]) -> R:
        """What `work` gives, in one transaction; it is called again if the connection was lost or others were in the
        way, so that what it writes must be the same when it is written twice. Raises StoreError; ValueError for records
        that do not fit their tables."""

        def whole(connection: Connection[Any]) -> R:
            with connection.transaction():
                return work(connection)

        return self._patiently(whole, PAUSES)

    def _patiently(self, work: Callable[[Connection[Any]], R], attempts: Iterable[float]) -> R:
        """What `work` gives, which is tried again after each pause of `attempts`."""
        from psycopg import Error, IntegrityError, InterfaceError, OperationalError

        pauses = iter(attempts)
        is_told = False
        while True:
            try:
                return work(self._open())
            except IntegrityError as error:
                raise ValueError(f"a record does not fit its table: {error}") from error
            except Error as error:
                is_lost = self._connection is None or self._connection.closed
                passing = (is_lost and isinstance(error, (OperationalError, InterfaceError))) or error.sqlstate in AGAIN
                pause = next(pauses, None) if passing else None
                if pause is None:
                    raise self._told(error) from error
                if is_lost and not is_told:
                    is_told = True
                    lost = StoreError("database-lost", database=self.name, reason=first_line(error))
                    self._notice(lost.headline)
                self._clock.sleep(pause)

    def close(self) -> None:
        """Give the connection back; may be called twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> Connection[Any]:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        import psycopg

        self._connection = None
        connection = psycopg.connect(
            self._address,
            connect_timeout=CONNECT_WITHIN,
            application_name="redun",
            autocommit=True,  # each transaction is begun by name
            prepare_threshold=None,  # poolers hand each transaction to another connection of theirs
            tcp_user_timeout=LOCKED_WITHIN * 1000,
            keepalives_idle=LOCKED_WITHIN,
            **self._given,  # type: ignore[arg-type]  # the parameters of libpq are texts
        )
        try:
            connection.execute(f"SET lock_timeout = {LOCKED_WITHIN * 1000}")
            look_at_schema(connection, self.name, self.reading)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _told(self, error: Error) -> StoreError:
        from psycopg import OperationalError

        code = "database-failing"
        if error.sqlstate in FORBIDDEN:
            code = "database-forbidden"
        elif self._connection is None and isinstance(error, OperationalError):
            code = "database-unreachable"
        return StoreError(code, database=self.name, schema=SCHEMA, reason=first_line(error))


def first_line(error: Error) -> str:
    """What the server, or libpq, says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def shown(address: str) -> str:
    """`address` for people: without what may be secret."""
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}"

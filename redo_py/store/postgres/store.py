"""The store in Postgres: the same answers as the one in SQLite, for machines that share what they remember.

What redun last put at a path, and the last calls of what has an address in one project, hold for one state folder:
they are kept under its mark, `place`. All else is shared.
"""

from __future__ import annotations

from hashlib import sha256

from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.records import KEPT, TABLES, TRACE, TRACES_KEPT, UNLEDGER, VALUE, Failed, Latest, Trace
from redo_py.store.answers import together
from redo_py.store.gathering import gather
from redo_py.store.misfits import refuse_misfit
from redo_py.store.postgres.connection import Server
from redo_py.store.postgres.statements import (
    COMING,
    DERIVED,
    DURATIONS,
    FAILED,
    FORMS,
    GIVEN,
    HANDLES,
    LATEST_CALLS,
    LEDGER_ROWS,
    MARKS,
    TEXTS,
    TRACES,
    TRIM,
    UNLEDGER_ROWS,
    VALUES,
    beginning,
)
from redo_py.store.question import Question
from redo_py.store.texts import as_text, with_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from psycopg import Connection

    from redo_py.ground.clock import Clock
    from redo_py.records import Buffer, Record, Table
    from redo_py.store.collecting import Collected
    from redo_py.store.large_values import LargeValues
    from redo_py.store.postgres.statements import Form

    Row = tuple[Any, ...]


NUMBERS = {"real": float, "integer": int}
# Bytes of blobs and texts in one statement. The server takes less than 1 GiB, and libpq moves what it has not sent yet
# each time that it sends some: 64 MiB take it four seconds.
PORTION = 4 << 20
SAFE = ("plain", "expression:plain")  # the formats that run nothing when they are read; all others are pickles
UNTRUSTED = (
    "results of classes of your own, which are pickles in the shared database, are computed anew: `database_trusted = "
    "true` below [run] takes them, from whoever can write there"
)
ODD = b"\xff"  # before texts that are no UTF-8, for lone surrogates: they come behind all others


class PostgresStore:
    """Store and Reader over the schema of ours in the database at `address`, a URI of libpq. The schema is made if it
    is not there, unless this is for `reading`. `place` is the mark of the state folder. Unless the database is
    `trusted`, a value that only code can read back counts as lost, and `notice` is told so once. Raises StoreError."""

    __slots__ = ("_large", "_notice", "_place", "_server", "_trusted")

    def __init__(
        self,
        address: str,
        place: bytes,
        clock: Clock,
        user: str = "",
        password: str = "",
        reading: bool = False,
        large: LargeValues | None = None,
        trusted: bool = True,
        notice: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._server = Server(address, user, password, clock, reading, notice)
        self._place = place
        self._large = large
        self._trusted = trusted
        self._notice = notice

    @property
    def is_for_reading(self) -> bool:
        """Whether nothing may be made in the database."""
        return self._server.reading

    def lookup(self, evaluations: Sequence[bytes]) -> list[list[Trace]]:
        """For each evaluation its traces, newest first, at most 32; a trace whose value is not kept is left out."""
        found: dict[bytes, list[Trace]] = {evaluation: [] for evaluation in evaluations}
        for evaluation, call, value, form, content, discovered, products, _ in self._traces(evaluations):
            kept = self._brought_back(text_of(form), content)
            if kept is not None:
                found[evaluation].append(Trace(call, value, *kept, discovered, products))
        return [found[evaluation] for evaluation in evaluations]

    def _traces(self, evaluations: Sequence[bytes]) -> list[Row]:
        """The rows of the traces of `evaluations`, which are marked as used now, so that no collection takes them from
        whoever asks."""
        rows = self._all(TRACES, evaluations)
        stale = [row for row in rows if row[-1]]
        if not stale or self.is_for_reading:
            return rows
        keys = [sorted({row[place] for row in stale}) for place in (1, 2, 0)]

        def mark(connection: Connection[Any]) -> None:
            for statement, each in zip(MARKS, keys, strict=True):
                connection.execute(statement, [each])

        self._server.transact(mark)
        return self._all(TRACES, evaluations)  # but for what a collection had already taken

    def latest(self, addresses: Sequence[tuple[str, int]]) -> list[Latest | None]:
        """For each address the last call made there, from here; None too when that call is not kept."""
        if not addresses:
            return []
        unique = dict.fromkeys(addresses)
        asked = [self._place, [hash_of(origin) for origin, _ in unique], [number for _, number in unique]]

        def ask(connection: Connection[Any]) -> tuple[list[Row], list[Row]]:
            rows = connection.execute(LATEST_CALLS, asked, binary=True).fetchall()
            apart = [row[2] for row in rows if row[7] is None]
            return rows, connection.execute(GIVEN, [apart], binary=True).fetchall() if apart else []

        rows, given = self._server.transact(ask)
        arguments: dict[bytes, list[tuple[str, str, bytes]]] = {}
        for call, name, form, content in given:
            arguments.setdefault(call, []).append((text_of(name), text_of(form), content))
        found = {}
        for origin, number, call, evaluation, task, code, parts, bound, discovered in rows:
            whole = together(arguments.get(call, [])) if bound is None else bound
            latest = Latest(call, evaluation, text_of(task), code, parts or b"", whole, discovered)
            found[text_of(origin), number] = latest
        return [found.get(address) for address in addresses]

    def failed(self) -> list[Failed]:
        """The jobs that failed by themselves, oldest first."""
        return [Failed(text_of(origin), *rest) for origin, *rest in self._server.ask(FAILED, [])]

    def values(self, digests: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        """For each digest the (format, bytes) of its value."""
        rows = self._all(VALUES, digests)
        found = {digest: self._brought_back(text_of(form), content) for digest, form, content in rows}
        return [found.get(digest) for digest in digests]

    def ledger(self, paths: Sequence[str]) -> list[tuple[bytes, int] | None]:
        """For each path the (content, kind) that redun last put there."""
        rows = self._server.ask(LEDGER_ROWS, [self._place, hashes(paths)]) if paths else []
        found = {text_of(path): (content, kind) for path, content, kind in rows}
        return [found.get(path) for path in paths]

    def handles(self, states: Sequence[bytes]) -> list[bool | None]:
        """For each state of a handle whether it is valid; None for one that was never recorded."""
        found = {state: bool(valid) for state, valid in self._all(HANDLES, states)}
        return [found.get(state) for state in states]

    def derived(self, states: Sequence[bytes]) -> list[tuple[bytes, str]]:
        """The valid states that were made from `states`, directly or not, as (state, name), each once."""
        return [(state, text_of(name)) for state, name in self._all(DERIVED, states)]

    def write(self, records: Buffer | Sequence[Record]) -> None:
        """Write `records` in one transaction. Raises ValueError, and writes nothing, when one does not fit its
        table."""
        if not records:
            return
        gathered = gather(records)
        rows = {table: gathered.rows(table) for table in gathered if gathered[table]}
        for table in rows:
            for row in rows[table]:
                refuse_misfit(table, row)
        removed = [path for (path,) in rows.pop(UNLEDGER, ())]
        if VALUE in rows and self._large is not None:
            rows[VALUE] = [*zip(*self._large.taken_out(gathered.columns(VALUE)), strict=True)]

        def work(connection: Connection[Any]) -> None:
            if removed:
                connection.execute(UNLEDGER_ROWS, [self._place, hashes(removed)])
            for table in TABLES:  # in one order, so that two writers wait for each other but not in a circle
                if table in rows:
                    self._insert(connection, FORMS[table], rows[table])
            if TRACE in rows:
                evaluations = sorted({row[0] for row in rows[TRACE]})
                connection.execute(TRIM, [evaluations, TRACES_KEPT])

        self._server.transact(work)

    def rows(
        self,
        table: Table,
        where: dict[str, Any] | None = None,
        order: str = "",
        descending: bool = False,
        limit: int | None = None,
        columns: Sequence[str] = (),
        after: Any = None,
    ) -> Iterable[Row]:
        """Rows of `table`; see the Reader door. Raises ValueError for a column that it does not have."""
        question = Question(where, order, descending, limit, columns, after)
        form = FORMS[table]
        given = [cell for cell in (*question.where.values(), after) if cell is not None]
        cells = [*[self._place] * form.placed, *map(as_bytes, given), limit]
        places = [place for place, name in enumerate(columns or form.columns) if form.kind(name) in TEXTS]
        return with_texts(places, self._server.ask(form.select(question), cells), text_of)

    def beginning(self, digits: str, limit: int) -> list[bytes]:
        """The digests and ids that begin with `digits`; see the Reader door."""
        if len(digits) > 2 * DIGEST_SIZE:
            return []
        low, high = (bytes.fromhex(digits.ljust(2 * DIGEST_SIZE, fill)) for fill in "0f")
        return [digest for (digest,) in self._server.ask(beginning(), {"low": low, "high": high, "limit": limit})]

    def names(self, table: Table, column: str, after: str | None, limit: int) -> list[str]:
        """What a column of names holds; see the Reader door. Raises ValueError for one that is no such column."""
        form = FORMS[table]
        if form.kind(column) != "name":
            raise ValueError(f"{table.name}.{column} holds no names")
        tests = [f"{column} IS NOT NULL", *["place = %s"] * form.placed, *([] if after is None else [f"{column} > %s"])]
        query = f"SELECT DISTINCT {column} FROM {form.name} WHERE {' AND '.join(tests)} ORDER BY {column} LIMIT %s"
        cells = [*[self._place] * form.placed, *([] if after is None else [as_bytes(after)]), limit]
        return [text_of(name) for (name,) in self._server.ask(query, cells)]

    def durations(self, origins: Sequence[str]) -> list[float | None]:
        """For each origin the seconds that its newest job took that ran and ended well."""
        rows = self._server.ask(DURATIONS, [hashes(origins)]) if origins else []
        found = {text_of(origin): max(0.0, seconds) for origin, seconds in rows}
        return [found.get(origin) for origin in origins]

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {table.name: self._server.ask(f"SELECT count(*) FROM {FORMS[table].name}", [])[0][0] for table in TABLES}

    def collect(self, moment: float, running: Sequence[bytes], begun: float, dry: bool) -> Collected:
        """Drop what nobody has used since `moment`, see `collecting`; in a dry run only tell what that is. `running`
        are the executions that go on, since `begun`."""
        from redo_py.store.postgres.collecting import Collection

        collection = Collection(self._server, moment, running, begun)
        found = collection.look()
        if not dry:
            collection.drop()
        return found

    @property
    def name(self) -> str:
        """The database, for people."""
        return self._server.name

    def close(self) -> None:
        """Give the connection back; may be called twice."""
        self._server.close()

    def _insert(self, connection: Connection[Any], form: Form, rows: list[Row]) -> None:
        for some in portions(form, one_of_each(form, rows)):
            columns = [
                [as_stored(kind, cell) for cell in column]
                for kind, column in zip(form.columns.values(), zip(*some, strict=True), strict=True)
            ]
            if form.placed:
                columns.insert(0, [self._place] * len(columns[0]))
            if long_bytes(form, some[0]) > PORTION:
                copy_in(connection, form, columns)
            else:
                connection.execute(form.from_arrays, columns, binary=True)

    def _brought_back(self, form: str, content: bytes) -> tuple[str, bytes] | None:
        """A value as its row has it, with the bytes of a large one; None if these are not on this machine, or if
        reading them could run what somebody has written there."""
        if not self._trusted and form.removeprefix(KEPT) not in SAFE:
            self._notice(UNTRUSTED)
            self._notice = ignore
            return None
        if not form.startswith(KEPT):
            return form, content
        return self._large.brought_back(form, content) if self._large is not None else None

    def _all(self, query: str, digests: Sequence[bytes]) -> list[Row]:
        """The rows of a query for digests, each once."""
        return self._server.ask(query, [sorted(set(digests))]) if digests else []


def ignore(text: str) -> None:
    """Nobody need know `text` again."""


def one_of_each(form: Form, rows: list[Row]) -> list[Row]:
    """One row for each key: the last one if it replaces others, else the first. Those that replace stay in the order in
    which the last ones came."""
    places = [form.table.positions[name] for name in form.table.key]
    found: dict[Row, Row] = {}
    for row in rows:
        key = tuple([row[place] for place in places])
        if form.table.replace:
            found.pop(key, None)
            found[key] = row
        else:
            found.setdefault(key, row)
    # Two writers that touch the same rows come to them in the same order; rows of one evaluation stay in theirs.
    return sorted(found.values(), key=lambda row: as_bytes(row[places[0]]))


def portions(form: Form, rows: list[Row]) -> Iterator[list[Row]]:
    """`rows` in pieces of at most PORTION; one that is larger is alone."""
    begin = size = 0
    for place, row in enumerate(rows if form.long_places else ()):
        each = long_bytes(form, row)
        if size + each > PORTION and place > begin:
            yield rows[begin:place]
            begin, size = place, 0
        size += each
    yield rows[begin:]


def long_bytes(form: Form, row: Row) -> int:
    """The size of the blobs and texts in `row`, about."""
    return sum([len(row[place]) for place in form.long_places if row[place] is not None])


def copy_in(connection: Connection[Any], form: Form, columns: list[list[Any]]) -> None:
    """Insert rows, given as columns, that are too large for one statement."""
    connection.execute(
        f"CREATE TEMP TABLE {COMING} ON COMMIT DROP AS SELECT {', '.join(form.stored)} FROM {form.name} WITH NO DATA"
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY {COMING} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(list(form.stored.values()))
        for row in zip(*columns, strict=True):
            copy.write_row(row)
    connection.execute(form.insertion(COMING))
    connection.execute(f"DROP TABLE {COMING}")


def as_bytes(cell: Any) -> Any:
    """What is stored for a cell: the bytes of a text, all else as it is."""
    if not isinstance(cell, str):
        return cell
    try:
        return cell.encode()
    except UnicodeEncodeError:
        return ODD + cell.encode("utf-8", "surrogatepass")


def as_stored(kind: str, cell: Any) -> Any:
    """What a column of `kind` holds for a cell; an array takes one type of numbers."""
    if cell is None:
        return None
    if kind in NUMBERS:
        return NUMBERS[kind](cell)
    return as_bytes(cell)


def text_of(cell: Any) -> Any:
    """The text that is stored as `cell`; None where nothing is."""
    return as_text(cell.removeprefix(ODD)) if cell is not None else None


def hashes(texts: Sequence[str]) -> list[bytes]:
    """By what texts are found, each once."""
    return sorted(set(map(hash_of, texts)))


def hash_of(text: str) -> bytes:
    """By what a text is found."""
    return sha256(as_bytes(text)).digest()

"""The store in one SQLite file: the conversation with it, and the SQL of its questions.

Calls come from one thread, but `close` may come from another one. Every call that fails raises StoreError and leaves
no transaction open.
"""

from __future__ import annotations

from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.records import KEPT, TABLES, TRACES_KEPT, Failed, Latest, Trace
from redo_py.store.answers import (
    CHILDREN,
    FAILED,
    GIVEN,
    HANDLES,
    IN_THEIR_ORDER,
    LATEST_CALLS,
    LEDGER_ROWS,
    TRACES,
    VALID_HANDLES,
    VALUES,
    failed_of,
    latest_of,
    ledger_entry_of,
    newest_first,
    together,
    trace_of,
    value_of,
    zip_checked,
)
from redo_py.store.batch import Batch, Sheet
from redo_py.store.digests import BEGINNING, FRESH, interned_digests, settle
from redo_py.store.durations import BY_ORIGIN, LAST_RUNS, by_origin
from redo_py.store.interning import Interned, insert_names, is_empty, select_in, select_pairs
from redo_py.store.migrations import MIGRATIONS
from redo_py.store.opening import Opening
from redo_py.store.question import Question
from redo_py.store.schema import LAYOUTS
from redo_py.store.texts import as_cell, as_text, with_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from redo_py.ground.clock import Clock
    from redo_py.records import Buffer, Record, Table
    from redo_py.store.collecting import Collected
    from redo_py.store.large_values import LargeValues
    from redo_py.store.migrations import Migration
    from redo_py.store.schema import Column, Layout

    Row = tuple[Any, ...]

CROWDED = "SELECT evaluation FROM trace WHERE evaluation IN"
TOO_MANY = f"GROUP BY evaluation HAVING count(*) > {TRACES_KEPT}"
TRIM = (
    "DELETE FROM trace WHERE evaluation = ? AND rowid NOT IN (SELECT rowid FROM trace WHERE evaluation = ? "
    f"ORDER BY recorded DESC, rowid DESC LIMIT {TRACES_KEPT})"
)
UNKNOWN = object()  # stands for a digest or name that the database never met
MARKS = "SELECT key, value FROM meta WHERE key IN ('generation', 'settled')"


class SqliteStore:
    """Store and Reader over the database at `path`, which is made if it is not there.

    One that is damaged or made by another way of hashing is set aside and `notice` told so. For `reading` alone it must
    be there and sound, and need not be writable. With `large`, large values are no rows. Raises StoreError.
    """

    __slots__ = ("_database", "_digests", "_fresh", "_large", "_marks", "_names")

    def __init__(
        self,
        path: str,
        clock: Clock,
        notice: Callable[[str], None] = lambda _: None,
        migrations: Sequence[Migration] = MIGRATIONS,
        reading: bool = False,
        large: LargeValues | None = None,
        fresh: int = FRESH,
    ) -> None:
        opening = Opening(path, clock, notice, migrations)
        self._database = opening.for_reading() if reading else opening.database()
        self._large = large
        self._fresh = fresh  # how many digests are settled at once
        self._digests = interned_digests()
        self._names = Interned("name", insert_names)
        self._marks: dict[str, str] = {}  # MARKS as we know them

    def lookup(self, evaluations: Sequence[bytes]) -> list[list[Trace]]:
        """For each evaluation its traces, newest first, at most 32; a trace whose value is not kept is left out."""
        return self._database.read(self._lookup, evaluations)

    def latest(self, addresses: Sequence[tuple[str, int]]) -> list[Latest | None]:
        """For each address the last call made there; None too when that call is not kept."""
        return self._database.read(self._latest, addresses)

    def failed(self) -> list[Failed]:
        """The jobs that failed by themselves, oldest first."""
        return self._database.read(self._failed, None)

    def values(self, digests: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        """For each digest the (format, bytes) of its value."""
        return self._database.read(self._values, digests)

    def ledger(self, paths: Sequence[str]) -> list[tuple[bytes, int] | None]:
        """For each path the (content, kind) that redun last put there."""
        return self._database.read(self._ledger, paths)

    def handles(self, states: Sequence[bytes]) -> list[bool | None]:
        """For each state of a handle whether it is valid; None for one that was never recorded."""
        return self._database.read(self._handles, states)

    def derived(self, states: Sequence[bytes]) -> list[tuple[bytes, str]]:
        """The valid states that were made from `states`, directly or not, as (state, name), each once."""
        return self._database.read(self._derived, states)

    def write(self, records: Buffer | Sequence[Record]) -> None:
        """Write `records` in one transaction; a killed process loses none of it, a power cut perhaps the last ones.

        Raises ValueError, and writes nothing, when one does not fit its table.
        """
        if records:
            self._database.write(self._write, Batch(records, self._large), self._forget)
            self._digests.keep()
            self._names.keep()

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
        layout = LAYOUTS[table]
        return self._database.read(self._rows, (layout, layout.select(question), question))

    def beginning(self, digits: str, limit: int) -> list[bytes]:
        """The digests and ids that begin with `digits`; see the Reader door."""
        return self._database.read(self._beginning, (digits, limit))

    def names(self, table: Table, column: str, after: str | None, limit: int) -> list[str]:
        """What a column of names holds; see the Reader door. Raises ValueError for one that is no such column."""
        layout = LAYOUTS[table]
        if layout.column(column).interned_in != "name":
            raise ValueError(f"{layout.name}.{column} holds no names")
        return self._database.read(self._all_names, (f"{layout.name}.{column}", layout.name, after, limit))

    def durations(self, origins: Sequence[str]) -> list[float | None]:
        """For each origin the seconds that its newest job took that ran and ended well."""
        return self._database.read(self._durations, origins)

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return self._database.read(self._counts, TABLES)

    def collect(self, since: float, dry: bool, running: Sequence[bytes] = ()) -> Collected:
        """Drop what only executions before `since` needed, but for those that are `running`, see `collecting`; in a dry
        run only tell what that is."""
        from redo_py.store.collecting import Rehearsed, collect

        found: list[Collected] = []

        def work(connection: Connection, dry: bool) -> None:
            found[:] = [collect(connection, since, running)]
            if dry:
                raise Rehearsed

        try:
            self._database.write(work, dry, self._forget)
        except Rehearsed:
            return found[0]
        return found[0]

    def compact(self) -> None:
        """Give the disk back what the file does not need any more. Raises StoreError."""
        from redo_py.store.collecting import compact

        self._database.alone(compact)

    def close(self) -> None:
        """Close the database; may be called twice, and from any thread."""
        self._database.close()

    def _lookup(self, connection: Connection, evaluations: Sequence[bytes]) -> list[list[Trace]]:
        if is_empty(connection, "trace"):  # as in a first run, until it has written something
            return [[] for _ in evaluations]
        numbers = self._numbers(connection, self._digests, evaluations)
        rows = list(select_in(connection, TRACES, asked(numbers)))
        found: dict[int | None, list[Trace]] = {number: [] for number in numbers}
        if len(rows) > len({row[0] for row in rows}):
            rows = newest_first(rows)
        for number, trace in zip_checked(rows, trace_of, self._digests.contents):
            if not trace.value_format.startswith(KEPT) or self._bring_back(trace):
                found[number].append(trace)
        self._digests.learn([(row[4], row[2]) for row in rows])  # who takes a result records its call, not its value
        return [found[number] for number in numbers]

    def _latest(self, connection: Connection, addresses: Sequence[tuple[str, int]]) -> list[Latest | None]:
        origins = self._numbers(connection, self._names, [origin for origin, _ in addresses])
        keys = [(origin, number) for origin, (_, number) in zip(origins, addresses, strict=True)]
        known = sorted({(origin, number) for origin, number in keys if origin is not None})
        rows = list(select_pairs(connection, LATEST_CALLS, known))
        digests = self._contents(connection, self._digests, rows, (2, 3, 5))
        names = self._contents(connection, self._names, rows, (4,))
        given = self._given(connection, [row[2] for row in rows if row[7] is None])
        calls = [call for _, call in zip_checked(rows, latest_of, digests, names, given)]
        found = {(row[0], row[1]): call for row, call in zip(rows, calls, strict=True)}
        return [found.get(key) for key in keys]

    def _failed(self, connection: Connection, _: None) -> list[Failed]:
        self._make_ready(connection)
        rows = connection.execute(FAILED).fetchall()
        digests = self._contents(connection, self._digests, rows, (1, 2, 3))
        names = self._contents(connection, self._names, rows, (0,))
        return [failed for _, failed in zip_checked(rows, failed_of, digests, names)]

    def _given(self, connection: Connection, calls: Iterable[int]) -> dict[int | None, bytes]:
        """For each of `calls` the encoding of its arguments, which are kept one by one."""
        rows = list(select_in(connection, GIVEN, asked(calls), IN_THEIR_ORDER))
        names = self._contents(connection, self._names, rows, (1,))
        arguments: dict[int, list[tuple[str, str, bytes]]] = {}
        for call, name, form, content in rows:
            arguments.setdefault(call, []).append((names[name], as_text(form), content))
        return {call: together(each) for call, each in arguments.items()}

    def _values(self, connection: Connection, digests: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        numbers = self._numbers(connection, self._digests, digests)
        rows = list(select_in(connection, VALUES, asked(numbers)))
        found = dict(zip_checked(rows, value_of, self._digests.contents))
        return [self._brought_back(found.get(number)) for number in numbers]

    def _bring_back(self, trace: Trace) -> bool:
        """Give `trace` the bytes of its large value; False if they are lost."""
        value = self._brought_back((trace.value_format, trace.value_bytes))
        if value is not None:
            trace.value_format, trace.value_bytes = value
        return value is not None

    def _brought_back(self, value: tuple[str, bytes] | None) -> tuple[str, bytes] | None:
        """A value as its row has it, with the bytes of a large one; None if these are lost."""
        if value is None or not value[0].startswith(KEPT):
            return value
        return self._large.brought_back(*value) if self._large is not None else None

    def _ledger(self, connection: Connection, paths: Sequence[str]) -> list[tuple[bytes, int] | None]:
        numbers = self._numbers(connection, self._names, paths)
        rows = list(select_in(connection, LEDGER_ROWS, asked(numbers)))
        digests = self._contents(connection, self._digests, rows, (1,))
        found = dict(zip_checked(rows, ledger_entry_of, digests, self._names.contents))
        return [found.get(number) for number in numbers]

    def _handles(self, connection: Connection, states: Sequence[bytes]) -> list[bool | None]:
        numbers = self._numbers(connection, self._digests, states)
        found = {number: bool(valid) for number, valid in select_in(connection, HANDLES, asked(numbers))}
        return [found.get(number) for number in numbers]

    def _derived(self, connection: Connection, states: Sequence[bytes]) -> list[tuple[bytes, str]]:
        made: set[int] = set()
        layer = asked(self._numbers(connection, self._digests, states))
        while layer:
            children = {child for (child,) in select_in(connection, CHILDREN, layer)}
            layer = sorted(children - made)
            made |= children
        rows = list(select_in(connection, VALID_HANDLES, sorted(made)))
        states_of = self._contents(connection, self._digests, rows, (0,))
        names_of = self._contents(connection, self._names, rows, (1,))
        return sorted({(states_of[state], names_of[name]) for state, name in rows})

    def _write(self, connection: Connection, batch: Batch) -> None:
        self._make_ready(connection)
        self._take_from_ledger(connection, batch.unledgered)
        self._digests.add(connection, batch.digests)
        self._names.add(connection, batch.names)
        settle(connection, self._fresh)
        for sheet in batch.sheets:
            self._insert(connection, sheet)
        self._trim(connection, batch.evaluations)

    def _insert(self, connection: Connection, sheet: Sheet) -> None:
        layout = sheet.layout
        cells: list[Sequence[Any]] = list(sheet.columns)
        for places, ids in ((layout.digest_places, self._digests.ids), (layout.name_places, self._names.ids)):
            for place in places:
                cells[place] = list(map(ids.__getitem__, sheet.columns[place]))
        if layout.seal:
            cells.append(sheet.seals)
        try:
            layout.insertion.execute(connection, cells)
        except UnicodeEncodeError:  # a text with lone surrogates; what was inserted already is inserted again
            for place in layout.text_places:
                cells[place] = [as_cell(cell) for cell in cells[place]]
            layout.insertion.execute(connection, cells)

    def _take_from_ledger(self, connection: Connection, paths: Sequence[str]) -> None:
        numbers = asked(self._numbers(connection, self._names, paths))
        connection.executemany("DELETE FROM ledger WHERE path = ?", [(number,) for number in numbers])

    def _trim(self, connection: Connection, evaluations: Iterable[bytes]) -> None:
        numbers = [self._digests.ids[evaluation] for evaluation in evaluations]
        crowded = list(select_in(connection, CROWDED, numbers, TOO_MANY))
        connection.executemany(TRIM, [(number, number) for (number,) in crowded])

    def _numbers(self, connection: Connection, interned: Interned, contents: Sequence[Any]) -> list[int | None]:
        """For each of `contents` its integer; None when the database never met it."""
        self._make_ready(connection)
        interned.find(connection, contents)
        return [interned.ids.get(content) for content in contents]

    def _contents(
        self, connection: Connection, interned: Interned, rows: list[Row], places: tuple[int, ...]
    ) -> dict[int | None, Any]:
        """What the integers at `places` of `rows` stand for."""
        interned.recall(connection, {row[place] for place in places for row in rows})
        return interned.contents

    def _make_ready(self, connection: Connection) -> None:
        """Forget integers that are too many, all of them if somebody removed rows of `digest` or `name`, and where no
        digests are if some were settled."""
        self._digests.make_room()
        self._names.make_room()
        marks = dict(connection.execute(MARKS).fetchall())
        if marks != self._marks:
            if marks.get("generation") != self._marks.get("generation"):
                self._digests.clear()
                self._names.clear()
            self._digests.doubt_absence()
            self._marks = marks

    def _forget(self) -> None:
        self._digests.forget()
        self._names.forget()

    def _rows(self, connection: Connection, asked: tuple[Layout, str, Question]) -> list[Row]:
        layout, query, question = asked
        cells = [self._cell(connection, layout.column(name), content) for name, content in question.where.items()]
        if UNKNOWN in cells:
            return []
        if question.after is not None:
            cells.append(as_cell(question.after))
        places = layout.text_places
        if question.columns:
            columns = [layout.column(name) for name in question.columns]
            places = tuple(place for place, column in enumerate(columns) if column.kind in ("text", "name"))
        limit = -1 if question.limit is None else question.limit
        return with_texts(places, connection.execute(query, [*cells, limit]).fetchall())

    def _beginning(self, connection: Connection, asked: tuple[str, int]) -> list[bytes]:
        digits, limit = asked
        if len(digits) > 2 * DIGEST_SIZE:
            return []
        low, high = (bytes.fromhex(digits.ljust(2 * DIGEST_SIZE, fill)) for fill in "0f")
        found = connection.execute(BEGINNING, {"low": low, "high": high, "limit": limit})
        return [bytes(digest) for (digest,) in found]

    def _all_names(self, connection: Connection, asked: tuple[str, str, str | None, int]) -> list[str]:
        column, table, after, limit = asked
        behind = "name > ? AND " if after is not None else ""
        query = f"SELECT name FROM name WHERE {behind}EXISTS (SELECT 1 FROM {table} WHERE {column} = name.id)"
        cells = [as_cell(after)] if after is not None else []
        return [as_text(name) for (name,) in connection.execute(f"{query} ORDER BY name LIMIT ?", [*cells, limit])]

    def _cell(self, connection: Connection, column: Column, content: Any) -> Any:
        """What `column` holds for `content`; UNKNOWN when no row can hold it."""
        if not column.interned_in or content is None:
            return as_cell(content)
        [number] = self._numbers(
            connection, self._digests if column.interned_in == "digest" else self._names, [content]
        )
        return UNKNOWN if number is None else number

    def _durations(self, connection: Connection, origins: Sequence[str]) -> list[float | None]:
        numbers = self._numbers(connection, self._names, origins)
        found = by_origin(select_in(connection, LAST_RUNS, asked(numbers), BY_ORIGIN))
        return [found.get(number) for number in numbers]

    def _counts(self, connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
        return {table.name: connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0] for table in tables}


def asked(numbers: Iterable[int | None]) -> list[int]:
    """Each number once, in order, so that the look-ups walk through the tables in one direction."""
    return sorted({number for number in numbers if number is not None})

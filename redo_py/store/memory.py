"""A store that lives as long as its process: for tests, for `-n`, for projects that keep nothing."""

from __future__ import annotations

from itertools import count, takewhile

from redo_py.records import (
    ARGUMENT,
    CALL,
    FAILURE,
    FIRST_WRITTEN,
    HANDLE,
    HANDLE_EDGE,
    JOB,
    LATEST,
    LEDGER,
    TABLES,
    TASK,
    TRACE,
    TRACES_KEPT,
    UNLEDGER,
    VALUE,
    Failed,
    Latest,
    Trace,
)
from redo_py.store.answers import together
from redo_py.store.gathering import gather
from redo_py.store.misfits import refuse_misfit, refuse_shifted
from redo_py.store.question import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from redo_py.records import Buffer, Record, Table

    Row = tuple[Any, ...]
    Rank = tuple[bool, bool, Any]

RECORDED = TRACE.positions["recorded"]


class MemoryStore:
    """Store and Reader over dictionaries. Digests are not interned and nothing is copied."""

    __slots__ = ("_key_places", "_rows", "_traces")

    def __init__(self) -> None:
        self._rows: dict[str, dict[Row, Row]] = {table.name: {} for table in TABLES if table is not TRACE}
        self._traces: dict[bytes, list[Row]] = {}  # evaluation -> its traces, newest first
        self._key_places = {table: tuple(table.positions[name] for name in table.key) for table in (*TABLES, UNLEDGER)}

    def lookup(self, evaluations: Sequence[bytes]) -> list[list[Trace]]:
        """For each evaluation its traces, newest first, at most 32; a trace whose value is not kept is left out."""
        return [self._traces_of(evaluation) for evaluation in evaluations]

    def latest(self, addresses: Sequence[tuple[str, int]]) -> list[Latest | None]:
        """For each address the last call made there; None too when that call is not kept."""
        return [self._latest_of(address) for address in addresses]

    def failed(self) -> list[Failed]:
        """The jobs that failed by themselves, oldest first."""
        place, calls, found = JOB.positions, self._rows[CALL.name], []
        for execution, seq in self._rows[FAILURE.name]:
            job = self._rows[JOB.name].get((execution, seq))
            if job is not None and job[place["state"]] == "failed":
                _, _, code, arguments, *_ = calls.get((job[place["call"]],), (None,) * 4)
                found.append(Failed(job[place["origin"]], code, arguments, execution, seq, job[place["started"]]))
        return sorted(found, key=lambda each: each.started)

    def values(self, digests: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        """For each digest the (format, bytes) of its value."""
        rows = self._rows[VALUE.name]
        return [None if (row := rows.get((digest,))) is None else (row[1], row[2]) for digest in digests]

    def ledger(self, paths: Sequence[str]) -> list[tuple[bytes, int] | None]:
        """For each path the (content, kind) that redun last put there."""
        rows = self._rows[LEDGER.name]
        return [None if (row := rows.get((path,))) is None else (row[1], row[2]) for path in paths]

    def handles(self, states: Sequence[bytes]) -> list[bool | None]:
        """For each state of a handle whether it is valid; None for one that was never recorded."""
        rows = self._rows[HANDLE.name]
        return [None if (row := rows.get((state,))) is None else bool(row[2]) for state in states]

    def derived(self, states: Sequence[bytes]) -> list[tuple[bytes, str]]:
        """The valid states that were made from `states`, directly or not, as (state, name), each once."""
        made: dict[bytes, None] = {}
        stack = list(states)
        while stack:
            state = stack.pop()
            for parent, child in self._rows[HANDLE_EDGE.name].values():
                if parent == state and child not in made:
                    made[child] = None
                    stack.append(child)
        rows = self._rows[HANDLE.name]
        return [(state, rows[(state,)][1]) for state in sorted(made) if (state,) in rows and rows[(state,)][2]]

    def write(self, records: Buffer | Sequence[Record]) -> None:
        """Take in all of `records`. Raises ValueError, and takes none, when one does not fit its table."""
        gathered = gather(records)
        rows = [(table, row) for table in gathered for row in gathered.rows(table)]
        for table, row in rows:
            refuse_misfit(table, row)
            refuse_shifted(table, row)
        for table, row in rows:
            self._take(table, row)
        for table, row in rows:
            if table is TRACE:
                del self._traces[row[0]][TRACES_KEPT:]

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
        wanted = [(place_of(table, name), value) for name, value in question.where.items()]
        found = [row for row in self._all(table) if all(row[place] == value for place, value in wanted)]
        if order == FIRST_WRITTEN:
            found = found[::-1] if descending else found
        elif order:
            key = order_of(place_of(table, order))
            found.sort(key=key, reverse=descending)
            if after is not None:
                found = list(behind(found, key, rank(after), descending))
        places = [place_of(table, name) for name in columns]
        return [tuple([row[place] for place in places]) for row in found[:limit]] if places else found[:limit]

    def beginning(self, digits: str, limit: int) -> list[bytes]:
        """The digests and ids that begin with `digits`; see the Reader door."""
        found: set[bytes] = set()
        for table in TABLES:
            places = [place for place, (_, kind) in enumerate(table.columns) if kind in ("digest", "id")]
            found.update(row[place] for row in self._all(table) for place in places if row[place])
        return sorted(digest for digest in found if digest.hex().startswith(digits))[:limit]

    def names(self, table: Table, column: str, after: str | None, limit: int) -> list[str]:
        """What a column of names holds; see the Reader door. Raises ValueError for one that is no such column."""
        place = place_of(table, column)
        if table.columns[place][1] != "name":
            raise ValueError(f"{table.name}.{column} holds no names")
        found = sorted({row[place] for row in self._all(table) if row[place] is not None}, key=rank)
        return [name for name in found if after is None or rank(name) > rank(after)][:limit]

    def durations(self, origins: Sequence[str]) -> list[float | None]:
        """For each origin the seconds that its newest job took that ran and ended well."""
        place = JOB.positions
        runs = [row for row in self._rows[JOB.name].values() if row[place["state"]] == "ran"]
        runs.sort(key=lambda row: row[place["started"]])
        found = {row[place["origin"]]: max(0.0, row[place["ended"]] - row[place["started"]]) for row in runs}
        return [found.get(origin) for origin in origins]

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {table.name: len(self._all(table)) for table in TABLES}

    def close(self) -> None:
        """Nothing to give back: what was written stays readable for tests."""

    def _take(self, table: Table, row: Row) -> None:
        key = tuple([row[place] for place in self._key_places[table]])
        if table is TRACE:
            self._take_trace(row)
        elif table is UNLEDGER:
            self._rows[table.name].pop(key, None)
        elif table.replace:
            self._rows[table.name][key] = row
        else:
            self._rows[table.name].setdefault(key, row)

    def _take_trace(self, row: Row) -> None:
        others = [other for other in self._traces.get(row[0], ()) if other[1] != row[1]]
        # The sort is stable: of traces recorded at one moment the one written last comes first.
        self._traces[row[0]] = sorted([row, *others], key=lambda trace: trace[RECORDED], reverse=True)

    def _traces_of(self, evaluation: bytes) -> list[Trace]:
        kept = self._rows[VALUE.name]
        return [
            Trace(call, value, kept[(value,)][1], kept[(value,)][2], discovered, products)
            for _, _, value, call, discovered, products, _ in self._traces.get(evaluation, ())
            if (value,) in kept
        ]

    def _latest_of(self, address: tuple[str, int]) -> Latest | None:
        row = self._rows[LATEST.name].get(address)
        call_row = row and self._rows[CALL.name].get((row[2],))
        if not row or not call_row:
            return None
        call, task, task_hash, arguments, *_ = call_row
        code = self._rows[TASK.name].get((task_hash,))
        kept = self._rows[VALUE.name].get((arguments,))
        bound = kept[2] if kept else self._given(call)
        return Latest(call, row[3], task, task_hash, code[3] if code else b"", bound, row[4])

    def _given(self, call: bytes) -> bytes:
        """The encoding of the arguments of `call`, which are kept one by one."""
        values, arguments = self._rows[VALUE.name], self._rows[ARGUMENT.name]
        rows = list(takewhile(bool, (arguments.get((call, position), ()) for position in count())))
        return together([(row[2], *values[row[3],][1:3]) for row in rows if (row[3],) in values])

    def _all(self, table: Table) -> Sequence[Row]:
        if table is TRACE:
            return [row for traces in self._traces.values() for row in traces]
        return list(self._rows[table.name].values())


def place_of(table: Table, column: str) -> int:
    """Where `column` stands in the rows of `table`; ValueError when it has no such column."""
    if column not in table.positions:
        raise ValueError(f"{table.name} has no column {column}")
    return table.positions[column]


def order_of(place: int) -> Callable[[Row], Rank]:
    """A sort key for rows by the cell at `place`."""
    return lambda row: rank(row[place])


def rank(cell: Any) -> Rank:
    """A sort key as SQLite orders: nothing first, then texts, then texts that are no UTF-8, each by its bytes."""
    if not isinstance(cell, str):
        return (cell is not None, False, cell)
    try:
        return (True, False, cell.encode())
    except UnicodeEncodeError:
        return (True, True, cell.encode("utf-8", "surrogatepass"))


def behind(rows: Iterable[Row], key: Callable[[Row], Rank], end: Rank, descending: bool) -> Iterator[Row]:
    """Those of `rows` that come behind `end` in the order; a row without a content comes behind nothing."""
    for row in rows:
        found = key(row)
        if found[0] and (found < end if descending else found > end):
            yield row

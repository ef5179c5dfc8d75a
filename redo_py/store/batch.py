"""Records sorted by table and turned into columns, so that the work per cell is done by C loops."""

from __future__ import annotations

from itertools import chain

from redo_py.records import LEDGER, TRACE, UNLEDGER, VALUE
from redo_py.store.misfits import refuse_misfit
from redo_py.store.schema import LAYOUTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from redo_py.records import Record, Table
    from redo_py.store.large_values import LargeValues
    from redo_py.store.schema import Layout

    Row = tuple[Any, ...]
    Columns = list[tuple[Any, ...]]


class Sheet:
    """The rows of one table."""

    __slots__ = ("columns", "layout", "seals")

    def __init__(self, table: Table, rows: list[Row]) -> None:
        self.layout: Layout = LAYOUTS[table]
        self.columns: Columns = list(zip(*rows, strict=True))
        self.seals: list[bytes] = list(map(self.layout.seal, *self.columns)) if self.layout.seal else []
        if len(self.columns) != len(table.columns) or self._lacks_number():
            raise ValueError(f"records that do not fit {table.name}")

    def cells(self, places: tuple[int, ...]) -> Iterator[Any]:
        """All cells of the columns at `places`."""
        return chain.from_iterable(self.columns[place] for place in places)

    def _lacks_number(self) -> bool:
        """Whether a key is None that numbers its row: unlike any other cell SQLite would fill it in."""
        table = self.layout.table
        return self.layout.numbered and None in self.columns[table.positions[table.key[0]]]


class Batch:
    """What one transaction writes. Raises ValueError for a record that does not fit its table."""

    __slots__ = ("digests", "evaluations", "names", "sheets", "unledgered")

    def __init__(self, records: Sequence[Record], large: LargeValues | None = None) -> None:
        rows = grouped(records)
        try:
            if VALUE in rows:
                rows[VALUE] = first_of_each(rows[VALUE])
                if large is not None:
                    rows[VALUE] = large.taken_out(rows[VALUE])
            self.unledgered: list[str] = fold_ledger(rows, records) if UNLEDGER in rows else []
            self.sheets = [Sheet(table, rows[table]) for table in rows]
        except (AttributeError, IndexError, TypeError, ValueError):
            for table, row in records:
                refuse_misfit(table, row)
            raise
        # In the order in which they are met: rows whose keys ascend are appended, which is faster than putting them
        # here and there.
        self.digests: dict[bytes | None, None] = dict.fromkeys(
            chain.from_iterable([sheet.cells(sheet.layout.digest_places) for sheet in self.sheets])
        )
        self.names: dict[str | None, None] = dict.fromkeys(
            chain.from_iterable([sheet.cells(sheet.layout.name_places) for sheet in self.sheets])
        )
        self.evaluations = {row[0] for row in rows.get(TRACE, ())}  # those that get a trace


def grouped(records: Sequence[Record]) -> dict[Table, list[Row]]:
    """The rows of each table, in their order."""
    rows: dict[Table, list[Row]] = {}
    for table, row in records:
        if table in rows:
            rows[table].append(row)
        else:
            rows[table] = [row]
    return rows


def first_of_each(rows: list[Row]) -> list[Row]:
    """The first of the rows with each key, which would win: the result of one call is an argument of the next."""
    found: dict[Any, Row] = {}
    for row in rows:
        found.setdefault(row[0], row)
    return list(found.values())


def fold_ledger(rows: dict[Table, list[Row]], records: Sequence[Record]) -> list[str]:
    """Keep in `rows` only the last word about each path of the ledger; the paths to take out, which leave `rows`."""
    last = {}
    for table, row in records:
        if table is LEDGER or table is UNLEDGER:
            refuse_misfit(table, row)
            last[row[0]] = (table, row)
    del rows[UNLEDGER]
    rows.pop(LEDGER, None)
    kept = [row for table, row in last.values() if table is LEDGER]
    if kept:
        rows[LEDGER] = kept
    return [path for path, (table, _) in last.items() if table is UNLEDGER]

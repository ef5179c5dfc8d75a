"""Records sorted by table and turned into columns, so that the work per cell is done by C loops."""

from __future__ import annotations

from redo_py.records import LEDGER, TRACE, UNLEDGER
from redo_py.store.schema import LAYOUTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.records import Record, Table
    from redo_py.store.schema import Layout

    Row = tuple[Any, ...]
    Columns = list[tuple[Any, ...]]


class Batch:
    """What one transaction writes. Raises ValueError for a record that does not fit its table."""

    __slots__ = ("digests", "evaluations", "names", "tables", "unledgered")

    def __init__(self, records: Sequence[Record]) -> None:
        rows = grouped(records)
        self.unledgered: list[str] = []  # paths to take out of the ledger
        if UNLEDGER in rows:
            rows, self.unledgered = with_ledger_folded(rows, records)
        self.tables: list[tuple[Layout, Columns]] = [(LAYOUTS[table], columns_of(table, rows[table])) for table in rows]
        self.digests: set[bytes | None] = set()
        self.names: set[str | None] = set()
        self.evaluations: set[bytes] = set()  # those that get a trace
        for layout, columns in self.tables:
            self._collect(layout, columns)

    def _collect(self, layout: Layout, columns: Columns) -> None:
        self.digests.update(*[columns[place] for place in layout.digest_places])
        self.names.update(*[columns[place] for place in layout.name_places])
        if layout.table is TRACE:
            self.evaluations.update(columns[0])


def grouped(records: Sequence[Record]) -> dict[Table, list[Row]]:
    """The rows of each table, in their order."""
    rows: dict[Table, list[Row]] = {}
    for table, row in records:
        if table in rows:
            rows[table].append(row)
        else:
            rows[table] = [row]
    return rows


def with_ledger_folded(
    rows: dict[Table, list[Row]], records: Sequence[Record]
) -> tuple[dict[Table, list[Row]], list[str]]:
    """`rows` without UNLEDGER, only the last word about each path being kept; and the paths to take out."""
    last = {row[0]: (table, row) for table, row in records if table is LEDGER or table is UNLEDGER}
    kept = [row for table, row in last.values() if table is LEDGER]
    others = {table: group for table, group in rows.items() if table is not LEDGER and table is not UNLEDGER}
    gone = [path for path, (table, _) in last.items() if table is UNLEDGER]
    return {**others, **({LEDGER: kept} if kept else {})}, gone


def columns_of(table: Table, rows: list[Row]) -> Columns:
    """`rows` as columns; ValueError if one of them has too many or too few cells."""
    columns = list(zip(*rows, strict=True))
    if len(columns) != len(table.columns):
        raise ValueError(f"a record of {table.name} has {len(table.columns)} columns, not {len(columns)}")
    return columns

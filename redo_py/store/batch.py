"""Records by columns, so that the work per cell is done by C loops."""

from __future__ import annotations

from itertools import chain
from operator import itemgetter

from redo_py.records import TRACE, UNLEDGER, VALUE
from redo_py.store.gathering import gather
from redo_py.store.misfits import refuse_misfit
from redo_py.store.schema import LAYOUTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from redo_py.records import Buffer, Record, Table
    from redo_py.store.large_values import LargeValues
    from redo_py.store.schema import Layout

    Columns = list[list[Any]]


class Sheet:
    """The rows of one table."""

    __slots__ = ("columns", "layout", "seals")

    def __init__(self, table: Table, columns: Columns) -> None:
        self.layout: Layout = LAYOUTS[table]
        self.columns = columns
        self.seals: list[bytes] = list(map(self.layout.seal, *columns)) if self.layout.seal else []
        if self._lacks_number():
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

    def __init__(self, records: Buffer | Sequence[Record], large: LargeValues | None = None) -> None:
        gathered = gather(records)
        try:
            columns = {table: gathered.columns(table) for table in gathered if gathered[table]}
            (self.unledgered,) = columns.pop(UNLEDGER, [[]])
            if VALUE in columns:
                columns[VALUE] = first_of_each(columns[VALUE])
                if large is not None:
                    columns[VALUE] = large.taken_out(columns[VALUE])
            self.sheets = [Sheet(table, columns[table]) for table in columns]
        except (AttributeError, IndexError, TypeError, ValueError):
            for table in gathered:
                for row in gathered.rows(table):
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
        self.evaluations = set(columns[TRACE][0]) if TRACE in columns else set()  # those that get a trace


def first_of_each(columns: Columns) -> Columns:
    """The first of the rows with each key, which would win: the result of one call is an argument of the next."""
    keys = columns[0]
    found = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
    if len(found) == len(keys):
        return columns
    of_firsts = itemgetter(*sorted(found.values()), 0)  # one more, so that it gives a tuple in any case
    return [list(of_firsts(column)[:-1]) for column in columns]

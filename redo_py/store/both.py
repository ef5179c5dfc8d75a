"""The read door over two databases: the one that runs share, and the one of a state folder."""

from __future__ import annotations

from heapq import merge
from itertools import chain, islice

from redo_py.records import EXECUTION, FAILURE, FILE_USE, FIRST_WRITTEN, JOB, LATEST, LEDGER, OUTPUT, TAG
from redo_py.store.memory import order_of, place_of, rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from redo_py.records import Table
    from redo_py.store.api import Reader

    Row = tuple[Any, ...]

OWN = (EXECUTION, JOB, FILE_USE, OUTPUT, TAG, FAILURE, LATEST, LEDGER)  # no row of these is in both


class BothReaders:
    """What either of two readers has, each row once."""

    def __init__(self, one: Reader, other: Reader) -> None:
        self._readers = (one, other)

    def values(self, digests: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        """For each digest the (format, bytes) of its value."""
        one, other = (reader.values(digests) for reader in self._readers)
        return [here if here is not None else there for here, there in zip(one, other, strict=True)]

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
        places = [place_of(table, name) for name in columns]
        each = [reader.rows(table, where, order, descending, limit, (), after) for reader in self._readers]
        found: Iterable[Row] = chain.from_iterable(each)
        if table not in OWN:
            found = dict.fromkeys(found)
        if order == FIRST_WRITTEN:
            found = merge(*each, key=order_of(EXECUTION.positions["started"]), reverse=descending)
        elif order:
            found = sorted(found, key=order_of(place_of(table, order)), reverse=descending)
        rows = islice(found, limit)
        return (tuple([row[place] for place in places]) for row in rows) if places else rows

    def beginning(self, digits: str, limit: int) -> list[bytes]:
        """The digests and ids that begin with `digits`; see the Reader door."""
        return sorted({each for reader in self._readers for each in reader.beginning(digits, limit)})[:limit]

    def names(self, table: Table, column: str, after: str | None, limit: int) -> list[str]:
        """What a column of names holds; see the Reader door."""
        found = {name for reader in self._readers for name in reader.names(table, column, after, limit)}
        return sorted(found, key=rank)[:limit]

    def durations(self, origins: Sequence[str]) -> list[float | None]:
        """For each origin the seconds that its newest job took; see the Reader door."""
        one, other = (reader.durations(origins) for reader in self._readers)
        return [here if here is not None else there for here, there in zip(one, other, strict=True)]

    def close(self) -> None:
        """Give both back."""
        for reader in self._readers:
            reader.close()

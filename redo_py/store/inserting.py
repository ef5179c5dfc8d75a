"""Many rows into one table: statements of MANY rows each take three fifths of the time that single ones take."""

from __future__ import annotations

from itertools import chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Iterable, Sequence
    from typing import Any

MANY = 64  # times the widest table stays below 999, the number of parameters that old versions of SQLite take


class Insertion:
    """An INSERT of rows of `width` cells; `rest` says what becomes of a row whose key is there already."""

    __slots__ = ("_many", "_one", "_width")

    def __init__(self, start: str, width: int, rest: str) -> None:
        places = f"({', '.join('?' * width)})"
        self._width = width
        self._one = f"{start} VALUES {places} {rest}"
        self._many = f"{start} VALUES {', '.join([places] * MANY)} {rest}"

    def execute(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> int:
        """Insert `rows` in their order; how many the table took in. Must be inside a transaction."""
        cells = tuple(chain.from_iterable(rows))
        whole = len(cells) - len(cells) % (MANY * self._width)
        taken = 0
        for start in range(0, whole, MANY * self._width):
            taken += connection.execute(self._many, cells[start : start + MANY * self._width]).rowcount
        for start in range(whole, len(cells), self._width):
            taken += connection.execute(self._one, cells[start : start + self._width]).rowcount
        return taken

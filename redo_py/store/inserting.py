"""Many rows into one table: statements of many rows each take three fifths of the time that single ones take."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Sequence
    from typing import Any

# How many rows one statement takes, the largest first. So many times the widest table stays below 999, the number of
# parameters that old versions of SQLite take. A build of commands has a few dozen rows to write at a time.
SIZES = (64, 8, 1)


class Insertion:
    """An INSERT of rows of `width` cells; `rest` says what becomes of a row whose key is there already."""

    __slots__ = ("_statements",)

    def __init__(self, start: str, width: int, rest: str) -> None:
        places = f"({', '.join('?' * width)})"
        self._statements = [  # with the number of cells that each takes
            (size * width, f"{start} VALUES {', '.join([places] * size)} {rest}") for size in SIZES
        ]

    def execute(self, connection: Connection, columns: Sequence[Sequence[Any]]) -> int:
        """Insert rows in their order; how many the table took in. Must be inside a transaction."""
        width = len(columns)
        cells: list[Any] = [None] * (len(columns[0]) * width)
        for place, column in enumerate(columns):
            cells[place::width] = column
        taken = done = 0
        for size, statement in self._statements:
            end = len(cells) - (len(cells) - done) % size
            for start in range(done, end, size):
                taken += connection.execute(statement, cells[start : start + size]).rowcount
            done = end
        return taken

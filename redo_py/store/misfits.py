"""Records that do not fit their tables: mistakes of whoever wrote them, never of the user."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.records import Table


def refuse_misfit(table: Table, row: tuple[Any, ...]) -> None:
    """Raise ValueError if `row` is too short or too long for `table`, or lacks a cell that it must have."""
    if len(row) != len(table.columns):
        raise ValueError(f"a record of {table.name} has {len(table.columns)} columns, not {len(row)}")
    for (name, _), cell in zip(table.columns, row, strict=True):
        if cell is None and not name.endswith("?"):
            raise ValueError(f"a record of {table.name} has no {name}")

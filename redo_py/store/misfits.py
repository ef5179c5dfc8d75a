"""Records that do not fit their tables: mistakes of whoever wrote them, never of the user."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.records import Table

OF_KIND: dict[str, type | tuple[type, ...]] = {
    "id": bytes, "digest": bytes, "blob": bytes, "name": str, "text": str, "integer": int, "real": (float, int),
}  # fmt: skip


def refuse_misfit(table: Table, row: tuple[Any, ...]) -> None:
    """Raise ValueError if `row` is too short or too long for `table`, or lacks a cell that it must have."""
    if len(row) != len(table.columns):
        raise ValueError(f"a record of {table.name} has {len(table.columns)} columns, not {len(row)}")
    for (name, _), cell in zip(table.columns, row, strict=True):
        if cell is None and not name.endswith("?"):
            raise ValueError(f"a record of {table.name} has no {name}")


def refuse_shifted(table: Table, row: tuple[Any, ...]) -> None:
    """Raise ValueError if a cell of `row` is of another kind than its column: of records that came as cells, one was
    too short and another too long, which cannot be seen by how many cells there are. Too slow for stores that last."""
    for (name, kind), cell in zip(table.columns, row, strict=True):
        if cell is not None and not isinstance(cell, OF_KIND[kind]):
            raise ValueError(f"a record of {table.name} has a {type(cell).__name__} for its {name}")

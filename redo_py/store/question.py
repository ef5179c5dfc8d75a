"""What the read door asks of one table."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Question:
    """What is asked of one table, see `Reader.rows`."""

    __slots__ = ("after", "columns", "descending", "limit", "order", "where")

    def __init__(
        self,
        where: dict[str, Any] | None,
        order: str,
        descending: bool,
        limit: int | None,
        columns: Sequence[str],
        after: Any,
    ) -> None:
        self.where = where or {}
        self.order = order
        self.descending = descending
        self.limit = limit
        self.columns = columns
        self.after = after
        if after is not None and not order:
            raise ValueError("behind what, without an order?")

"""How texts are stored: as TEXT, or as a blob if they have lone surrogates, as file names that are no UTF-8 do."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Row = tuple[Any, ...]


def as_cell(content: Any) -> Any:
    """What is stored for `content`, which need not be a text."""
    if not isinstance(content, str):
        return content
    try:
        content.encode()
    except UnicodeEncodeError:
        return content.encode("utf-8", "surrogatepass")
    return content


def as_text(cell: Any) -> Any:
    """The content of a column of texts that `as_cell` stored as `cell`."""
    return cell.decode("utf-8", "surrogatepass") if isinstance(cell, bytes) else cell


def with_texts(places: Sequence[int], rows: list[Row], read: Callable[[Any], Any] = as_text) -> list[Row]:
    """`rows` with the cells at `places`, which are stored texts, as the texts that `read` gives."""
    odd = [place for place in places if any(type(row[place]) is bytes for row in rows)]
    return [with_texts_at(odd, row, read) for row in rows] if odd else rows


def with_texts_at(places: list[int], row: Row, read: Callable[[Any], Any]) -> Row:
    """`row` with the cells at `places` as texts."""
    cells = list(row)
    for place in places:
        cells[place] = read(cells[place])
    return tuple(cells)

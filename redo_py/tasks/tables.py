"""Tables as text: lines of cells below a header that names the columns. Everything stays text."""

from __future__ import annotations

import _csv  # `csv` itself imports re
from io import StringIO

from redo_py.tasks.malformed import Malformed, checked_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = {".tsv": "\t", ".tab": "\t", ".csv": ","}  # by the suffix of the file


def delimiter_of(path: str, asked: str) -> str:
    """What stands between the cells of the file at `path`: what was `asked` for, else what its suffix says. Raises
    Malformed if neither says it."""
    if asked:
        if len(asked) != 1 or asked in '\r\n"':
            raise Malformed("bad-delimiter", delimiter=repr(asked))
        return asked
    for suffix, delimiter in DELIMITERS.items():
        if path.lower().endswith(suffix):
            return delimiter
    raise Malformed("table-format")


def read_table(text: str, delimiter: str) -> list[dict[str, str]]:
    """The rows of a table, each a dict from column to cell. Cells may be quoted as in CSV files; empty lines say
    nothing. Raises Malformed."""
    text = checked_text(text)
    rows = _rows(text, delimiter)
    _, header = next(rows, (0, []))
    if not header:
        raise Malformed("table-empty")
    _check_header(text, header)
    table = []
    for line, row in rows:
        if len(row) != len(header):
            found = f"{len(row)} cell{'s' * (len(row) != 1)}"
            raise Malformed("table-row", text, line, found=found, wanted=len(header))
        table.append(dict(zip(header, row, strict=True)))
    return table


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line that it begins on, cells) of each row that has any."""
    reader = _csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except _csv.Error as error:
            raise Malformed("table-syntax", text, line, error=str(error)) from None
        if row is None:
            return
        if row:
            yield line, row


def _check_header(text: str, header: list[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        line = 1 + text[: len(text) - len(text.lstrip("\r\n"))].count("\n")
        if not name.strip():
            raise Malformed("column-nameless", text, line, number=number)
        if name in seen:
            raise Malformed("column-repeated", text, line, name=name)
        seen.add(name)

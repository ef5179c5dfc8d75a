"""Malformed: what is wrong with a file of the user's that redun reads, and where in it."""

from __future__ import annotations

from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from redo_py.ground.errors import RedunError


class Malformed(ValueError):
    """A text cannot be read as what its name says. `code` is of catalogue/windows.py, `words` fill its braces; `line`
    and `column` count from 1, line 0 means the whole file."""

    def __init__(self, code: str, text: str = "", line: int = 0, column: int = 1, **words: Any) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.column = column
        self.source = line_of(text, line)
        self.words = words

    def error(self, kind: type[RedunError], path: str, facts: Iterable[tuple[str, str]] = ()) -> RedunError:
        """The same about the file at `path`, as an error of `kind`."""
        span = Span(path, self.line, self.column) if self.line else None
        source = self.source if self.line else None
        return kind(self.code, span=span, source=source, facts=facts, path=path, **self.words)


def line_of(text: str, line: int) -> str:
    """The line with this number, "" if there is none. What cannot be shown is a question mark."""
    lines = text.split("\n", line)
    found = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in found)


def checked_text(text: str) -> str:
    """`text`, decoded with surrogateescape, without a byte order mark. Raises Malformed if it was no UTF-8."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Malformed("not-utf8", text, *place_of(text, error.start)) from None
    return text.removeprefix("\ufeff")


def place_of(text: str, index: int) -> tuple[int, int]:
    """(line, column) of the character `text[index]`."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)

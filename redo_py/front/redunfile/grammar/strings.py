"""String literals: prefixes, escapes, documentation text."""

from __future__ import annotations

import re

from redo_py.front.redunfile.grammar.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ESCAPE = re.compile(r"\\(\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[^\n])", re.ASCII)
PLAIN_ESCAPES = {
    "\n": "", "\\": "\\", "'": "'", '"': '"',
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip


class Literal:
    """One STRING token taken apart."""

    __slots__ = ("column", "content", "is_fstring", "is_raw", "line", "prefix", "quotes")

    def __init__(self, text: str, line: int, column: int) -> None:
        start = min(at for at in (text.find('"'), text.find("'")) if at >= 0)
        self.prefix = text[:start].lower()
        self.quotes = text[start] * (3 if text[start : start + 3] == text[start] * 3 else 1)
        self.content = text[start + len(self.quotes) : -len(self.quotes)]
        self.is_raw = "r" in self.prefix
        self.is_fstring = "f" in self.prefix
        self.line = line
        self.column = column

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset` of the content."""
        lines = self.content.count("\n", 0, offset)
        if lines:
            return self.line + lines, offset - self.content.rindex("\n", 0, offset)
        return self.line, self.column + len(self.prefix) + len(self.quotes) + offset

    def refusal(self, code: str, offset: int, **words: object) -> Refusal:
        """What is wrong at `offset` of the content."""
        return Refusal(code, *self.place(offset), **words)


def plain_text(literal: Literal) -> str:
    """The value of a literal that is no f-string.

    Raises Refusal for bytes, t-strings and escapes that mean nothing.
    """
    _check_prefix(literal)
    return resolved(literal, 0, literal.content)


def resolved(literal: Literal, start: int, text: str) -> str:
    """`text`, which begins at offset `start` of the literal's content, with its escapes replaced."""
    if literal.is_raw or "\\" not in text:
        return text
    return ESCAPE.sub(_escape_reader(literal, start), text)


def _check_prefix(literal: Literal) -> None:
    for letter, code in (("b", "bytes-literal"), ("t", "template-literal")):
        if letter in literal.prefix:
            raise Refusal(code, literal.line, literal.column)


def _escape_reader(literal: Literal, start: int) -> Callable[[re.Match[str]], str]:
    """A function from one match of ESCAPE to what it stands for."""

    def read(match: re.Match[str]) -> str:
        value = _escape_value(match[1])
        if value is None:
            raise literal.refusal("bad-escape", start + match.start(), escape=match[0])
        return value

    return read


def _escape_value(body: str) -> str | None:
    """What a backslash before `body` stands for; None when it means nothing."""
    if body in PLAIN_ESCAPES:
        return PLAIN_ESCAPES[body]
    if body[0] == "N":
        return _named_character(body[2:-1])
    if body[0] in "xuU" and len(body) > 1:
        return _character(int(body[1:], 16), 0x10FFFF)
    if body[0] in "01234567":
        return _character(int(body, 8), 0o377)
    return None


def _character(number: int, most: int) -> str | None:
    return chr(number) if number <= most and not 0xD800 <= number <= 0xDFFF else None


def _named_character(name: str) -> str | None:
    import unicodedata

    try:
        return unicodedata.lookup(name)
    except KeyError:
        return None


def cleaned_doc(text: str) -> str:
    """A docstring without its common margin and without blank lines around it, as inspect.cleandoc does it."""
    lines = text.expandtabs().split("\n")
    margins = [len(line) - len(line.lstrip()) for line in lines[1:] if line.lstrip()]
    margin = min(margins, default=0)
    cleaned = [lines[0].lstrip(), *(line[margin:] for line in lines[1:])]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    while cleaned and not cleaned[0]:
        cleaned.pop(0)
    return "\n".join(cleaned)

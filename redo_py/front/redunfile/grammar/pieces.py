"""A file that does not parse, cut into its top-level statements, so that each tells its own error.

The cut is by eye, as a reader does it: a statement begins at the first column. An unclosed bracket swallows all that
follows, so what looks like the beginning of a statement ends it.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What can hide a line end or a bracket, brackets, and line ends.
LANDMARK = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|\'\'\'[^\'\\]*(?:(?:\\.|\'(?!\'\'))[^\'\\]*)*\'\'\''
    r'|(?P<endless>"""|\'\'\').*'
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\\\n]*(?:\\.[^\'\\\n]*)*\''
    r"|\#[^\n]*|\\\n|(?P<opener>[(\[{])|(?P<closer>[)\]}])|(?P<newline>\n)",
    re.DOTALL,
)
SURE_STATEMENT = re.compile(r"@|(?:def|from|import|return|assert|pass|class|while|with|try)\b")
ANY_STATEMENT = re.compile(rf"^(?:{SURE_STATEMENT.pattern}|(?:for|if)\b|[^\W\d]\w*[ ]*(?:\(|\+?=(?!=)))", re.MULTILINE)
NOTHING = re.compile(r"[ \t]*(?:\n|#)")
CONTINUES = re.compile(r"[ \t\n#)\]}]|(?:elif|else)\b")


class Piece:
    """A stretch of a file that begins with a line."""

    __slots__ = ("line", "text", "unclosed")

    def __init__(self, line: int, text: str, unclosed: tuple[int, int, str] | None = None) -> None:
        self.line = line  # of its first character, in the file
        self.text = text
        self.unclosed = unclosed  # line and column in the file of a bracket that is never closed, and the bracket


def pieces(text: str) -> Iterator[Piece]:
    """The top-level statements of `text`, with what stands above each, in order; together they are the text."""
    start, line = 0, 1
    while start < len(text):
        end, opener = _end_of_piece(text, start)
        unclosed = None
        if opener is not None:
            unclosed = (line + text.count("\n", start, opener), opener - text.rfind("\n", 0, opener), text[opener])
        yield Piece(line, text[start:end], unclosed)
        line += text.count("\n", start, end)
        start = end


def _end_of_piece(text: str, start: int) -> tuple[int, int | None]:
    """Where the piece that begins at `start` ends, and its innermost bracket that is never closed."""
    openers: list[int] = []
    at = start
    is_decorated = text.startswith("@", start)
    has_begun = not NOTHING.match(text, start)
    while found := LANDMARK.search(text, at):
        at = found.end()
        if found["endless"]:
            return len(text), None  # the string is the worse trouble
        if found["opener"]:
            openers.append(found.start())
        elif found["closer"] and openers:
            openers.pop()
        elif found["newline"] and openers and SURE_STATEMENT.match(text, at):
            return at, openers[-1]
        elif found["newline"] and not openers and at < len(text) and not CONTINUES.match(text, at):
            if has_begun and not is_decorated:
                return at, None
            has_begun = True
            is_decorated = text.startswith("@", at)
    if not openers:
        return len(text), None
    resume = ANY_STATEMENT.search(text, text.find("\n", openers[0]) + 1)
    end = resume.start() if resume else len(text)
    return end, max(opener for opener in openers if opener < end)

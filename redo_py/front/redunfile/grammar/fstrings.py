"""f-strings: literal text and holes, split by us so that every hole keeps its own line and column.

What Python 3.9 refuses is refused: a backslash or `#` inside the braces, and the f-string's own quotes. Conversions
(`!r`), `{name=}` and holes inside a format specification are not part of the language.
"""

from __future__ import annotations

import re

from redo_py.front.redunfile.grammar.refusal import Refusal
from redo_py.front.redunfile.grammar.strings import Literal, resolved
from redo_py.front.redunfile.grammar.syntax import Hole, Name
from redo_py.ground.catalogue.syntax import INSTEAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redo_py.front.redunfile.grammar.syntax import Node

    ReadHole = Callable[[str, int, int], Node]  # the text between the braces, and the place of its first character

KEYWORDS = {"None", "True", "False", "and", "or", "not", "if", "else", "elif", "for", "in", "is", "def", "from", "as",
            "return", "pass", "assert", *INSTEAD}  # fmt: skip
# What the walk over a literal stops at, and what it stops at inside braces.
TEXT_STOP = re.compile(r"\\N\{[^}]*\}|\\.|[{}]", re.DOTALL)
RAW_TEXT_STOP = re.compile(r"[{}]")
HOLE_STOP = re.compile(r"[][(){}\\#:'\"]|[!=<>]=|!")
QUOTED = re.compile(r"('''|\"\"\"|'|\")(?:(?!\1).)*\1", re.DOTALL)
PAIRS = {")": "(", "]": "[", "}": "{"}


def split(literal: Literal, read_hole: ReadHole) -> Iterator[str | Hole]:
    """The parts of an f-string in order; texts have escapes and doubled braces resolved."""
    content = literal.content
    stop = RAW_TEXT_STOP if literal.is_raw else TEXT_STOP
    start = at = 0  # the text not yet handed out begins at `start`
    while found := stop.search(content, at):
        at = found.start()
        brace = found[0]
        if brace[0] == "\\":
            if found[0] in ("\\{", "\\}"):
                raise literal.refusal("bad-escape", at, escape=found[0])
            at = found.end()
        elif content[at : at + 2] == brace * 2:
            yield resolved(literal, start, content[start:at]) + brace
            start = at = at + 2
        elif brace == "}":
            raise literal.refusal("unopened-hole", at)
        else:
            yield resolved(literal, start, content[start:at])
            hole, start = _hole(literal, at, read_hole)
            at = start
            yield hole
    yield resolved(literal, start, content[start:])


def _hole(literal: Literal, brace: int, read_hole: ReadHole) -> tuple[Hole, int]:
    """The hole whose `{` is at `brace`, and the offset behind its `}`."""
    content = literal.content
    end = _end_of_expression(literal, brace)
    text = content[brace + 1 : end]
    _check_expression(literal, brace, end)
    value = _value(literal, brace + 1, text, read_hole)
    spec = ""
    if content[end] == ":":
        close = _end_of_spec(literal, brace, end + 1)
        spec, end = content[end + 1 : close], close
    return Hole(*literal.place(brace), spec, value), end + 1


def _end_of_expression(literal: Literal, brace: int) -> int:
    """The offset of the `}`, `:` or `!` that ends the expression after the `{` at `brace`."""
    content = literal.content
    brackets: list[str] = []
    at = brace + 1
    while found := HOLE_STOP.search(content, at):
        at = found.start()
        char = found[0]
        if char in "'\"":
            at = _end_of_quoted(literal, brace, at)
            continue
        if char in "\\#":
            raise literal.refusal("backslash-in-hole" if char == "\\" else "comment-in-hole", at)
        if char in "([{":
            brackets.append(char)
        elif not brackets and char in "}:!":
            return at
        elif char in ")]}" and (not brackets or brackets.pop() != PAIRS[char]):
            break
        at = found.end()
    raise _never_closed(literal, brace)


def _end_of_quoted(literal: Literal, brace: int, at: int) -> int:
    """The offset behind the string that begins at `at`, inside the braces."""
    quoted = QUOTED.match(literal.content, at)
    if not quoted:
        raise _never_closed(literal, brace)
    backslash = quoted[0].find("\\")
    if backslash >= 0:
        raise literal.refusal("backslash-in-hole", at + backslash)
    return quoted.end()


def _never_closed(literal: Literal, brace: int) -> Refusal:
    """The error of a `{` without its `}`; a hole cut short by the f-string's own quote is told apart."""
    rest = literal.content[brace + 1 :]
    if rest.rstrip().endswith(("(", "[", ",", "+", "=")) and len(literal.quotes) == 1:
        return literal.refusal("quote-in-hole", brace, quote=literal.quotes)
    return literal.refusal("unclosed-hole", brace)


def _check_expression(literal: Literal, brace: int, end: int) -> None:
    """Refuse an empty hole, a conversion and `{name=}`."""
    text = literal.content[brace + 1 : end].rstrip()
    if not text.strip():
        raise literal.refusal("empty-hole", brace)
    if literal.content[end] == "!":
        raise literal.refusal("conversion", end)
    if text.endswith("=") and not text.endswith(("==", "!=", "<=", ">=")):
        raise literal.refusal("debug-hole", brace + len(text))


def _value(literal: Literal, start: int, text: str, read_hole: ReadHole) -> Node:
    """What stands between the braces; a lone name, by far the most common, needs no parser."""
    line, column = literal.place(start)
    if text.isidentifier() and text.isascii() and text not in KEYWORDS:
        return Name(line, column, text)
    return read_hole(text, line, column)


def _end_of_spec(literal: Literal, brace: int, start: int) -> int:
    """The offset of the `}` that ends the format specification that begins at `start`."""
    content = literal.content
    end = content.find("}", start)
    if end < 0:
        raise _never_closed(literal, brace)
    for at in range(start, end):
        if content[at] in "{\\\n":
            raise literal.refusal("hole-in-spec", at)
    return end

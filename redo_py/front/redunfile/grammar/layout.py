"""Between lexer and parser: indentation, brackets, and words that are no part of the language.

Lark's own Indenter keeps its state on itself, so a parse inside a parse (the holes of f-strings) would spoil it;
here all state lives in one call of `process`. Holes arrive wrapped in parentheses, where line ends mean nothing.
"""

from __future__ import annotations

from redo_py.front.redunfile.grammar.refusal import Refusal, refuse
from redo_py.ground.catalogue.syntax import INSTEAD, LOOKALIKES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lark import Token

MOST_BRACKETS = 40  # Python stops at 200 for a whole line; four nested kinds of f-string may stand in each other
MOST_BLOCKS = 20  # as Python
MOST_DIGITS = 1000  # Python reads no decimal number of more than 4300

CLOSERS = {"RPAR": "LPAR", "RSQB": "LSQB", "RBRACE": "LBRACE"}
OPENERS = frozenset(CLOSERS.values())


class Bracket:
    """One that is open."""

    __slots__ = ("has_comma", "opener", "split_string")

    def __init__(self, opener: Token) -> None:
        self.opener = opener
        self.has_comma = False  # directly inside it
        self.split_string: Token | None = None  # a string directly inside it that follows another on a line above


class Layout:
    """Lark's post-lexer; one serves any number of parses at once."""

    # Kinds of token that the grammar never asks for, so that the lexer has a name for everything.
    always_accept = ("OPEN_STRING", "BAD_NUMBER", "REFUSED_OPERATOR", "STRAY")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens of a sentence: line ends inside brackets gone, _INDENT and _DEDENT added.

        Raises Refusal at the first token that cannot be part of any redunfile.
        """
        indents = [0]
        brackets: list[Bracket] = []
        before: Token | None = None
        for token in stream:
            kind = token.type
            if kind == "_NEWLINE":
                if brackets:
                    continue
                if before is not None:
                    yield token
                yield from _indentation(token, indents)
            elif kind == "NAME":
                if token in INSTEAD or not token.isascii():
                    _check_name(token)
                yield token
            else:
                check = _CHECKS.get(kind)
                if check:
                    check(token, before, brackets)
                yield token
            before = token
        if brackets:
            raise unclosed(brackets[0].opener)


def unclosed(opener: Token) -> Refusal:
    """The error of a bracket that nothing closes."""
    return Refusal("unclosed-bracket", opener.line or 1, opener.column or 1, bracket=str(opener))


def _indentation(newline: Token, indents: list[int]) -> Iterator[Token]:
    """The _INDENT or the _DEDENTs that the line after `newline` asks for; keeps `indents`, the open blocks."""
    margin = newline.rpartition("\n")[2]
    if "\t" in margin:
        raise Refusal("tab-indentation", newline.end_line or 1, margin.index("\t") + 1)
    width = len(margin)
    if width > indents[-1]:
        if len(indents) > MOST_BLOCKS:
            raise Refusal("too-many-blocks", newline.end_line or 1, width + 1, most=MOST_BLOCKS)
        indents.append(width)
        yield _marker("_INDENT", newline, width)
    while width < indents[-1]:
        indents.pop()
        yield _marker("_DEDENT", newline, width)
    if width != indents[-1]:
        columns = " or ".join(str(indent + 1) for indent in indents)
        raise Refusal("uneven-dedent", newline.end_line or 1, width + 1, columns=columns)


def _marker(kind: str, newline: Token, width: int) -> Token:
    """An _INDENT or _DEDENT at the first character of the line after `newline`."""
    return type(newline)(kind, "", line=newline.end_line, column=width + 1)


def _check_name(name: Token) -> None:
    if name in INSTEAD:
        refuse("not-in-language", name, word=str(name), instead=INSTEAD[name])
    if not name.isidentifier():
        refuse("not-a-name", name, name=str(name))
    import unicodedata

    plain = unicodedata.normalize("NFKC", name)
    if plain != name:
        refuse("odd-name", name, name=str(name), plain=plain)


def _open_bracket(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    if len(brackets) == MOST_BRACKETS:
        refuse("too-many-brackets", token, most=MOST_BRACKETS)
    brackets.append(Bracket(token))


def _close_bracket(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    if not brackets:
        refuse("unopened-bracket", token, bracket=str(token))
    bracket = brackets.pop()
    opener = bracket.opener
    if opener.type != CLOSERS[token.type]:
        refuse(
            "mismatched-bracket", token, bracket=str(token), opener=str(opener), place=f"{opener.line}:{opener.column}"
        )
    if bracket.split_string and (bracket.has_comma or opener.type != "LPAR"):
        refuse("strings-across-lines", bracket.split_string)


def _comma(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    if brackets:
        brackets[-1].has_comma = True


def _string(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    """A comma forgotten between two items joins them silently in Python; alone in parentheses they are one text."""
    if brackets and before is not None and before.type == "STRING" and before.end_line != token.line:
        brackets[-1].split_string = brackets[-1].split_string or token


def _open_string(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    if token.endswith(('"""', "'''")):
        refuse("unclosed-long-string", token, quotes=token[-3:])
    refuse("unclosed-string", token)


def _integer(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    if len(token) > MOST_DIGITS:
        digits = sum(char.isdigit() for char in token)
        if digits > MOST_DIGITS:
            refuse("huge-number", token, digits=digits, most=MOST_DIGITS)


def _bad_number(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    if token.isdecimal() and token.isascii():
        refuse("leading-zero", token, text=str(token), decimal=token.lstrip("0"))
    refuse("bad-number", token, text=str(token))


def _refused_operator(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    refuse("not-in-language", token, word=str(token), instead=INSTEAD[token])


def _stray(token: Token, before: Token | None, brackets: list[Bracket]) -> None:
    if token in LOOKALIKES:
        refuse("typographic-character", token, shown=repr(str(token)), where="", plain=LOOKALIKES[token])
    if token == "\\":
        refuse("stray-backslash", token, where="")
    refuse("unexpected-character", token, shown=repr(str(token)), where="")


_CHECKS: dict[str, Callable[[Token, Token | None, list[Bracket]], None]] = {
    "STRING": _string,
    "COMMA": _comma,
    "INT": _integer,
    "OPEN_STRING": _open_string,
    "BAD_NUMBER": _bad_number,
    "REFUSED_OPERATOR": _refused_operator,
    "STRAY": _stray,
    **dict.fromkeys(OPENERS, _open_bracket),
    **dict.fromkeys(CLOSERS, _close_bracket),
}

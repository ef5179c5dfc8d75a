"""Why the parser stopped at a token, in words."""

from __future__ import annotations

from redo_py.front.redunfile.grammar.refusal import Refusal
from redo_py.front.redunfile.grammar.syntax import Node
from redo_py.ground.catalogue.syntax import INSTEAD, STATEMENT_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from lark import Token
    from lark.exceptions import UnexpectedToken

OPENERS = frozenset(["LPAR", "LSQB", "LBRACE"])
CLOSERS = frozenset(["RPAR", "RSQB", "RBRACE"])
WORDS = frozenset(["NAME", "INT", "FLOAT", "NONE", "TRUE", "FALSE"])
OPERANDS = WORDS | OPENERS | {"STRING"}
VALUE_ENDS = WORDS | CLOSERS


def explained(error: UnexpectedToken, start: str, text: str) -> Refusal:
    """The Refusal for a token that Lark did not expect in `text`, which was read from `start`."""
    parser: Any = error.interactive_parser
    accepted: set[str] = parser.accepts()
    before: list[Any] = parser.parser_state.value_stack
    for reason in (_layout_reason, _ending_reason, _foreign_reason, _equals_reason, _sentence_reason, _operand_reason):
        refusal = reason(error.token, accepted, before)
        if refusal is not None:
            break
    else:
        return _plain_reason(error.token, start, text)
    if start == "hole" and refusal.code == "missing-comma" and sum(_is(value, *OPENERS) for value in before) == 1:
        return _refusal("words-in-hole", error.token, **refusal.words)  # the one bracket is the hole itself
    return refusal


# Each of these knows some mistakes. `accepted` are the kinds of token that could stand here; `before` is what was read
# and is not yet part of something whole, the last of it last.


def _layout_reason(token: Token, accepted: set[str], before: list[Any]) -> Refusal | None:
    if token.type == "_INDENT":
        return _refusal("unexpected-indent", token)
    if accepted == {"_INDENT"}:
        return _refusal("missing-body", token)
    return None


def _ending_reason(token: Token, accepted: set[str], before: list[Any]) -> Refusal | None:
    if token.type != "_NEWLINE":
        return None
    if "COLON" in accepted and "EQUAL" not in accepted:
        return _refusal("missing-colon", token, what="end of line")
    return _refusal("unexpected-end", token, what="line", where="")


def _foreign_reason(token: Token, accepted: set[str], before: list[Any]) -> Refusal | None:
    """Words and operators that have their place in the language, but not the one they have in Python."""
    is_statement = token.type == "IMPORT" and "PASS" in accepted
    is_operator = token.type in ("DOUBLE_STAR", "AT") and _is_value(before)
    if is_statement or is_operator:
        return _refusal("not-in-language", token, word=str(token), instead=INSTEAD[token])
    return None


def _equals_reason(token: Token, accepted: set[str], before: list[Any]) -> Refusal | None:
    if token.type != "EQUAL" or not _is_value(before):
        return None
    is_second = any(_is(value, "EQUAL") and value.line == token.line for value in before)
    if is_second and "_NEWLINE" in accepted:
        return _refusal("chained-assignment", token)
    return _refusal("equals-in-expression", token, where="")


def _sentence_reason(token: Token, accepted: set[str], before: list[Any]) -> Refusal | None:
    if accepted <= {"AT", "DEF"}:
        return _refusal("lone-decorator", token)
    if token.type in ("ELSE", "ELIF") and "PASS" in accepted:
        return _refusal("lone-else", token, word=str(token))
    if token.type == "IF" and _is(before[-1], "ELSE") and accepted == {"COLON"}:
        return _refusal("else-if", token)
    return None


def _operand_reason(token: Token, accepted: set[str], before: list[Any]) -> Refusal | None:
    """A value right behind another."""
    if token.type not in OPERANDS or not _is_value(before):
        return None
    if accepted & CLOSERS:
        return _refusal("missing-comma", token, what=_shown(token), where="")
    name = before[-1]
    if not _is(name, "NAME") or not {"EQUAL", "COLON"} <= accepted:
        return None
    if name in STATEMENT_NAMES:
        return _refusal("not-in-language", name, word=str(name), instead=STATEMENT_NAMES[name])
    return _refusal("missing-call", token, what=_shown(token), name=str(name))


def _plain_reason(token: Token, start: str, text: str) -> Refusal:
    at = token.start_pos or 0
    if text[at : at + 3] == "...":
        return _refusal("ellipsis", token)
    if token.type == "$END":
        return _refusal("unexpected-end", token, what="file", where="")
    if start == "hole" and at == len(text) - 1:
        return _refusal("unexpected-end", token, what="expression", where="")
    return _refusal("unexpected-token", token, what=_shown(token), where="")


def _refusal(code: str, token: Token, **words: object) -> Refusal:
    return Refusal(code, token.line or 1, token.column or 1, **words)


def _is_value(before: list[Any]) -> bool:
    """Was the last thing read a value, or the end of one?"""
    return bool(before) and (isinstance(before[-1], Node) or _is(before[-1], *VALUE_ENDS))


def _is(value: Any, *kinds: str) -> bool:
    """Is it a token of one of these kinds?"""
    return getattr(value, "type", None) in kinds


def _shown(token: Token) -> str:
    if token.type == "STRING":
        return "string"
    return f"`{token}`" if token.strip() else "end of block"

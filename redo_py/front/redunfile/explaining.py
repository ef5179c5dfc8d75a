"""Why the parser stopped at a token, in words."""

from __future__ import annotations

from redo_py.front.redunfile.refusal import Refusal
from redo_py.ground.catalogue.syntax import INSTEAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from lark import Token
    from lark.exceptions import UnexpectedToken

OPERANDS = frozenset(["NAME", "STRING", "INT", "FLOAT", "NONE", "TRUE", "FALSE", "LPAR", "LSQB", "LBRACE"])
IN_FSTRING = " (inside an f-string)"


def explained(error: UnexpectedToken, start: str, text: str) -> Refusal:
    """The Refusal for a token that Lark did not expect in `text`, which was read from `start`."""
    token = error.token
    parser: Any = error.interactive_parser
    accepted: set[str] = parser.accepts()
    before: list[Any] = parser.parser_state.value_stack
    where = IN_FSTRING if start == "hole" else ""
    for reason in (_layout_reason, _ending_reason, _foreign_reason, _equals_reason, _sentence_reason, _operand_reason):
        code, words = reason(token, accepted, before)
        if code:
            break
    else:
        code, words = _plain_reason(token, text, start)
    return Refusal(code, token.line or 1, token.column or 1, **{"where": where, **words})


Reason = tuple[str, dict[str, object]]
NONE: Reason = ("", {})


def _layout_reason(token: Token, accepted: set[str], before: list[Any]) -> Reason:
    if token.type == "_INDENT":
        return "unexpected-indent", {}
    if accepted == {"_INDENT"}:
        return "missing-body", {}
    return NONE


def _ending_reason(token: Token, accepted: set[str], before: list[Any]) -> Reason:
    if token.type != "_NEWLINE":
        return NONE
    if "COLON" in accepted and "EQUAL" not in accepted:
        return "missing-colon", {"what": "end of line"}
    return "unexpected-end", {"what": "line"}


def _foreign_reason(token: Token, accepted: set[str], before: list[Any]) -> Reason:
    """Words and operators that are right elsewhere in the language."""
    if token.type == "IMPORT" and "PASS" in accepted:
        return "not-in-language", {"word": "import", "instead": INSTEAD["import"]}
    if token.type in ("DOUBLE_STAR", "AT") and "PLUS" in accepted:
        return "not-in-language", {"word": str(token), "instead": INSTEAD[token]}
    return NONE


def _equals_reason(token: Token, accepted: set[str], before: list[Any]) -> Reason:
    if token.type != "EQUAL":
        return NONE
    line = [value for value in before if getattr(value, "type", "") == "EQUAL" and value.line == token.line]
    return ("chained-assignment" if line and "_NEWLINE" in accepted else "equals-in-expression"), {}


def _sentence_reason(token: Token, accepted: set[str], before: list[Any]) -> Reason:
    if accepted <= {"AT", "DEF"}:
        return "lone-decorator", {}
    if token.type in ("ELSE", "ELIF") and "PASS" in accepted:
        return "lone-else", {"word": str(token)}
    if token.type == "IF" and accepted == {"COLON"} and before[-1] == "else":
        return "else-if", {}
    return NONE


def _operand_reason(token: Token, accepted: set[str], before: list[Any]) -> Reason:
    """A value right behind another."""
    if token.type not in OPERANDS or "PLUS" not in accepted:
        return NONE
    if accepted & {"RPAR", "RSQB", "RBRACE"}:
        return "missing-comma", {"what": _shown(token)}
    if getattr(before[-1], "type", "") == "NAME" and {"EQUAL", "COLON"} <= accepted:
        return "missing-call", {"what": _shown(token), "name": str(before[-1])}
    return NONE


def _plain_reason(token: Token, text: str, start: str) -> Reason:
    at = token.start_pos or 0
    if text[at : at + 3] == "...":
        return "ellipsis", {}
    if start == "hole" and at == len(text) - 1:
        return "unexpected-end", {"what": "expression"}
    if token.type == "$END":
        return "unexpected-end", {"what": "file"}
    return "unexpected-token", {"what": _shown(token)}


def _shown(token: Token) -> str:
    if token.type == "STRING":
        return "string"
    return f"`{token}`" if token.strip() else "end of block"

"""How things are called in pictures."""

from __future__ import annotations

from redo_py.query.graph import ACTION, CHECK, RULE, TASK, VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.query.graph import Node


def subtitle(node: Node) -> str:
    """What stands below the name of `node`, "" if the name says it all."""
    return f"{_what(node)} × {node.count:,}".strip() if node.count > 1 else _what(node)


def _what(node: Node) -> str:
    if node.kind in (CHECK, ACTION, VALUE, TASK):
        return node.kind
    return node.rule if node.kind == RULE and node.rule != node.name else ""


def printable(text: str) -> str:
    """`text` with everything that cannot be shown, as control characters and bytes that are no UTF-8, written out."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as Python keeps it
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()

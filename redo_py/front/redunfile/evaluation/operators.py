"""Operators on values of the language. A bool is no number, a list adds to a list only, a path to nothing."""

from __future__ import annotations

import operator

from redo_py.front.redunfile.evaluation.kinds import is_lazy, kind_of, plain
from redo_py.front.redunfile.evaluation.texts import Template
from redo_py.ir.expression import Expression, SimpleExpression
from redo_py.values.file import PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import AddAssign, Binary, Compare, Unary

MOST_ITEMS = 10_000_000  # of one text or list

_BINARY: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("add", operator.add),
    "-": ("sub", operator.sub),
    "*": ("mul", operator.mul),
    "/": ("div", operator.truediv),
    "//": ("floordiv", operator.floordiv),
    "%": ("mod", operator.mod),
}
_COMPARE: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "==": ("eq", operator.eq),
    "!=": ("ne", operator.ne),
    "<": ("lt", operator.lt),
    "<=": ("le", operator.le),
    ">": ("gt", operator.gt),
    ">=": ("ge", operator.ge),
}
_NUMBERS = (int, float)
_SEQUENCES = (str, list, tuple)


def binary(machine: Machine, node: Binary | AddAssign, left: Any, right: Any) -> Any:
    """`left op right`."""
    op = node.op if hasattr(node, "op") else "+"
    if op == "+" and (type(left) is Template or type(right) is Template):
        joined = _join(left, right)
        if joined is not None:
            return joined
    left, right = plain(machine, left, node), plain(machine, right, node)
    name, function = _BINARY[op]
    if isinstance(left, Expression) or isinstance(right, Expression):
        return SimpleExpression(name, (left, right), machine.span(node))
    if not _fits(op, left, right):
        raise _misfit(machine, node, op, left, right)
    if op == "*" and _is_huge(left, right):
        raise machine.error("too-large", node)
    try:
        return function(left, right)
    except ZeroDivisionError:
        raise machine.error("division-by-zero", node) from None
    except OverflowError:
        raise machine.error("too-large", node) from None


def _join(left: Any, right: Any) -> Template | None:
    """A text added to an f-string keeps its holes."""
    if type(left) is Template:
        return left.joined(right) if isinstance(right, (str, Template)) else None
    return right.behind(left) if isinstance(left, str) else None


def _fits(op: str, left: Any, right: Any) -> bool:
    """Do these two go together?"""
    kinds = type(left), type(right)
    if kinds[0] in _NUMBERS and kinds[1] in _NUMBERS:
        return True
    if op == "+":
        return kinds[0] is kinds[1] and kinds[0] in _SEQUENCES
    return op == "*" and (kinds in ((str, int), (int, str), (list, int), (int, list), (tuple, int), (int, tuple)))


def _misfit(machine: Machine, node: Any, op: str, left: Any, right: Any) -> Exception:
    is_path = isinstance(left, PathLike) or isinstance(right, PathLike)
    code = "path-operator" if is_path and op == "+" else "bad-operands"
    return machine.error(code, node, op=op, left=kind_of(left), right=kind_of(right))


def _is_huge(left: Any, right: Any) -> bool:
    """Would this product be too long a text or list, or too long a number?"""
    if isinstance(left, float) or isinstance(right, float):
        return False
    if isinstance(left, int) and isinstance(right, int):
        return left.bit_length() + right.bit_length() > 1_000_000
    items, times = (left, right) if not isinstance(left, int) else (right, left)
    return len(items) * max(times, 0) > MOST_ITEMS


def negated(machine: Machine, node: Unary, value: Any) -> Any:
    """`-value`."""
    if isinstance(value, Expression):
        return SimpleExpression("neg", (value,), machine.span(node))
    if type(value) not in _NUMBERS:
        raise machine.error("bad-operand", node, op="-", kind=kind_of(value))
    return -value


def compare(machine: Machine, node: Compare, op: str, left: Any, right: Any) -> Any:
    """`left op right` of one comparison."""
    if op == "is" or op == "is not":
        return (left is right) is (op == "is")
    if op == "in" or op == "not in":
        return _contains(machine, node, left, right) is (op == "in")
    name, function = _COMPARE[op]
    if isinstance(left, Expression) or isinstance(right, Expression):
        return SimpleExpression(name, (left, right), machine.span(node))
    if is_lazy(left) or is_lazy(right):
        raise machine.error("lazy-inside", node)
    if op not in ("==", "!=") and isinstance(left, bool) | isinstance(right, bool):
        raise machine.error("bad-operands", node, op=op, left=kind_of(left), right=kind_of(right))
    try:
        return function(left, right)
    except TypeError:
        raise machine.error("bad-operands", node, op=op, left=kind_of(left), right=kind_of(right)) from None


def _contains(machine: Machine, node: Compare, item: Any, container: Any) -> bool:
    if is_lazy(item) or is_lazy(container):
        raise machine.error("lazy-logic", node)
    if isinstance(container, str) and not isinstance(item, str):
        raise machine.error("bad-operands", node, op="in", left=kind_of(item), right=kind_of(container))
    if not isinstance(container, (str, list, tuple, dict, range)):
        raise machine.error("bad-operands", node, op="in", left=kind_of(item), right=kind_of(container))
    try:
        return item in container
    except TypeError:  # a list asked for in a dict
        return False

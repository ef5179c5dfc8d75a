"""Built-in functions on plain values. Of a lazy value they are lazy."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import Builtin
from redo_py.front.redunfile.evaluation.kinds import hole_text, is_lazy, items_of, kind_of, plain
from redo_py.front.redunfile.evaluation.operators import MOST_ITEMS
from redo_py.ir.expression import Expression, SimpleExpression
from redo_py.values.file import PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Node


def _of_one(name: str, known: Callable[[Machine, Node, Any], Any]) -> Callable[[Machine, Node, Any], Any]:
    """The built-in of one argument that is `known` of a known value and the operation `name` of a lazy one."""

    def function(machine: Machine, node: Node, value: Any, /) -> Any:
        value = plain(machine, value, node)
        return SimpleExpression(name, (value,), machine.span(node)) if is_lazy(value) else known(machine, node, value)

    return function


def _len(machine: Machine, node: Node, value: Any) -> int:
    return len(value if isinstance(value, str) else items_of(machine, value, node))


def _list(machine: Machine, node: Node, value: Any) -> list[Any]:
    items = items_of(machine, value, node)
    machine.count(len(items), node)
    return list(items)


def _dict(machine: Machine, node: Node, items: Any = (), /, **named: Any) -> Any:
    if isinstance(items, Expression):
        return SimpleExpression("dict", (items,), machine.span(node))
    pairs: list[Any] = list(items.items() if isinstance(items, dict) else items_of(machine, items, node))
    if not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in pairs):
        raise machine.error("bad-arguments", node, name="dict", given="a list of what is no pair")
    values = {name: plain(machine, value, node) for name, value in named.items()}
    return {**dict(pairs), **values}


def _str(machine: Machine, node: Node, value: Any) -> Any:
    if isinstance(value, (list, tuple, dict)) or value is None:
        raise machine.error("no-text", node, kind=kind_of(value))
    return hole_text(machine, value, node)


def _number(kind: type[int] | type[float]) -> Callable[[Machine, Node, Any], Any]:
    def function(machine: Machine, node: Node, value: Any) -> Any:
        try:
            return kind(value)
        except (TypeError, ValueError, OverflowError):
            shown = repr(value) if isinstance(value, (str, float)) else kind_of(value)
            raise machine.error("no-number", node, value=shown) from None

    return function


def _bool(machine: Machine, node: Node, value: Any) -> bool:
    return bool(value)


def _all(machine: Machine, node: Node, value: Any) -> bool:
    return all(items_of(machine, value, node))


def _any(machine: Machine, node: Node, value: Any) -> bool:
    return any(items_of(machine, value, node))


def _reversed(machine: Machine, node: Node, value: Any) -> list[Any]:
    return list(reversed(list(items_of(machine, value, node))))


def _sorted(machine: Machine, node: Node, items: Any, /, *, reverse: bool = False) -> Any:
    if is_lazy(items):
        if reverse:
            raise machine.error("lazy-argument", node, name="sorted(..., reverse=True)")
        return SimpleExpression("sorted", (items,), machine.span(node))
    try:
        return _ordered(items_of(machine, items, node), bool(reverse))
    except TypeError:
        raise machine.error("not-comparable", node, name="sorted") from None


def _ordered(items: Any, reverse: bool) -> list[Any]:
    """`items` in order; files go by their paths."""
    if any(isinstance(item, PathLike) for item in items):
        return sorted(items, key=lambda item: item.path if isinstance(item, PathLike) else item, reverse=reverse)
    return sorted(items, reverse=reverse)


def _extreme(name: str, choose: Callable[[Any], Any]) -> Callable[..., Any]:
    def function(machine: Machine, node: Node, *values: Any) -> Any:
        found: Any = [plain(machine, value, node) for value in values]
        if is_lazy(found):
            args = (found[0],) if len(found) == 1 else (found,)
            return SimpleExpression(name, args, machine.span(node))
        items = items_of(machine, found[0], node) if len(found) == 1 else found
        if not items:
            raise machine.error("nothing-to-choose", node, name=name)
        try:
            return choose(items)
        except TypeError:
            raise machine.error("not-comparable", node, name=name) from None

    return function


def _sum(machine: Machine, node: Node, items: Any, start: Any = 0, /) -> Any:
    if is_lazy(items) or is_lazy(start):
        return SimpleExpression("sum", (items, start), machine.span(node))
    try:
        return sum(items_of(machine, items, node), start)
    except TypeError:
        raise machine.error("bad-arguments", node, name="sum", given="a list of what is no number") from None


def _range(machine: Machine, node: Node, *limits: Any) -> range:
    if is_lazy(limits):
        raise machine.error("lazy-argument", node, name="range")
    if not 1 <= len(limits) <= 3 or not all(type(limit) is int for limit in limits) or limits[2:] == (0,):
        given = ", ".join(map(kind_of, limits)) or "nothing"
        raise machine.error("bad-arguments", node, name="range", given=given)
    made = range(*limits)
    if abs(limits[-1 if len(limits) < 3 else 1] - (limits[0] if len(limits) > 1 else 0)) > MOST_ITEMS * 1000:
        raise machine.error("too-large", node)
    return made


def _enumerate(machine: Machine, node: Node, items: Any, start: int = 0) -> list[Any]:
    if is_lazy(start) or isinstance(items, Expression):
        raise machine.error("lazy-argument", node, name="enumerate")
    if type(start) is not int:
        raise machine.error("bad-arguments", node, name="enumerate", given=f"start={kind_of(start)}")
    return list(enumerate(items_of(machine, items, node), start))


def _zip(machine: Machine, node: Node, *lists: Any) -> list[Any]:
    if any(isinstance(each, Expression) for each in lists):
        raise machine.error("lazy-argument", node, name="zip")
    return list(zip(*[items_of(machine, each, node) for each in lists], strict=False))


BUILTINS = (
    Builtin("len", "both", "", "How many items or characters.", _of_one("len", _len)),
    Builtin("str", "both", "", "The text of a number, or the path of a file.", _of_one("str", _str)),
    Builtin("int", "both", "", "The whole number that a text shows.", _of_one("int", _number(int))),
    Builtin("float", "both", "", "The number that a text shows.", _of_one("float", _number(float))),
    Builtin("bool", "both", "", "Whether a value is neither empty nor zero.", _of_one("bool", _bool)),
    Builtin("list", "both", "", "The items as a list.", _of_one("list", _list)),
    Builtin("tuple", "both", "", "The items as a tuple.", _of_one("tuple", lambda *of: tuple(_list(*of)))),
    Builtin("dict", "both", "", "A dict from pairs and keywords.", _dict),
    Builtin("sorted", "both", "", "The items in order; `reverse=True` turns it around.", _sorted),
    Builtin("reversed", "both", "", "The items, the last first.", _of_one("reversed", _reversed)),
    Builtin("min", "both", "", "The smallest of the arguments, or of the items of one.", _extreme("min", min)),
    Builtin("max", "both", "", "The largest of the arguments, or of the items of one.", _extreme("max", max)),
    Builtin("sum", "both", "", "The sum of the items.", _sum),
    Builtin("any", "both", "", "Whether one of the items is true.", _of_one("any", _any)),
    Builtin("all", "both", "", "Whether all items are true.", _of_one("all", _all)),
    Builtin("range", "both", "", "The whole numbers from a start up to an end.", _range),
    Builtin("enumerate", "both", "", "Pairs of a number, from `start` on, and an item.", _enumerate),
    Builtin("zip", "both", "", "Tuples of the items at equal places, as many as the shortest list has.", _zip),
)  # Python has them too, so that editors need no stubs for them

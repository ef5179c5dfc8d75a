"""Expressions as flat lists of nodes: the form in which they are hashed, stored and shown.

`flatten` numbers the expressions inside a value so that each stands after those it uses; a use becomes Ref(number). An
expression used twice is one node, so a graph never grows into a tree, and no walk recurses.
"""

from __future__ import annotations

import copyreg
from itertools import groupby

from redo_py.ground import hashing
from redo_py.ground.nested import collect, holds_plain, substitute
from redo_py.ir.expression import (
    Expression,
    QuotedExpression,
    SchedulerExpression,
    SimpleExpression,
    TaskExpression,
    ValueExpression,
    write_digest,
)
from redo_py.values.encoding import encode
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.ground.spans import Span


class Ref(Value):
    """The use of another expression: its number in a flat list, or its digest while hashing."""

    __slots__ = ("of",)
    type_name = "redun.Ref"

    def __init__(self, of: int | bytes) -> None:
        self.of = of

    def __repr__(self) -> str:
        return f"Ref({self.of!r})"

    def state(self) -> tuple[int | bytes]:
        return (self.of,)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Ref:
        return cls(*state)


class Refs(Value):
    """A list of nothing but uses of expressions that stand side by side, see `shortened`."""

    __slots__ = ("count", "first")
    type_name = "redun.Refs"

    def __init__(self, first: int, count: int) -> None:
        self.first = first  # the number of the first one
        self.count = count

    def state(self) -> tuple[int, int]:
        return (self.first, self.count)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Refs:
        return cls(*state)


def fields_of(expression: Expression) -> tuple[str, tuple[Any, ...]]:
    """(kind, fields) of one expression; `build` is the inverse."""
    if isinstance(expression, TaskExpression):
        return "task", (expression.task_name, expression.args, dict(expression.kwargs), dict(expression.options))
    if isinstance(expression, SimpleExpression):
        return "simple", (expression.op, expression.args)
    if isinstance(expression, SchedulerExpression):
        return "form", (expression.form, expression.args)
    if isinstance(expression, ValueExpression):
        return "value", (expression.value,)
    if isinstance(expression, QuotedExpression):
        return "quote", (expression.expression,)
    raise TypeError(f"no expression: {type(expression).__name__}")


_KINDS: dict[str, Any] = {
    "task": TaskExpression,
    "simple": SimpleExpression,
    "form": SchedulerExpression,
    "value": ValueExpression,
    "quote": QuotedExpression,
}


# The kinds of entries that stand for several nodes, see `shortened`: calls whose arguments are kept call by call, or
# parameter by parameter.
CALLS, COLUMNS = "calls", "columns"
FEWEST = 3  # nodes that one stands for


def build(kind: str, fields: tuple[Any, ...], span: Span | None = None) -> Expression:
    """The expression with these fields, written at `span`; raises KeyError for an unknown kind."""
    made: Expression = _KINDS[kind](*fields, span=span)
    return made


def uses_of(expression: Expression) -> list[Expression]:
    """The expressions that stand directly in the fields of `expression`."""
    if type(expression) is TaskExpression and not expression.kwargs and not expression.options:
        return collect(expression.args, Expression)
    return collect(fields_of(expression)[1], Expression)


def is_plain_call(expression: Expression) -> bool:
    """Whether it is seen at once that `expression` is a call that is given nothing but plain values."""
    if type(expression) is not TaskExpression or expression.kwargs or expression.options:
        return False
    return holds_plain(expression.args)


def in_order(value: Any) -> list[Expression]:
    """Every expression in `value`, at any depth, each once, after all that it uses."""
    return [item for item, _ in with_uses(value)]


def with_uses(value: Any) -> list[tuple[Expression, list[Expression]]]:
    """As `in_order`, each with what it uses directly."""
    order: list[tuple[Expression, list[Expression]]] = []
    done: set[int] = set()
    stack: list[tuple[Expression, list[Expression] | None]]
    stack = [(root, None) for root in reversed(collect(value, Expression))]
    while stack:
        item, uses = stack.pop()
        if id(item) in done:
            continue
        if uses is None:
            uses = [] if is_plain_call(item) else uses_of(item)
            if uses:
                stack.append((item, uses))
                stack.extend((used, None) for used in reversed(uses) if id(used) not in done)
                continue
        done.add(id(item))
        order.append((item, uses))
    return order


def flatten(value: Any) -> tuple[tuple[tuple[str, tuple[Any, ...]], ...], Any]:
    """(nodes, value with its expressions replaced by Ref): plain data if the leaves are."""
    order = with_uses(value)
    numbers = {id(item): number for number, (item, _) in enumerate(order)}

    def ref(item: Expression) -> Ref:
        return Ref(numbers[id(item)])

    nodes = []
    for item, uses in order:
        kind, fields = fields_of(item)
        nodes.append((kind, substitute(fields, Expression, ref) if uses else fields))
    return tuple(nodes), substitute(value, Expression, ref)


def shortened(nodes: Sequence[tuple[str, tuple[Any, ...]]], value: Any) -> tuple[tuple[Any, ...], Any]:
    """What `flatten` gives, but calls of one task that stand side by side, and are given nothing but plain values, are
    one entry: CALLS or COLUMNS, the task and the arguments. A list of such calls is one Refs. So a thousand of them are
    soon read back."""
    short: list[tuple[str, tuple[Any, ...]]] = []
    for name, run in groupby(nodes, key=called):
        alike = list(run)
        if name and len(alike) >= FEWEST:
            short.append(together(name, [fields[1] for _, fields in alike]))
        else:
            short += [(kind, fields if name else substitute(fields, list, in_short)) for kind, fields in alike]
    return tuple(short), substitute(value, list, in_short)


def together(name: str, given: list[tuple[Any, ...]]) -> tuple[str, tuple[Any, ...]]:
    """One entry for calls of the task `name`."""
    if given[0] and len(set(map(len, given))) == 1:
        return COLUMNS, (name, tuple(zip(*given, strict=True)))
    return CALLS, (name, tuple(given))


def in_short(items: list[Any]) -> Any:
    """One Refs for a list of uses of expressions that stand side by side; any other list as it is."""
    if type(items) is not list or len(items) < FEWEST or set(map(type, items)) != {Ref}:
        return items
    first = items[0].of
    return Refs(first, len(items)) if [item.of for item in items] == [*range(first, first + len(items))] else items


def called(node: tuple[str, tuple[Any, ...]]) -> str:
    """The task that a node calls, if it gives it nothing but plain arguments; else ""."""
    kind, fields = node
    return fields[0] if kind == "task" and not fields[2] and not fields[3] and holds_plain(fields[1]) else ""


def unflatten(nodes: Any, value: Any) -> Any:
    """The value that `flatten` was given; what that gave may have been `shortened`. Raises KeyError or IndexError for
    anything else."""
    made: list[Expression] = []

    def resolve(use: Ref | Refs) -> Any:
        if type(use) is Ref:
            return made[use.of]  # type: ignore[index]
        found = made[use.first : use.first + use.count]  # type: ignore[union-attr]
        if len(found) != use.count:  # type: ignore[union-attr]
            raise IndexError("uses of what is not there")
        return found

    for kind, fields in nodes:
        if kind in (CALLS, COLUMNS):
            name, given = fields
            made += [TaskExpression(name, args) for args in (given if kind == CALLS else zip(*given, strict=True))]
            continue
        is_leaf = all(map(holds_plain, fields))  # most are: calls of plain arguments
        made.append(build(kind, tuple(fields) if is_leaf else substitute(tuple(fields), (Ref, Refs), resolve)))
    return substitute(value, (Ref, Refs), resolve)


def reduced(expression: Expression) -> tuple[Any, ...]:
    """What pickle keeps of an expression: not the place, nor the task that was called, and no nest of calls."""
    return unflatten, flatten(expression)


for _kind in _KINDS.values():
    copyreg.pickle(_kind, reduced)


def digest_of(expression: Expression) -> bytes:
    """The digest that tells expressions apart: kind, fields and the digests of the expressions used; no places."""
    if expression._digest is None:
        for item, uses in with_uses(expression):
            if item._digest is None:
                kind, fields = fields_of(item)
                encoded = encode((kind, substitute(fields, Expression, _digest_ref) if uses else fields))
                write_digest(item, hashing.digest(hashing.EXPRESSION, encoded))
    assert expression._digest is not None
    return expression._digest


def _digest_ref(item: Expression) -> Ref:
    assert item._digest is not None  # in_order puts what is used first
    return Ref(item._digest)

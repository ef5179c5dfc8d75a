"""Comprehensions. What goes through known values is made now; where a list or a condition is known only when tasks have
run, the rest becomes an expression: `map` for a list, `cond` for a condition, and `flat` where these may give several
items or none.
"""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.calls import argument
from redo_py.front.redunfile.evaluation.kinds import items_of, kind_of, plain
from redo_py.front.redunfile.evaluation.scopes import Scope
from redo_py.front.redunfile.grammar import syntax
from redo_py.ir.expression import Expression, QuotedExpression, SchedulerExpression, SimpleExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine

    Evaluate = Callable[[Machine, Any, Scope], Any]


class Later:
    """A lazy list whose items stand here among those that are known."""

    __slots__ = ("items",)

    def __init__(self, items: Expression) -> None:
        self.items = items


class Comprehension:
    """One evaluation of `[element for ... if ...]`."""

    __slots__ = ("element", "evaluate", "machine", "node", "refusal")

    def __init__(
        self, machine: Machine, node: Any, element: Callable[[Scope], Any], evaluate: Evaluate, refusal: str = ""
    ) -> None:
        self.machine = machine
        self.node = node
        self.element = element  # the item of one turn, whose names are in the scope
        self.evaluate = evaluate  # handed down: expressions hold comprehensions
        self.refusal = refusal  # the error for a lazy list or condition; "" where these can wait

    def run(self, scope: Scope) -> list[Any]:
        """The items in order, a Later for each lazy list among them."""
        made: list[Any] = []
        self._clause(0, scope, made)
        return made

    def value(self, made: list[Any]) -> Any:
        """`made` as a list, an expression if something in it is Later."""
        if not any(type(item) is Later for item in made):
            return made
        groups: list[Any] = []
        for item in made:
            if type(item) is Later:
                groups.append(item.items)
            elif groups and type(groups[-1]) is list:
                groups[-1].append(argument(self.machine, self.node, item))
            else:
                groups.append([argument(self.machine, self.node, item)])
        is_one = len(groups) == 1
        return groups[0] if is_one else SimpleExpression("flat", (groups,), self.machine.span(self.node))

    def _clause(self, depth: int, scope: Scope, made: list[Any]) -> None:
        """Add what the clauses from `depth` on give."""
        machine, clause = self.machine, self.node.clauses[depth]
        over = self.evaluate(machine, clause.iterable, scope)
        if isinstance(over, Expression):
            made.append(self._later(self._map, depth, scope, over))
            return
        for item in items_of(machine, over, clause.iterable):
            machine.count(1, self.node)
            inner = Scope(scope)
            bind_targets(machine, clause.iterable, clause.targets, item, inner)
            self._turn(depth, 0, inner, made)

    def _turn(self, depth: int, first: int, scope: Scope, made: list[Any]) -> None:
        """Add what one turn of the clause at `depth` gives, if its conditions from `first` on hold."""
        machine, clause = self.machine, self.node.clauses[depth]
        for number, test_node in enumerate(clause.conditions[first:], first):
            test = plain(machine, self.evaluate(machine, test_node, scope), test_node)
            if isinstance(test, Expression):
                made.append(self._later(self._choose, depth, number + 1, scope, test))
                return
            if not test:
                return
        if depth + 1 == len(self.node.clauses):
            made.append(self.element(scope))
        else:
            self._clause(depth + 1, scope, made)

    def _later(self, make: Callable[..., Expression], *args: Any) -> Later:
        if self.refusal:
            raise self.machine.error(self.refusal, self.node)
        return Later(make(*args))

    def _choose(self, depth: int, first: int, scope: Scope, test: Expression) -> Expression:
        """The items of a turn if `test` will be true, else none."""
        inner: list[Any] = []
        with_items = self._undecided(lambda: self._turn(depth, first, scope, inner), inner)
        return SchedulerExpression("cond", (test, with_items, []), self.machine.span(self.node))

    def _map(self, depth: int, scope: Scope, over: Expression) -> Expression:
        """What the clause at `depth`, which goes through `over`, gives with those after it."""
        machine, clause = self.machine, self.node.clauses[depth]
        name = f"item{machine.map_depth}"  # by depth, so that renaming `x` changes nothing
        inner = Scope(scope)
        item = SimpleExpression("variable", (name,), machine.span(self.node))
        bind_targets(machine, clause.iterable, clause.targets, item, inner)
        made: list[Any] = []
        machine.map_depth += 1
        try:
            body = self._undecided(lambda: self._turn(depth, 0, inner, made), made)
        finally:
            machine.map_depth -= 1
        is_one_each = len(made) == 1 and type(made[0]) is not Later
        each = QuotedExpression(body[0] if is_one_each else body)
        mapped = SchedulerExpression("map", (each, name, over), machine.span(self.node))
        return mapped if is_one_each else SimpleExpression("flat", (mapped,), machine.span(self.node))

    def _undecided(self, act: Callable[[], None], made: list[Any]) -> Any:
        """What `act` adds to `made`, evaluated knowing that it may never be used."""
        machine = self.machine
        machine.undecided += 1
        try:
            act()
            return argument(machine, self.node, self.value(made))
        finally:
            machine.undecided -= 1


def bind_targets(machine: Machine, node: syntax.Node, targets: tuple[str, ...], item: Any, scope: Scope) -> None:
    """Bind the loop names `targets` to `item` in `scope`."""
    if len(targets) == 1:
        scope.names[targets[0]] = item
        return
    if isinstance(item, Expression):
        item = parts_later(machine, node, item, len(targets))
    if not isinstance(item, (list, tuple)) or len(item) != len(targets):
        is_list = isinstance(item, (list, tuple))
        found = f"{len(item)} item{'s' * (len(item) != 1)}" if is_list else kind_of(item)
        raise machine.error("unpack", node, wanted=len(targets), found=found)
    scope.names.update(zip(targets, item, strict=True))


def parts_later(machine: Machine, node: syntax.Node, item: Expression, count: int) -> list[SimpleExpression]:
    """The parts of a lazy value, which must have `count` of them when it is known."""
    parts = SimpleExpression("unpack", (item, count), machine.span(node))
    return [SimpleExpression("getitem", (parts, number), machine.span(node)) for number in range(count)]

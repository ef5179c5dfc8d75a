"""Expressions: a node and a scope give a value.

What is known is computed at once; what a lazy value takes part in becomes an expression of `ir`. A lazy value is never
asked for its truth: `a if lazy else b` becomes the form `cond`, `[f(x) for x in lazy]` the form `map`, and whatever is
needed inside a branch that is not decided yet becomes the form `need`.
"""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.calls import argument, call
from redo_py.front.redunfile.evaluation.comprehensions import Comprehension
from redo_py.front.redunfile.evaluation.kinds import hole_text, items_of, kind_of, plain
from redo_py.front.redunfile.evaluation.methods import attribute
from redo_py.front.redunfile.evaluation.operators import binary, compare, negated
from redo_py.front.redunfile.evaluation.scopes import MISSING, Scope
from redo_py.front.redunfile.evaluation.texts import Template
from redo_py.front.redunfile.grammar import syntax
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ir.expression import Expression, SchedulerExpression, SimpleExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine

    Node = syntax.Node


def evaluate(machine: Machine, node: Any, scope: Scope) -> Any:
    """The value of `node`. Raises UsageError at the place that is wrong, Poisoned if that has been said already."""
    return _EVALUATORS[type(node)](machine, node, scope)


def evaluate_plain(machine: Machine, node: Any, scope: Scope) -> Any:
    """The value of `node` where an f-string is a text."""
    value = _EVALUATORS[type(node)](machine, node, scope)
    return plain(machine, value, node) if type(value) is Template else value


def truth(machine: Machine, node: Node, scope: Scope, code: str) -> bool:
    """Is the value of `node` true? A lazy one is the error `code`."""
    value = evaluate_plain(machine, node, scope)
    if isinstance(value, Expression):
        raise machine.error(code, node)
    return bool(value)


# ---- atoms


def _constant(machine: Machine, node: syntax.Constant, scope: Scope) -> Any:
    return node.value


def _name(machine: Machine, node: syntax.Name, scope: Scope) -> Any:
    value = scope.lookup(node.id)
    if value is MISSING:
        raise machine.error("unknown-name", node, name=node.id, hint=closest(node.id, scope.known()))
    return value


def _fstring(machine: Machine, node: syntax.FString, scope: Scope) -> Any:
    prepared = machine.templates.get(id(node))
    if prepared is None:
        prepared = machine.templates[id(node)] = _prepare(node)
    texts, holes, is_formatted = prepared
    values = [_EVALUATORS[type(hole)](machine, hole, scope) for hole in holes]
    if is_formatted:
        _format(machine, node, values)
    return Template(texts, values, node, machine.written) if values else texts[0]


def _prepare(node: syntax.FString) -> tuple[tuple[str, ...], tuple[Node, ...], bool]:
    """(texts around the holes, what stands in the holes, whether any has a format specification)."""
    texts, holes = [""], []
    for part in node.parts:
        if isinstance(part, str):
            texts[-1] += part
        else:
            holes.append(part)
            texts.append("")
    return tuple(texts), tuple(hole.value for hole in holes), any(hole.spec for hole in holes)


def _format(machine: Machine, node: syntax.FString, values: list[Any]) -> None:
    """Apply the format specifications."""
    holes = [part for part in node.parts if isinstance(part, syntax.Hole)]
    for number, hole in enumerate(holes):
        if not hole.spec:
            continue
        value = values[number]
        if not isinstance(value, (int, float, str)):
            value = hole_text(machine, value, hole)
        if isinstance(value, tuple):
            raise machine.error("lazy-format", hole)
        try:
            values[number] = format(value, hole.spec)
        except ValueError:
            raise machine.error("bad-format", hole, spec=hole.spec, kind=kind_of(value)) from None


def _list(machine: Machine, node: syntax.ListLiteral, scope: Scope) -> list[Any]:
    return [evaluate_plain(machine, item, scope) for item in node.items]


def _tuple(machine: Machine, node: syntax.TupleLiteral, scope: Scope) -> tuple[Any, ...]:
    return tuple([evaluate_plain(machine, item, scope) for item in node.items])


def _dict(machine: Machine, node: syntax.DictLiteral, scope: Scope) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        key = _key(machine, key_node, scope)
        if key in made:
            raise machine.error("repeated-key", key_node, key=repr(key))
        made[key] = evaluate_plain(machine, value_node, scope)
    return made


def _key(machine: Machine, node: Node, scope: Scope) -> Any:
    key = evaluate_plain(machine, node, scope)
    if not isinstance(key, (str, int, float, tuple)) and key is not None:
        raise machine.error("bad-key", node, kind=kind_of(key))
    try:
        hash(key)
    except TypeError:
        raise machine.error("bad-key", node, kind=kind_of(key)) from None
    return key


# ---- operators


def _binary(machine: Machine, node: syntax.Binary, scope: Scope) -> Any:
    """A chain of operators leans to the left: its spine is walked, so that a sum of thousands of terms works."""
    spine: list[syntax.Binary] = []
    left: Any = node
    while type(left) is syntax.Binary:
        spine.append(left)
        left = left.left
    value = evaluate(machine, left, scope)
    for part in reversed(spine):
        value = binary(machine, part, value, evaluate(machine, part.right, scope))
    return value


def _unary(machine: Machine, node: syntax.Unary, scope: Scope) -> Any:
    if node.op == "not":
        return not truth(machine, node.operand, scope, "lazy-logic")
    return negated(machine, node, evaluate_plain(machine, node.operand, scope))


def _bool_op(machine: Machine, node: syntax.BoolOp, scope: Scope) -> Any:
    left = evaluate_plain(machine, node.left, scope)
    if isinstance(left, Expression):
        raise machine.error("lazy-logic", node.left)
    if bool(left) is (node.op == "or"):
        return left
    right = evaluate_plain(machine, node.right, scope)
    if isinstance(right, Expression):
        raise machine.error("lazy-logic", node.right)
    return right


def _compare(machine: Machine, node: syntax.Compare, scope: Scope) -> Any:
    left = evaluate_plain(machine, node.first, scope)
    result: Any = True
    for op, right_node in zip(node.ops, node.rest, strict=True):
        right = evaluate_plain(machine, right_node, scope)
        result = compare(machine, node, op, left, right)
        if isinstance(result, Expression) and len(node.ops) > 1:
            raise machine.error("lazy-logic", node)
        if not isinstance(result, Expression) and not result:
            return result
        left = right
    return result


def _conditional(machine: Machine, node: syntax.Conditional, scope: Scope) -> Any:
    test = evaluate_plain(machine, node.test, scope)
    if not isinstance(test, Expression):
        return evaluate(machine, node.then if test else node.otherwise, scope)
    machine.undecided += 1
    try:
        then = argument(machine, node.then, evaluate(machine, node.then, scope))
        otherwise = argument(machine, node.otherwise, evaluate(machine, node.otherwise, scope))
    finally:
        machine.undecided -= 1
    return SchedulerExpression("cond", (test, then, otherwise), machine.span(node))


# ---- comprehensions


def _list_comprehension(machine: Machine, node: syntax.ListComprehension, scope: Scope) -> Any:
    def element(inner: Scope) -> Any:
        return evaluate_plain(machine, node.element, inner)

    made = Comprehension(machine, node, element, evaluate)
    return made.value(made.run(scope))


def _dict_comprehension(machine: Machine, node: syntax.DictComprehension, scope: Scope) -> dict[Any, Any]:
    def pair(inner: Scope) -> tuple[Any, Any]:
        return _key(machine, node.key, inner), evaluate_plain(machine, node.value, inner)

    return dict(Comprehension(machine, node, pair, evaluate, refusal="lazy-dict").run(scope))


# ---- calls, attributes, items


def _call(machine: Machine, node: syntax.Call, scope: Scope) -> Any:
    function_node = node.function
    if type(function_node) is syntax.Attribute:
        receiver = evaluate_plain(machine, function_node.value, scope)
        function = attribute(machine, function_node, receiver, is_called=True)
    else:
        function = evaluate(machine, function_node, scope)
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for given in node.arguments:
        value = evaluate(machine, given.value, scope)
        if given.kind == "positional":
            args.append(value)
        elif given.kind == "keyword":
            _keyword(machine, given, kwargs, given.name, value)
        elif given.kind == "star":
            args.extend(_starred(machine, given, value))
        else:
            _double_star(machine, given, value, kwargs)
    return call(machine, node, function, args, kwargs)


def _keyword(machine: Machine, node: Node, kwargs: dict[str, Any], name: str, value: Any) -> None:
    if name in kwargs:
        raise machine.error("repeated-argument", node, name=name)
    kwargs[name] = value


def _starred(machine: Machine, argument: syntax.Argument, value: Any) -> Any:
    if isinstance(value, Expression):
        raise machine.error("lazy-star", argument.value)
    return items_of(machine, value, argument.value)


def _double_star(machine: Machine, argument: syntax.Argument, value: Any, kwargs: dict[str, Any]) -> None:
    if isinstance(value, Expression):
        raise machine.error("lazy-star", argument.value)
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise machine.error("double-star", argument.value, kind=kind_of(value))
    for name, item in value.items():
        _keyword(machine, argument.value, kwargs, name, item)


def _attribute(machine: Machine, node: syntax.Attribute, scope: Scope) -> Any:
    return attribute(machine, node, evaluate_plain(machine, node.value, scope), is_called=False)


def _index(machine: Machine, node: syntax.Index, scope: Scope) -> Any:
    value = evaluate_plain(machine, node.value, scope)
    index = evaluate_plain(machine, node.index, scope)
    if isinstance(value, Expression) or isinstance(index, Expression):
        return SimpleExpression("getitem", (value, index), machine.span(node))
    if not isinstance(value, (str, dict)):
        value = items_of(machine, value, node.value)
    try:
        return value[index]
    except KeyError:
        raise machine.error("no-key", node.index, key=repr(index), hint=closest(index, value)) from None
    except IndexError:
        raise machine.error("no-item", node.index, index=index, length=len(value)) from None
    except TypeError:
        raise machine.error("bad-index", node.index, kind=kind_of(index), container=kind_of(value)) from None


def _slice(machine: Machine, node: syntax.Slice, scope: Scope) -> Any:
    value = evaluate_plain(machine, node.value, scope)
    lower = None if node.lower is None else evaluate_plain(machine, node.lower, scope)
    upper = None if node.upper is None else evaluate_plain(machine, node.upper, scope)
    if any(isinstance(part, Expression) for part in (value, lower, upper)):
        return SimpleExpression("slice", (value, lower, upper), machine.span(node))
    if not isinstance(value, str):
        value = items_of(machine, value, node.value)
    try:
        return value[lower:upper]
    except (TypeError, KeyError):
        raise machine.error("bad-slice", node, kind=kind_of(value)) from None


_EVALUATORS: dict[type, Callable[[Machine, Any, Scope], Any]] = {
    syntax.Constant: _constant,
    syntax.Name: _name,
    syntax.FString: _fstring,
    syntax.ListLiteral: _list,
    syntax.TupleLiteral: _tuple,
    syntax.DictLiteral: _dict,
    syntax.ListComprehension: _list_comprehension,
    syntax.DictComprehension: _dict_comprehension,
    syntax.Conditional: _conditional,
    syntax.BoolOp: _bool_op,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Compare: _compare,
    syntax.Call: _call,
    syntax.Attribute: _attribute,
    syntax.Index: _index,
    syntax.Slice: _slice,
}

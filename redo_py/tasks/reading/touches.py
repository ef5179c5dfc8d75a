"""What one node of a syntax tree may change, call and give away, by the names that stand in it."""

from __future__ import annotations

import _ast

from redo_py.tasks.reading.aliases import READERS
from redo_py.tasks.reading.bindings import CHANGERS
from redo_py.tasks.reading.scopes import chain_of, children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.tasks.reading.aliases import Below
    from redo_py.tasks.reading.scopes import Chain

DEFINITIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)
DEEP = 2  # steps below a name that may be any number, see `aliases`

_BY_TEXT = frozenset(("delattr", "getattr", "setattr"))  # builtins that get the name of an attribute as a text
_LOOKS = frozenset("copy count get index items keys values".split())  # methods of containers that change nothing
_KNOWN = CHANGERS | _LOOKS  # methods of which it is known how far they change things


def stored(node: _ast.AST) -> list[Below]:
    """What `node` stores into, or changes by a method that is known for it: `a.b[c] = ` stores into a.b."""
    if isinstance(node, (_ast.Attribute, _ast.Subscript)) and not isinstance(node.ctx, _ast.Load):
        return owner_of(node)
    if isinstance(node, _ast.AugAssign) and isinstance(node.target, _ast.Name):
        return [((node.target.id,), 1)]
    if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute) and node.func.attr in CHANGERS:
        return owner_of(node.func)
    return []


def owner_of(node: _ast.AST) -> list[Below]:
    """The names at the left end of `a.b[c].d`, as far as they stand together, and the steps that follow."""
    steps = 0
    while not chain_of(node):
        if isinstance(node, _ast.Call):
            node = node.func
        elif isinstance(node, (_ast.Attribute, _ast.Subscript)):
            node, steps = node.value, steps + 1
        elif isinstance(node, (_ast.Starred, _ast.NamedExpr)):
            node = node.value
        else:
            return []
    return [(chain_of(node), steps)]


def called_by(node: _ast.AST) -> list[Chain]:
    """What `node` calls: as a function, as a decorator, as the base of a class."""
    if isinstance(node, _ast.Call):
        return [] if _only_looks(node) else [chain for chain, _ in owner_of(node.func)]
    if not isinstance(node, DEFINITIONS):
        return []
    decorators = [chain for decorator in node.decorator_list for chain, _ in owner_of(decorator)]
    return [*decorators, *parents_of(node)] if isinstance(node, _ast.ClassDef) else decorators


def functions_of(node: _ast.AST) -> list[_ast.AST]:
    """What `node` calls whose owner that may change: methods, and decorators such as `registry.register`."""
    if isinstance(node, DEFINITIONS):
        return [each.func if isinstance(each, _ast.Call) else each for each in node.decorator_list]
    is_method = isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute)
    return [node.func] if is_method and node.func.attr not in _KNOWN else []  # type: ignore[attr-defined]


def parents_of(definition: _ast.ClassDef) -> list[Chain]:
    parents = (*definition.bases, *(keyword.value for keyword in definition.keywords))
    return [chain for parent in parents for chain, _ in owner_of(parent)]


def handed_over(node: _ast.AST) -> list[Below]:
    """What `node` may change by giving it away: the arguments of a call."""
    if not isinstance(node, _ast.Call):
        return []
    name = node.func.id if isinstance(node.func, _ast.Name) else ""
    if name in READERS:
        return []
    if name in _BY_TEXT and len(node.args) > 1:
        return _by_text(*node.args[:2])
    return arguments_of(node)


def entered(node: _ast.AST) -> list[Below]:
    """What a `for` goes through and a `with` enters, which may be made to change then."""
    if isinstance(node, _ast.withitem):
        return _given([node.context_expr])
    through = node.iter if isinstance(node, (_ast.For, _ast.AsyncFor)) else None
    if isinstance(through, _ast.Call):
        return [] if _only_looks(through) else _given([through.func, *through.args])
    return _given([through] if through is not None else [])


def _only_looks(call: _ast.Call) -> bool:
    return isinstance(call.func, _ast.Attribute) and call.func.attr in _LOOKS


def arguments_of(call: _ast.Call) -> list[Below]:
    return _given([*call.args, *(keyword.value for keyword in call.keywords)])


def _given(values: Iterable[_ast.AST]) -> list[Below]:
    """The names that these values are or are taken from, those in displays of them included."""
    found: list[Below] = []
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, (_ast.Tuple, _ast.List, _ast.Set, _ast.Dict, _ast.Starred)):
            waiting.extend(children(value))
        elif not isinstance(value, _ast.Call):  # that hands over its arguments by itself
            found += [(chain, steps + DEEP) for chain, steps in owner_of(value)]
    return found


def _by_text(owner: _ast.expr, name: _ast.expr) -> list[Below]:
    """`setattr(m, "a", ...)` stores into m.a; without a text it may be anything of m."""
    chain = chain_of(owner)
    if chain and isinstance(name, _ast.Constant) and isinstance(name.value, str):
        return [((*chain, name.value), 0)]
    return [(chain, steps + 1) for chain, steps in owner_of(owner)]

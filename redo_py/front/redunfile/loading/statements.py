"""Statements: what they bind, declare and add."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.including import imported_unit, imported_value
from redo_py.front.redunfile.builtins.recipes import declare
from redo_py.front.redunfile.evaluation.callables import Builtin, Declaration, Function, Imported
from redo_py.front.redunfile.evaluation.comprehensions import bind_targets
from redo_py.front.redunfile.evaluation.evaluate import evaluate, evaluate_plain, truth
from redo_py.front.redunfile.evaluation.kinds import items_of, kind_of
from redo_py.front.redunfile.evaluation.operators import binary
from redo_py.front.redunfile.evaluation.scopes import MISSING, POISON, Scope
from redo_py.front.redunfile.grammar import syntax
from redo_py.front.redunfile.grammar.freenames import free_names
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ground.errors import UsageError
from redo_py.ir.expression import Expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine


class Returned(Exception):
    """Leaves the body of a function."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def run_function(machine: Machine, function: Function, names: dict[str, Any]) -> Any:
    """Execute the body with `names` bound; gives what it returns."""
    scope = Scope(function.captured, names)
    try:
        execute(machine, function.node.body, scope)
    except Returned as returned:
        return returned.value
    return None


def execute(machine: Machine, statements: Sequence[Any], scope: Scope) -> None:
    """Execute `statements` one after another. Raises UsageError, Poisoned, and Returned inside a function."""
    machine.count(len(statements), statements[0] if statements else _NOWHERE)
    for statement in statements:
        _EXECUTORS[type(statement)](machine, statement, scope)


_NOWHERE = syntax.Pass(1, 1)


def _assign(machine: Machine, node: syntax.Assign, scope: Scope) -> None:
    value = evaluate(machine, node.value, scope)
    if len(node.targets) == 1:
        scope.names[node.targets[0].id] = value
        return
    bind_targets(machine, node.value, tuple(target.id for target in node.targets), value, scope)


def _add_assign(machine: Machine, node: syntax.AddAssign, scope: Scope) -> None:
    """The only statement that reaches outward, but never out of a function."""
    name = node.target.id
    old = scope.lookup(name)
    holder = scope.holder(name)
    if old is MISSING or holder is None:
        raise machine.error("unknown-name", node.target, name=name, hint=closest(name, scope.known()))
    holder.names[name] = binary(machine, node, old, evaluate(machine, node.value, scope))


def _if(machine: Machine, node: syntax.If, scope: Scope) -> None:
    branch = node.body if truth(machine, node.test, scope, "lazy-if") else node.orelse
    if branch:
        execute(machine, branch, scope)


def _for(machine: Machine, node: syntax.For, scope: Scope) -> None:
    """Every turn has a scope of its own."""
    value = evaluate(machine, node.iterable, scope)
    if isinstance(value, Expression):
        raise machine.error("lazy-for", node.iterable)
    machine.loops.append(node)
    for item in items_of(machine, value, node.iterable):
        machine.count(1, node)
        turn = Scope(scope)
        bind_targets(machine, node.iterable, node.targets, item, turn)
        execute(machine, node.body, turn)
    machine.loops.pop()


def _return(machine: Machine, node: syntax.Return, scope: Scope) -> None:
    raise Returned(None if node.value is None else evaluate(machine, node.value, scope))


def _pass(machine: Machine, node: syntax.Pass, scope: Scope) -> None:
    """Nothing."""


def _assert(machine: Machine, node: syntax.Assert, scope: Scope) -> None:
    if truth(machine, node.test, scope, "lazy-logic"):
        return
    if node.message is None:
        raise machine.error("assertion", node, message=f"line {node.line}")
    raise machine.error("assertion", node, message=evaluate_plain(machine, node.message, scope))


def _evaluate(machine: Machine, node: syntax.Evaluate, scope: Scope) -> None:
    value = evaluate(machine, node.value, scope)
    if isinstance(value, Expression) and not (machine.body is not None and _is_need(node.value, scope)):
        raise machine.error("lazy-unused", node)
    if isinstance(value, Declaration):
        raise machine.error("lone-declaration", node, kind=value.kind)


def _is_need(node: Any, scope: Scope) -> bool:
    """Is `node` a call of `need`, whose value may go unused?"""
    if not isinstance(node, syntax.Call) or not isinstance(node.function, syntax.Name):
        return False
    function = scope.lookup(node.function.id)
    return isinstance(function, Builtin) and function.name == "need"


def _def(machine: Machine, node: syntax.Def, scope: Scope) -> None:
    """Names that are bound now are captured as they are; others are looked up at top level when the body runs."""
    function = Function(node, machine.written, _captured(node, scope), _defaults(machine, node, scope))
    if not node.decorators:
        scope.names[node.name] = function
        return
    if len(node.decorators) > 1:
        raise machine.error("several-decorators", node.decorators[1])
    decorator = node.decorators[0]
    declaration = evaluate(machine, decorator, scope)
    if isinstance(declaration, Builtin) and declaration.name in ("action", "check"):
        declaration = declaration.function(machine, decorator)
    if not isinstance(declaration, Declaration):
        if isinstance(declaration, Builtin) and declaration.name == "rule":
            raise machine.error("rule-without-pattern", decorator)
        raise machine.error("bad-decorator", decorator, kind=kind_of(declaration))
    scope.names[node.name] = declare(machine, node, declaration, function)


def _captured(node: syntax.Def, scope: Scope) -> Scope:
    outermost = scope
    while outermost.parent is not None and outermost.parent.parent is not None:
        outermost = outermost.parent
    taken: dict[str, Any] = {}
    for name in free_names(node):
        at: Scope | None = scope
        while at is not None and at.parent is not None:  # built-ins need no capture
            if name in at.names:
                if at.names[name] is not POISON:
                    taken[name] = at.names[name]
                break
            at = at.parent
    return Scope(outermost, taken)


def _defaults(machine: Machine, node: syntax.Def, scope: Scope) -> dict[str, Any]:
    return {
        parameter.name: evaluate_plain(machine, parameter.default, scope)
        for parameter in node.parameters
        if parameter.default is not None
    }


def _import(machine: Machine, node: syntax.Import, scope: Scope) -> None:
    unit = imported_unit(machine, node) if node.module[:1] == "." else None
    for name in node.names:
        value = _imported(machine, node, name, scope) if unit is None else imported_value(machine, name, unit)
        scope.names[name.alias] = value


def _imported(machine: Machine, node: syntax.Import, name: syntax.ImportedName, scope: Scope) -> Any:
    """What `from module import name` gives: a built-in, a task that is not imported yet, or a constant."""
    if node.module == "redo_py.build":
        builtins: Scope = scope
        while builtins.parent is not None:
            builtins = builtins.parent
        if name.name not in builtins.names:
            hint = closest(name.name, builtins.names)
            raise machine.error("no-builtin", name, name=name.name, hint=hint)
        return builtins.names[name.name]
    try:
        return _taken(machine, node.module, name)
    except UsageError as error:
        if error.span is None:  # what is wrong with the module as a whole
            error.span = machine.span(name)
        if error.source is None and str(error.span) == str(machine.span(name)):
            error.source = machine.source(name)
        raise


def _taken(machine: Machine, module: str, name: syntax.ImportedName) -> Any:
    """What a redunfile gets of a Python module, which is not imported."""
    from redo_py.front.redunfile.loading.borrowing import borrow

    borrowed = borrow(machine, name, module, name.name, execute)
    if borrowed is not MISSING:
        return borrowed
    span = machine.span(name)
    host = machine.reads.host
    found = host.function_kind(module, name.name, span)
    if found is not None and found.kind in ("function", "task"):
        return Imported(module, name.name, found.kind, {}, tuple(found.parameters))
    return host.constant(module, name.name, span)


_EXECUTORS: dict[type, Callable[[Machine, Any, Scope], None]] = {
    syntax.Assign: _assign,
    syntax.AddAssign: _add_assign,
    syntax.If: _if,
    syntax.For: _for,
    syntax.Def: _def,
    syntax.Return: _return,
    syntax.Pass: _pass,
    syntax.Assert: _assert,
    syntax.Evaluate: _evaluate,
    syntax.Import: _import,
}

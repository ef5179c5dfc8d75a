"""Calls: what is called decides. Arguments that do not fit are the caller's error, at the caller's place."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import Builtin, Function, Imported, Outputs, PendingCall
from redo_py.front.redunfile.evaluation.declared import Recipe
from redo_py.front.redunfile.evaluation.kinds import kind_of, plain
from redo_py.front.redunfile.evaluation.methods import Method, call_method
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ir.expression import Expression, SimpleExpression
from redo_py.values.file import PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Node

    Args = list[Any]
    Kwargs = dict[str, Any]


def call(machine: Machine, node: Node, function: Any, args: Args, kwargs: Kwargs) -> Any:
    """The value of `function(*args, **kwargs)`; `node` is the call."""
    kind = type(function)
    if kind is Builtin:
        return call_builtin(machine, node, function, args, kwargs)
    if kind is Method:
        return call_method(machine, node, function, args, kwargs)
    if kind is Function:
        return call_function(machine, node, function, args, kwargs)
    if kind is Imported:
        return call_imported(machine, node, function, args, kwargs)
    if isinstance(function, Expression):
        values = tuple(argument(machine, node, value) for value in args)
        named = {name: argument(machine, node, value) for name, value in kwargs.items()}
        return SimpleExpression("call", (function, values, named), machine.span(node))
    if kind is Recipe:
        raise machine.error("rule-called", node, name=function.name, kind=function.kind)
    raise machine.error("not-callable", node, kind=kind_of(function))


def call_builtin(machine: Machine, node: Node, builtin: Builtin, args: Args, kwargs: Kwargs) -> Any:
    """Call a built-in function where its phase allows it."""
    if builtin.phase == "plan" and machine.body is None:
        raise machine.error("only-in-body", node, name=builtin.name)
    if builtin.phase == "load" and machine.body is not None:
        raise machine.error("only-at-top", node, name=builtin.name)
    try:
        return builtin.function(machine, node, *args, **kwargs)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise  # not the call itself: a fault of ours
        raise _builtin_misfit(machine, node, builtin, args, kwargs) from None


def _builtin_misfit(machine: Machine, node: Node, builtin: Builtin, args: Args, kwargs: Kwargs) -> Exception:
    """Why these arguments do not fit the built-in."""
    code = builtin.function.__code__
    plain_names = code.co_varnames[2 : code.co_argcount]
    keyword_names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    needed = plain_names[: len(plain_names) - len(builtin.function.__defaults__ or ())]
    has_star = bool(code.co_flags & 4)
    return misfit(machine, node, builtin.name, plain_names, keyword_names, needed, has_star, len(args), list(kwargs))


def misfit(
    machine: Machine,
    node: Node,
    name: str,
    plain_names: tuple[str, ...],
    keyword_names: tuple[str, ...],
    needed: tuple[str, ...],
    has_star: bool,
    count: int,
    given: list[str],
) -> Exception:
    """The error for a call of `name` with `count` positional arguments and the keywords `given`."""
    known = (*plain_names, *keyword_names)
    for keyword in given:
        if keyword not in known:
            return machine.error("unknown-argument", node, name=name, argument=keyword, hint=closest(keyword, known))
        if keyword in plain_names[:count]:
            return machine.error("repeated-argument", node, name=keyword)
    if count > len(plain_names) and not has_star:
        return machine.error("arguments-surplus", node, name=name, most=len(plain_names), count=count)
    missing = [each for each in needed if each not in plain_names[:count] and each not in given]
    return machine.error("argument-missing", node, name=name, argument=missing[0] if missing else "?")


def call_function(machine: Machine, node: Node, function: Function, args: Args, kwargs: Kwargs) -> Any:
    """Evaluate the body of a `def` for these arguments. There is no recursion."""
    if function.running:
        raise machine.error("recursion", node, name=function.node.name)
    names = bind(machine, node, function, args, kwargs)
    written, entry = machine.written, machine.entry
    if function.unit is not written and entry is None:
        machine.entry = node
    function.running = True
    machine.calls += 1
    machine.written = function.unit
    try:
        return machine.run(machine, function, names)
    finally:
        function.running = False
        machine.calls -= 1
        machine.written, machine.entry = written, entry


def bind(machine: Machine, node: Node, function: Function, args: Args, kwargs: Kwargs) -> dict[str, Any]:
    """Parameter -> value. Raises UsageError if the arguments do not fit."""
    parameters = function.node.parameters
    plain_names = tuple(each.name for each in parameters if each.kind == "plain")
    keyword_names = tuple(each.name for each in parameters if each.kind == "keyword_only")
    star = next((each.name for each in parameters if each.kind == "star"), "")
    names = {**function.defaults, **dict(zip(plain_names, args, strict=False)), **kwargs}
    needed = tuple(name for name in (*plain_names, *keyword_names) if name not in names)
    is_known = all(name in plain_names[len(args) :] or name in keyword_names for name in kwargs)
    if needed or not is_known or (len(args) > len(plain_names) and not star):
        own = function.node.name
        given = list(kwargs)
        raise misfit(machine, node, own, plain_names, keyword_names, needed, bool(star), len(args), given)
    if star:
        names[star] = tuple(args[len(plain_names) :])
    return names


def call_imported(machine: Machine, node: Node, imported: Imported, args: Args, kwargs: Kwargs) -> PendingCall:
    """A call of a task: lazy, always. A decorator may change what a function takes, so only plain ones are checked."""
    if imported.kind == "function" and imported.parameters:
        _check_imported(machine, node, imported, args, kwargs)
    values = tuple(argument(machine, node, value) for value in args)
    named = {name: argument(machine, node, value) for name, value in kwargs.items()}
    return PendingCall(imported, values, named, machine.span(node))


def _check_imported(machine: Machine, node: Node, imported: Imported, args: Args, kwargs: Kwargs) -> None:
    """Raise UsageError if the function of the module could not be called like this."""
    kinds = {parameter.name: parameter.kind for parameter in imported.parameters}
    plain_names = tuple(name for name, kind in kinds.items() if kind in ("positional", "normal"))
    keyword_names = tuple(name for name, kind in kinds.items() if kind == "keyword")
    optional = {parameter.name for parameter in imported.parameters if parameter.has_default}
    needed = tuple(name for name in (*plain_names, *keyword_names) if name not in optional)
    has_star, has_double_star = "*" in kinds.values(), "**" in kinds.values()
    given = [name for name in kwargs if not has_double_star or name in plain_names]
    taken = {*plain_names[: len(args)], *given, *kwargs}
    fits = all(name in (*plain_names[len(args) :], *keyword_names) for name in given)
    if not fits or (len(args) > len(plain_names) and not has_star) or not taken.issuperset(needed):
        count = len(args)
        raise misfit(machine, node, imported.name, plain_names, keyword_names, needed, has_star, count, given)


def argument(machine: Machine, node: Node, value: Any) -> Any:
    """`value` as an argument of a task: plain values, files and lazy values, at any depth."""
    value = plain(machine, value, node)
    if isinstance(value, (str, int, float, Expression, PathLike)) or value is None:
        return value
    if isinstance(value, Outputs):
        return value.items
    if isinstance(value, list):
        return [argument(machine, node, item) for item in value]
    if isinstance(value, tuple):
        return tuple([argument(machine, node, item) for item in value])
    if isinstance(value, dict):
        return {key: argument(machine, node, item) for key, item in value.items()}
    if isinstance(value, range):
        return list(value)
    raise machine.error("bad-task-argument", node, kind=kind_of(value))

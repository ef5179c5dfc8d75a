"""What `from MODULE import NAME` of a redunfile gives, read from the module's syntax tree; nothing is imported.

A name is followed through the project's own imports, star imports included, to where it is bound. A constant must be
bound exactly once, at the top level, to a literal, and be changed by nothing: then the value it has after import is the
value that is written.
"""

from __future__ import annotations

import _ast

from redo_py.front.import_errors import no_such_module, no_such_name
from redo_py.front.parameters import docstring, parameters_of
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span
from redo_py.tasks.reading.leads import origin_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from redo_py.front.parameters import Parameter
    from redo_py.tasks.reading.bindings import Binding
    from redo_py.tasks.reading.sources import Source

    Atom = str | int | float | bool | None
    Constant = Atom | tuple["Constant", ...] | list["Constant"] | dict[Atom, "Constant"]

    class Sources(Protocol):
        """The part of front.modules.Project that is needed here."""

        def source_of(self, module: str) -> Source | None: ...

        def module_names(self) -> Iterable[str]: ...


FUNCTION = "function"  # an undecorated def: used as a task here
TASK = "task"  # a def with a decorator: whether that makes a Task is seen when it is imported
CONSTANT = "constant"  # bound once to a literal
OTHER = "other"  # a class, a computed value, something bound several times, or a module outside the project
MISSING = "missing"  # the module binds no such name

_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
_SIGNS = {_ast.USub: lambda number: -number, _ast.UAdd: lambda number: +number}
_HOPS = 100  # imports followed before a circle is assumed


class Found:
    """What a name of a module is."""

    __slots__ = ("doc", "is_async", "kind", "module", "name", "parameters", "reason", "source", "span", "value")

    def __init__(self, kind: str, module: str, name: str, source: Source | None, span: Span | None) -> None:
        self.kind = kind  # FUNCTION, TASK, CONSTANT, OTHER or MISSING
        self.module = module  # where it is bound, which is not where it was asked for if that imports it
        self.name = name  # as it is called there
        self.source = source  # the file; None if it lies outside the project
        self.span = span  # of the statement that binds it
        self.doc = ""  # of a function, dedented
        self.is_async = False
        self.parameters: tuple[Parameter, ...] = ()  # of a function
        self.value: Constant = None  # of a constant
        self.reason = ""  # of OTHER: why it is no constant


class NotLiteral(Exception):
    """The expression is not a literal; the argument says what it is."""


def kind_of(project: Sources, module: str, name: str) -> Found:
    """What `from module import name` gives.

    Raises UsageError if the project has no such module, or one on the way to the name cannot be parsed.
    """
    source = project.source_of(module)
    if source is None:
        raise no_such_module(project, module)
    for _ in range(_HOPS):
        behind = _behind(project, source, name)
        if behind is None:
            return _here(project, source, name)
        source, name = behind
        if source is None:
            return _outside(name)
    return Found(MISSING, module, name, source, None)


def read_constant(
    project: Sources, module: str, name: str, span: Span | None = None, line: str | None = None
) -> Constant:
    """The value of a constant; raises UsageError, at `span` of the redunfile if it is given, for anything else."""
    found = kind_of(project, module, name)
    if found.kind == MISSING:
        names = project.source_of(module).bindings.names  # type: ignore[union-attr]
        raise no_such_name(module, name, names, span, line)
    if found.kind != CONSTANT:
        place = [("bound at", repr(found.span))] if found.span else []
        if found.span and found.source is not None and (bound := found.source.line(found.span.line)):
            place.append(("", bound.strip()))
        reason = found.reason or "it is a function"
        raise UsageError(
            "constant-not-literal", span=span, source=line, facts=place, name=name, module=module, reason=reason
        )
    return found.value


def _binders(bindings: list[Binding]) -> list[Binding]:
    """Those that bind the name, without those that at most change what it is bound to."""
    return [binding for binding in bindings if not binding.changes]


def _behind(project: Sources, source: Source, name: str) -> tuple[Source | None, str] | None:
    """(file, name) that an import leads to, (None, dotted name) outside the project; None if `name` is bound here."""
    bindings = source.bindings.names.get(name, [])
    if not bindings:
        return _behind_star(project, source, name)
    binders = _binders(bindings)
    target = binders[0].target if len(binders) == 1 else None
    if target is None or not isinstance(binders[0].statement, _ast.ImportFrom):
        return None
    module = source.absolute(target)
    behind = project.source_of(module)
    if behind is None or project.source_of(f"{module}.{target.member}") is not None:
        return (None, f"{module}.{target.member}")
    return behind, target.member


def _behind_star(project: Sources, source: Source, name: str) -> tuple[Source, str] | None:
    for star in reversed(source.bindings.stars):
        behind = project.source_of(source.absolute(star))
        if behind is not None and not name.startswith("_") and _binds(project, behind, name):
            return behind, name
    return None


def _binds(project: Sources, source: Source, name: str) -> bool:
    """Whether a module or what it star-imports binds `name`."""
    seen: set[str] = set()
    waiting = [source]
    while waiting:
        source = waiting.pop()
        if source.path in seen:
            continue
        seen.add(source.path)
        if name in source.bindings.names:
            return True
        waiting.extend(
            s for star in source.bindings.stars if (s := project.source_of(source.absolute(star))) is not None
        )
    return False


def _outside(dotted: str) -> Found:
    module, _, name = dotted.rpartition(".")
    found = Found(OTHER, module, name, None, None)
    found.reason = f"it is imported from `{module}`, which is not a file of the project"
    return found


def _here(project: Sources, source: Source, name: str) -> Found:
    bindings = source.bindings.names.get(name, [])
    if not bindings:
        return Found(MISSING, source.module, name, source, None)
    statement = bindings[0].statement
    span = Span(source.shown, statement.lineno, statement.col_offset + 1)
    if isinstance(statement, _FUNCTIONS) and statement.name == name and len(_binders(bindings)) == 1:
        return _function(project, source, name, statement, span)
    found = Found(OTHER, source.module, name, source, span)
    found.reason = _why_not_constant(source, name, bindings)
    if not found.reason:
        found.kind = CONSTANT
        found.value = literal(statement.value)  # type: ignore[attr-defined]
    return found


def _function(
    project: Sources, source: Source, name: str, node: _ast.FunctionDef | _ast.AsyncFunctionDef, span: Span
) -> Found:
    found = Found(TASK if node.decorator_list else FUNCTION, source.module, name, source, span)
    found.parameters = tuple(parameters_of(source, node.args, origin_in(project, source)))
    found.is_async = isinstance(node, _ast.AsyncFunctionDef)
    found.doc = docstring(node)
    return found


def _why_not_constant(source: Source, name: str, bindings: list[Binding]) -> str:
    """What keeps a name from being a constant; "" if nothing does."""
    statement = bindings[0].statement
    counted = _binders(bindings) if _is_immutable(statement) else bindings
    if len(counted) > 1:
        lines = " and ".join(str(binding.statement.lineno) for binding in counted[:2])
        return f"it is bound or changed more than once (lines {lines})"
    if isinstance(statement, _ast.ClassDef):
        return "it is a class"
    if not _binds_just(statement, name):
        return "it is not bound by a plain assignment at the top level"
    if _is_declared_global(source, name):
        return "a function of the module declares it global"
    try:
        literal(statement.value)  # type: ignore[attr-defined]
    except NotLiteral as problem:
        return f"it is bound to {problem}"
    return ""


def _is_immutable(statement: _ast.stmt) -> bool:
    """Whether it assigns a literal that no method and no call can change, such as one that is handed to `print`."""
    stack = [getattr(statement, "value", None)]
    while stack:
        node = stack.pop()
        if isinstance(node, _ast.Tuple):
            stack.extend(node.elts)
        elif not isinstance(node, (_ast.Constant, _ast.UnaryOp)):
            return False
    return True


def _binds_just(statement: _ast.stmt, name: str) -> bool:
    """Whether the statement is `name = value` or `name: annotation = value`, other plain names beside it allowed."""
    if isinstance(statement, _ast.Assign):
        return all(isinstance(target, _ast.Name) for target in statement.targets)
    return isinstance(statement, _ast.AnnAssign) and statement.value is not None and bool(statement.simple)


def _is_declared_global(source: Source, name: str) -> bool:
    stack: list[_ast.AST] = list(source.tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, _ast.Global) and name in node.names:
            return True
        if isinstance(node, _ast.stmt):
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                stack.extend(getattr(node, field, ()))
        elif isinstance(node, (_ast.ExceptHandler, _ast.match_case)):
            stack.extend(node.body)
    return False


def literal(node: _ast.expr) -> Constant:
    """The value of a literal; raises NotLiteral with what it is instead."""
    if isinstance(node, _ast.Constant) and isinstance(node.value, (str, int, float, type(None))):
        return node.value
    if isinstance(node, _ast.UnaryOp) and type(node.op) in _SIGNS and isinstance(node.operand, _ast.Constant):
        if type(node.operand.value) in (int, float):
            return _SIGNS[type(node.op)](node.operand.value)  # type: ignore[no-untyped-call,no-any-return]
    elif isinstance(node, _ast.Tuple):
        return tuple(literal(element) for element in node.elts)
    elif isinstance(node, _ast.List):
        return [literal(element) for element in node.elts]
    elif isinstance(node, _ast.Dict):
        return _dict(node)
    raise NotLiteral(_WHAT.get(type(node), "a computed value"))


def _dict(node: _ast.Dict) -> Constant:
    pairs: dict[Atom, Constant] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            raise NotLiteral("a dict with `**`")
        if not isinstance(plain := literal(key), (str, int, float, type(None))):
            raise NotLiteral("a dict whose key is neither text nor a number")
        pairs[plain] = literal(value)
    return pairs


_WHAT: dict[type, str] = {
    _ast.BinOp: "a computed value (an operator)",
    _ast.Call: "the result of a call",
    _ast.Name: "another name",
    _ast.Attribute: "an attribute of another name",
    _ast.JoinedStr: "an f-string",
    _ast.Set: "a set, which has no order",
    _ast.Lambda: "a lambda",
    _ast.ListComp: "a comprehension",
    _ast.DictComp: "a comprehension",
    _ast.Constant: "bytes, a complex number or `...`",
}

"""A syntax tree as text in which only what can change a result is left.

Two pieces of source have the same text if they differ in nothing but comments, white space, quotes, number spelling,
brackets, docstrings, statements without effect (`pass`, `...`, a bare literal), annotations of locals, and parameter
or result annotations that do not act. The text is the same on every supported Python: it is made from the kinds and
fields of the nodes, absent fields left out, so that a field that a newer Python adds changes nothing while unused.

Where annotations act:
- in a class body, always (dataclasses and their like are made from them);
- on a function with a decorator that is not known to ignore them, always;
- on the task function itself, its parameters' `str` and `Path`, which say what a file argument becomes (`wanted_form`);
- nowhere else.

`_ast` is used, not `ast`: the latter imports re, enum and contextlib, which a build would pay for.
"""

from __future__ import annotations

import _ast

from redo_py.tasks.reading.annotations import wanted_form
from redo_py.tasks.reading.decorators import ACTS_ON_ANNOTATIONS, OURS, REDO_PY, REDUN, standing
from redo_py.tasks.reading.scopes import all_below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redo_py.tasks.reading.annotations import Origin

    Item = str | tuple[_ast.AST, int]  # text as it is, or a node still to be written in its surroundings

FUNCTION, CLASS, MODULE, TASK = range(4)  # what directly surrounds a node; TASK: it is the task function itself

_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
_DOCUMENTED = (*_FUNCTIONS, _ast.ClassDef, _ast.Module)
_LEFT_OUT = frozenset({"ctx", "kind", "type_comment", "type_ignores"})


def normalise(node: _ast.AST, origin: Origin, surroundings: int = MODULE) -> str:
    """The text of `node`, which stands directly in `surroundings`; `origin` tells where a decorator comes from."""
    out: list[str] = []
    stack: list[Item] = [(node, surroundings)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
        else:
            stack.extend(reversed(list(_pieces(item[0], item[1], origin))))
    return "".join(out)


def _pieces(node: _ast.AST, where: int, origin: Origin) -> Iterable[Item]:
    write = _SPECIAL.get(type(node))
    if write is not None:
        return write(node, where, origin)
    return _plain(node, node._fields, where)


def _plain(node: _ast.AST, fields: Iterable[str], where: int) -> Iterable[Item]:
    """`(Kind field=value ...)`; absent and empty fields, and those that say nothing, are left out."""
    yield "(" + type(node).__name__
    for field in fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            value = effective(value) or None
        if value is None or field in _LEFT_OUT:
            continue
        yield f" {field}="
        yield from _value(value, where)
    yield ")"


def _value(value: object, where: int) -> Iterable[Item]:
    if isinstance(value, _ast.AST):
        yield (value, where)
    elif isinstance(value, list):
        yield "["
        for element in effective(value):
            yield from _value(element, where)
            yield ","
        yield "]"
    else:
        yield ascii(value)


def effective(nodes: list[_ast.AST]) -> list[_ast.AST]:
    """`nodes` without the statements that do nothing."""
    return [node for node in nodes if not _does_nothing(node)]


def _does_nothing(node: object) -> bool:
    return isinstance(node, _ast.Pass) or (isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Constant))


def _constant(node: _ast.Constant, where: int, origin: Origin) -> Iterable[Item]:
    return (literal_text(node.value),)


def literal_text(value: object) -> str:
    """An exact text of a constant that no Python version writes differently."""
    if isinstance(value, str):
        return "str:" + ascii(value)
    if isinstance(value, float):
        return "float:" + value.hex()
    if isinstance(value, complex):
        return f"complex:{value.real.hex()},{value.imag.hex()}"
    if type(value) is int:
        return f"int:{value:x}"  # hexadecimal: no limit on the number of digits
    return f"{type(value).__name__}:{value!a}"


def _name(node: _ast.Name, where: int, origin: Origin) -> Iterable[Item]:
    """`import redun` and `import redo_py` give the same module: what is taken from it has one text."""
    return (f"(Name id={(REDUN if node.id == REDO_PY else node.id)!a})",)


def _joined(node: _ast.JoinedStr, where: int, origin: Origin) -> Iterable[Item]:
    """An f-string: neighbouring texts joined, empty ones dropped; Pythons differ in how they cut them."""
    text = ""
    yield "(JoinedStr"
    for part in node.values:
        if isinstance(part, _ast.Constant):
            text += str(part.value)
            continue
        if text:
            yield " " + ascii(text)
            text = ""
        yield " "
        yield (part, where)
    yield f" {text!a})" if text else ")"


def _hole(node: _ast.FormattedValue, where: int, origin: Origin) -> Iterable[Item]:
    spec = node.format_spec
    empty = isinstance(spec, _ast.JoinedStr) and all(isinstance(p, _ast.Constant) and not p.value for p in spec.values)
    return _plain(node, ("value", "conversion") if empty else node._fields, where)


def _assign_annotated(node: _ast.AnnAssign, where: int, origin: Origin) -> Iterable[Item]:
    if where == CLASS:
        yield from _plain(node, node._fields, where)
    elif node.value is not None:
        yield "(Assign targets=["
        yield (node.target, where)
        yield ",] value="
        yield (node.value, where)
        yield ")"
    else:  # it still makes the name a local one
        yield from _plain(node, ("target",), where)


def _function(node: _ast.FunctionDef, where: int, origin: Origin) -> Iterable[Item]:
    decorators = [d for d in node.decorator_list if standing(origin(d)) != OURS]
    acting = any(standing(origin(d)) == ACTS_ON_ANNOTATIONS for d in decorators)
    yield f"({type(node).__name__} {node.name} args="
    yield from _parameters(node.args, acting, origin if where == TASK else None)
    if acting and node.returns is not None:
        yield " returns="
        yield (node.returns, FUNCTION)
    for field, value in (("type_params", getattr(node, "type_params", [])), ("decorators", decorators)):
        if value:
            yield f" {field}="
            yield from _value(value, FUNCTION)
    yield " body="
    yield from _value(_without_bare_declarations(node.body), FUNCTION)
    yield ")"


def _without_bare_declarations(body: list[_ast.stmt]) -> list[_ast.stmt]:
    """`body` without a leading `x: int` whose `x` is assigned by a later statement of the same block anyway."""
    assigned = {
        target.id
        for statement in body
        if isinstance(statement, (_ast.Assign, _ast.AnnAssign)) and statement.value is not None
        for target in (statement.targets if isinstance(statement, _ast.Assign) else [statement.target])
        if isinstance(target, _ast.Name)
    }
    return [statement for statement in body if _declared(statement) not in assigned]


def _declared(statement: _ast.stmt) -> str | None:
    """The name of a bare `x: int`."""
    bare = isinstance(statement, _ast.AnnAssign) and statement.value is None
    return statement.target.id if bare and isinstance(statement.target, _ast.Name) else None  # type: ignore[attr-defined]


def _parameters(node: _ast.arguments, acting: bool, origin: Origin | None) -> Iterable[Item]:
    """With their annotations if those act, with the forms that files take if `origin` is given."""
    yield "(arguments"
    for field in node._fields:
        value = getattr(node, field)
        if value is None or value == []:
            continue
        yield f" {field}="
        if field in ("defaults", "kw_defaults"):
            yield from _value(value, FUNCTION)
            continue
        for parameter in value if isinstance(value, list) else [value]:
            yield from _parameter(parameter, acting, origin)
    yield ")"


def _parameter(node: _ast.arg, acting: bool, origin: Origin | None) -> Iterable[Item]:
    yield node.arg
    if node.annotation is not None and acting:
        yield ":"
        yield (node.annotation, FUNCTION)
    elif origin is not None:
        yield ":" + wanted_form(node.annotation, origin)
    yield ","


def _class(node: _ast.ClassDef, where: int, origin: Origin) -> Iterable[Item]:
    return _plain(node, node._fields, CLASS)


def _lambda(node: _ast.Lambda, where: int, origin: Origin) -> Iterable[Item]:
    yield "(Lambda args="
    yield from _parameters(node.args, acting=False, origin=None)
    yield " body="
    yield (node.body, FUNCTION)
    yield ")"


_SPECIAL: dict[type, Callable[..., Iterable[Item]]] = {
    _ast.Constant: _constant,
    _ast.Name: _name,
    _ast.JoinedStr: _joined,
    _ast.FormattedValue: _hole,
    _ast.AnnAssign: _assign_annotated,
    _ast.FunctionDef: _function,
    _ast.AsyncFunctionDef: _function,
    _ast.ClassDef: _class,
    _ast.Lambda: _lambda,
}


def docstrings(tree: _ast.Module) -> list[str]:
    """The docstrings in a module, each behind the name of what it documents, by their lines."""
    found: list[tuple[int, str]] = []
    for node in all_below(tree):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        text = getattr(getattr(first, "value", None), "value", None)
        if isinstance(first, _ast.Expr) and isinstance(text, str):
            found.append((first.lineno, f"{getattr(node, 'name', '')} {text!r}"))
    return [text for _, text in sorted(found)]

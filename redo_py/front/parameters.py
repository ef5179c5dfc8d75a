"""What can be said of a function from its syntax tree: its parameters and its docstring."""

from __future__ import annotations

import _ast

from redo_py.tasks.declaration.session import is_session
from redo_py.tasks.reading.annotations import wanted_form
from redo_py.tasks.reading.scopes import parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.tasks.reading.annotations import Origin
    from redo_py.tasks.reading.sources import Source

    Definition = _ast.FunctionDef | _ast.AsyncFunctionDef

_ORDER = ("positional", "normal", "*", "keyword", "**")


class Parameter:
    """One parameter of a function, in the order of the signature."""

    __slots__ = ("annotation", "form", "has_default", "kind", "name")

    def __init__(self, name: str, kind: str, annotation: str, form: str, has_default: bool) -> None:
        self.name = name
        self.kind = kind  # "positional", "normal", "keyword", "*" or "**"
        self.annotation = annotation  # as it is written; "" without one
        self.form = form  # what a file argument is handed over as: "str", "path" or "" for a File
        self.has_default = has_default


def parameters_of(source: Source, node: _ast.arguments, origin: Origin) -> list[Parameter]:
    """The parameters that calls give, in the order of the signature; `origin` as for `wanted_form`."""
    normal = [*node.posonlyargs, *node.args]
    with_default = {parameter.arg for parameter in normal[len(normal) - len(node.defaults) :]}
    with_default |= {p.arg for p, default in zip(node.kwonlyargs, node.kw_defaults, strict=True) if default is not None}
    kinds = {p.arg: kind for group, kind in _kinds(node) for p in group if p is not None}
    found = [
        Parameter(
            p.arg,
            kinds[p.arg],
            _text_of(source, p.annotation),
            wanted_form(p.annotation, origin),
            p.arg in with_default,
        )
        for p in parameters(node)
    ]
    given = [each for each in found if each.has_default or not is_session(each.annotation)]
    return sorted(given, key=lambda parameter: _ORDER.index(parameter.kind))


def _kinds(node: _ast.arguments) -> list[tuple[list[_ast.arg | None], str]]:
    return [
        ([*node.posonlyargs], "positional"),
        ([*node.args], "normal"),
        ([node.vararg], "*"),
        ([*node.kwonlyargs], "keyword"),
        ([node.kwarg], "**"),
    ]


def _text_of(source: Source, node: _ast.expr | None) -> str:
    """The text of an annotation as it is written, line breaks folded."""
    if node is None:
        return ""
    lines = source.text.split("\n")[node.lineno - 1 : node.end_lineno]
    lines[-1] = lines[-1].encode()[: node.end_col_offset].decode()
    lines[0] = lines[0].encode()[node.col_offset :].decode()
    return " ".join(line.strip() for line in lines)


def docstring(node: Definition) -> str:
    """The docstring without its margin; "" without one."""
    first = node.body[0]
    value = first.value.value if isinstance(first, _ast.Expr) and isinstance(first.value, _ast.Constant) else None
    if not isinstance(value, str):
        return ""
    head, *rest = value.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([head.strip(), *(line[margin:].rstrip() for line in rest)]).strip()

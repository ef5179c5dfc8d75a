"""From a function object to its node in the syntax tree of its file."""

from __future__ import annotations

import _ast

from redo_py.ground.errors import UsageError
from redo_py.tasks.reading.normalise import normalise
from redo_py.tasks.reading.scopes import all_below, parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    from redo_py.tasks.reading.scopes import FunctionNode
    from redo_py.tasks.reading.sources import Source

    Place = tuple[int, int]  # line, column in bytes

_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.Lambda)


def locate(code: CodeType, source: Source) -> FunctionNode | None:
    """The node that `code` was compiled from; None if the file has no such function (any more).

    Raises UsageError if several functions of one line could be it and they differ.
    """
    named = functions_of(source).get((code.co_name, code.co_firstlineno), [])
    candidates = [node for node in named if _parameter_names(node) == _argument_names(code)]
    if len(candidates) > 1:
        candidates = _around_positions(code, candidates) or candidates
    if len(candidates) > 1 and len({normalise(node, lambda _: "") for node in candidates}) > 1:
        raise UsageError("functions-on-one-line", file=source.shown, line=code.co_firstlineno, name=code.co_name)
    return candidates[0] if candidates else None


def functions_of(source: Source) -> dict[tuple[str, int], list[FunctionNode]]:
    """All functions of the file by name and first line (of a decorated one: of its first decorator)."""
    if source.functions is None:
        source.functions = {}
        for node in all_below(source.tree):
            if isinstance(node, _FUNCTIONS):
                source.functions.setdefault((_name(node), _first_line(node)), []).append(node)
    return source.functions


def _name(node: FunctionNode) -> str:
    return "<lambda>" if isinstance(node, _ast.Lambda) else node.name


def _first_line(node: FunctionNode) -> int:
    if isinstance(node, _ast.Lambda) or not node.decorator_list:
        return node.lineno
    return node.decorator_list[0].lineno


def _parameter_names(node: FunctionNode) -> list[str]:
    return [parameter.arg for parameter in parameters(node.args)]


def _argument_names(code: CodeType) -> list[str]:
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
    return list(code.co_varnames[:count])


def _around_positions(code: CodeType, candidates: list[FunctionNode]) -> list[FunctionNode]:
    """The innermost of the candidates whose body holds every position of the code; [] without column numbers."""
    positions = [
        ((line, column), (end_line, end_column))
        for line, end_line, column, end_column in code.co_positions()
        if line and end_line and column is not None and end_column is not None
    ]
    positions = [(start, end) for start, end in positions if start != end]  # the start of a function has no width
    holding = [node for node in candidates if positions and all(_holds(node, *position) for position in positions)]
    return [max(holding, key=lambda node: _body_span(node)[0])] if holding else []


def _holds(node: FunctionNode, start: Place, end: Place) -> bool:
    body_start, body_end = _body_span(node)
    return body_start <= start and end <= body_end


def _body_span(node: FunctionNode) -> tuple[Place, Place]:
    first, last = (node.body, node.body) if isinstance(node, _ast.Lambda) else (node.body[0], node.body[-1])
    return (first.lineno, first.col_offset), (last.end_lineno or 0, last.end_col_offset or 0)

"""Values that a module of the project computes when it is imported: from files, variables, the time.

They identify the tasks that reach them, as far as they are plain, but nothing shows when what they were computed from
changes: that is only known after importing the module again.
"""

from __future__ import annotations

import _ast

from redo_py.tasks.code.plain import is_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.front.modules import Project
    from redo_py.tasks.reading.bindings import Binding

# what a value may be made of that follows from the text of the module; a name in it is reached, too, and judged itself
_CLOSED = (
    _ast.Constant, _ast.Tuple, _ast.List, _ast.Set, _ast.Dict, _ast.Starred, _ast.Name, _ast.Load, _ast.Store,
    _ast.UnaryOp, _ast.unaryop, _ast.BinOp, _ast.operator, _ast.BoolOp, _ast.boolop, _ast.Compare, _ast.cmpop,
    _ast.IfExp, _ast.JoinedStr, _ast.FormattedValue, _ast.Subscript, _ast.Slice,
)  # fmt: skip
_ASSIGNMENTS = (_ast.Assign, _ast.AnnAssign, _ast.AugAssign)
_DEFINITIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)


def rests_on_computed(project: Project, parts: Iterable[str]) -> bool:
    """Whether one of `parts`, the names of the pieces of a task's code, is a plain value that was computed, or a value
    of `hash_includes`, which anything may have computed."""
    return any(part.startswith("included ") or _is_computed(project, *part.rpartition(".")[::2]) for part in parts)


def _is_computed(project: Project, module: str, name: str) -> bool:
    source = project.source_of(module) if module else None
    if source is None:
        return False
    namespace = project.namespace_of(source)
    if name not in namespace or not is_plain(namespace[name]):
        return False
    bindings = source.bindings.names.get(name)
    return bindings is None or not all(map(_is_closed, bindings))


def _is_closed(binding: Binding) -> bool:
    """Whether what the statement does to the name follows from the text of the module."""
    statement = binding.statement
    if isinstance(statement, _DEFINITIONS):
        return True
    if not isinstance(statement, _ASSIGNMENTS) or statement.value is None:
        return False
    stack: list[_ast.AST] = [statement.value]
    while stack:
        node = stack.pop()
        if not isinstance(node, _CLOSED):
            return False
        stack += [child for field in node._fields for child in _children(getattr(node, field))]
    return True


def _children(value: object) -> list[_ast.AST]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, _ast.AST)]

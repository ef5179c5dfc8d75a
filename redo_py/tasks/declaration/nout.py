"""How many items a task returns, by the annotation of its result: `tuple[int, str]` is two, a namedtuple its fields."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_TUPLES = frozenset({"tuple", "Tuple", "typing.Tuple", "t.Tuple", "builtins.tuple"})


def annotated_nout(func: Callable[..., Any]) -> int | None:
    """The length of the tuple that `func` says it returns; None if it says nothing of the kind."""
    annotation = getattr(func, "__annotations__", {}).get("return")
    if isinstance(annotation, str):
        return _of_text(annotation.strip(), getattr(func, "__globals__", {}))
    return _of_type(annotation)


def _of_type(annotation: Any) -> int | None:
    fields = getattr(annotation, "_fields", None)
    if isinstance(annotation, type) and issubclass(annotation, tuple) and isinstance(fields, tuple):
        return len(fields)
    if getattr(annotation, "__origin__", None) is not tuple:
        return None
    items = annotation.__args__
    if Ellipsis in items:
        return None
    return 0 if items == ((),) else len(items)  # how Tuple[()] looked before Python 3.11


def _of_text(text: str, names: Mapping[str, Any]) -> int | None:
    """What an annotation that was not evaluated says, as far as that can be told without evaluating it."""
    import _ast

    from redo_py.tasks.reading.annotations import syntax_tree

    try:
        node = syntax_tree(text, "<annotation>", "eval").body
    except (SyntaxError, ValueError):
        return None
    if isinstance(node, _ast.Constant) and isinstance(node.value, str):
        return _of_text(node.value, names)
    if isinstance(node, _ast.Subscript):
        if _dotted(node.value) not in _TUPLES:
            return None
        items = node.slice.elts if isinstance(node.slice, _ast.Tuple) else [node.slice]
        return None if any(isinstance(item, _ast.Constant) and item.value is ... for item in items) else len(items)
    found: Any = names
    for name in _dotted(node).split("."):
        found = found.get(name) if found is names else getattr(found, name, None)
    return _of_type(found)


def _dotted(node: Any) -> str:
    """`a.b` for the node of `a.b`, else ""."""
    import _ast

    if isinstance(node, _ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, _ast.Name) else ""

"""Walking nested values, as modules of redun's users do."""

from __future__ import annotations

from redo_py.ground.nested import children, rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any


def iter_nested_value(value: Any) -> Iterator[Any]:
    """Everything in `value` that holds nothing itself, in its order."""
    stack = [value]
    while stack:
        item = stack.pop()
        inside = children(item)
        if inside is None:
            yield item
        else:
            stack.extend(reversed(inside))


def map_nested_value(func: Callable[[Any], Any], value: Any) -> Any:
    """`value` with what `func` makes of everything in it that holds nothing itself."""
    inside = children(value)
    return func(value) if inside is None else rebuild(value, [map_nested_value(func, part) for part in inside])


def merge_dicts(dicts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All of them, later ones over earlier ones, at every depth where both have a dict."""
    from redo_py.tasks.task import merge

    merged: dict[str, Any] = {}
    for each in dicts:
        merged = merge(merged, each)
    return merged


def get_context_value(context: Mapping[str, Any], var_path: str, default: Any) -> Any:
    """What `context` has at a path like "a.b"; `default` if nothing."""
    found: Any = context
    for name in var_path.split("."):
        if not isinstance(found, dict) or name not in found:
            return default
        found = found[name]
    return found

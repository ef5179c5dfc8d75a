"""Walking values inside containers: list, tuple, set, frozenset, dict (keys too), their subclasses, dataclasses.

All walks keep their own stack: a value nested 100,000 deep is fine.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PLAIN = frozenset({str, int, float, bool, bytes, type(None), complex})  # types that hold nothing


def children(value: Any) -> tuple[Any, ...] | list[Any] | None:
    """What `value` holds, in order, if it is a container that we open; else None."""
    kind = type(value)
    if kind in PLAIN:
        return None
    if kind is tuple or kind is list:
        return value  # type: ignore[no-any-return]
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    if hasattr(kind, "__dataclass_fields__"):
        return [getattr(value, name) for name in kind.__dataclass_fields__ if hasattr(value, name)]
    return None


def collect(value: Any, kind: type | tuple[type, ...]) -> list[Any]:
    """Every instance of `kind` in `value`, itself included, in order of appearance, each object once.

    What an instance holds is not looked into. A container that holds itself is looked into once.
    """
    if type(value) in PLAIN:
        return []
    found: dict[int, Any] = {}
    seen: dict[int, Any] = {}  # keeps what it names alive, so that no id is used twice
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) in PLAIN:
            continue
        if isinstance(item, kind):
            found[id(item)] = item
            continue
        inside = children(item)
        if inside and id(item) not in seen:
            seen[id(item)] = item
            stack.extend([part for part in inside[::-1] if type(part) not in PLAIN])
    return list(found.values())


def substitute(value: Any, kind: type | tuple[type, ...], new: Callable[[Any], Any]) -> Any:
    """`value` with every instance of `kind` replaced by `new(instance)`; containers without one are kept as they are.

    A container that holds itself goes on holding the one that it was.
    """
    if isinstance(value, kind):
        return new(value)
    if type(value) in PLAIN:
        return value
    if type(value) is tuple and all(type(part) in PLAIN or isinstance(part, kind) for part in value):
        return _with_parts(value, value, kind, new, {})
    done: dict[int, Any] = {}  # id of a container -> what stands for it: itself until all that it holds is done
    kept: list[Any] = []  # keeps the containers alive, so that no id is used twice
    stack: list[tuple[Any, Any]] = [(value, None)]
    while stack:
        item, inside = stack.pop()
        if inside is not None:
            done[id(item)] = _with_parts(item, inside, kind, new, done)
        elif id(item) not in done:
            done[id(item)] = item
            kept.append(item)
            inside = children(item)
            if inside:
                stack.append((item, inside))
                stack.extend(
                    [(part, None) for part in inside if type(part) not in PLAIN and not isinstance(part, kind)]
                )
    return done[id(value)]


def _with_parts(
    item: Any, inside: Any, kind: type | tuple[type, ...], new: Callable[[Any], Any], done: dict[int, Any]
) -> Any:
    """`item`, which holds `inside`, with instances of `kind` replaced and what stands for its other parts."""
    parts = [new(part) if isinstance(part, kind) else done.get(id(part), part) for part in inside]
    for old, fresh in zip(inside, parts, strict=True):
        if old is not fresh:
            return _rebuild(item, parts)
    return item


def _rebuild(item: Any, parts: list[Any]) -> Any:
    """A container like `item` that holds `parts`, which are in the order of `children(item)`."""
    kind = type(item)
    if kind is tuple:
        return tuple(parts)
    if kind is list:
        return parts
    if isinstance(item, dict):
        return _rebuild_dict(item, parts)
    if isinstance(item, tuple):
        return kind(*parts) if hasattr(kind, "_fields") else kind(parts)
    if isinstance(item, (list, set, frozenset)):
        return kind(parts)
    return _rebuild_dataclass(item, parts)


def _rebuild_dict(item: dict[Any, Any], parts: list[Any]) -> dict[Any, Any]:
    """Subclasses keep their own state (a defaultdict its factory): a shallow copy is emptied and filled."""
    half = len(parts) // 2
    pairs = zip(parts[:half], parts[half:], strict=True)
    if type(item) is dict:
        return dict(pairs)
    fresh = item.copy()
    fresh.clear()
    for key, part in pairs:
        fresh[key] = part
    return fresh


def _rebuild_dataclass(item: Any, parts: list[Any]) -> Any:
    """Fields are set on a blank instance: frozen classes and `init=False` fields work, and nothing runs twice."""
    kind = type(item)
    names = [name for name in kind.__dataclass_fields__ if hasattr(item, name)]
    fresh = object.__new__(kind)
    if hasattr(item, "__dict__"):
        fresh.__dict__.update(item.__dict__)
    for name, part in zip(names, parts, strict=True):
        object.__setattr__(fresh, name, part)
    return fresh

"""Walking values inside containers: list, tuple, set, frozenset, dict (keys too), their subclasses, dataclasses, models
of pydantic, classes of attrs, and classes that name what they hold in `nested_fields`.

All walks keep their own stack: a value nested 100,000 deep is fine.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Opener = Callable[[Any], "tuple[Any, ...] | list[Any]"]

ALL_FIELDS = ("*",)  # as `nested_fields`: whatever attributes an instance has
PLAIN = frozenset({str, int, float, bool, bytes, type(None), complex})  # types that hold nothing
_AS_MANY = 10_000  # classes remembered; beyond it all are forgotten, as they may be made by the thousand

_openers: dict[type, Opener | None] = {}  # class -> what gives the parts of an instance; None if it is no container


def children(value: Any) -> tuple[Any, ...] | list[Any] | None:
    """What `value` holds, in order, if it is a container that we open; else None."""
    kind = type(value)
    if kind in PLAIN:
        return None
    if kind is tuple or kind is list:
        return value  # type: ignore[no-any-return]
    opener = _openers[kind] if kind in _openers else _find_opener(kind)
    return None if opener is None else opener(value)


def _find_opener(kind: type) -> Opener | None:
    if len(_openers) >= _AS_MANY:
        _openers.clear()
    opener: Opener | None = None
    if issubclass(kind, dict):
        opener = _dict_parts
    elif issubclass(kind, (list, tuple, set, frozenset)):
        opener = list
    elif _holds_fields(kind):
        opener = _field_parts
    _openers[kind] = opener
    return opener


def _dict_parts(value: dict[Any, Any]) -> list[Any]:
    return [*value.keys(), *value.values()]


def _holds_fields(kind: type) -> bool:
    named = getattr(kind, "nested_fields", None) is not None
    return named or hasattr(kind, "__dataclass_fields__") or _is_model(kind) or _is_attrs(kind)


def _is_model(kind: type) -> bool:
    return isinstance(getattr(kind, "__pydantic_fields__", None), dict) and hasattr(kind, "__pydantic_core_schema__")


def _is_attrs(kind: type) -> bool:
    return isinstance(getattr(kind, "__attrs_attrs__", None), tuple)


def _field_parts(value: Any) -> list[Any]:
    return [getattr(value, name) for name in _field_names(value)]


def _field_names(value: Any) -> list[str]:
    """The fields that an instance has, in order; of a model also those that it took beyond its own."""
    kind: Any = type(value)
    names: Any = getattr(kind, "nested_fields", None) or getattr(kind, "__dataclass_fields__", None)
    if names == ALL_FIELDS:
        names = [*_slots(kind), *getattr(value, "__dict__", ())]
    elif names is None and _is_model(kind):
        names = [*kind.__pydantic_fields__, *(value.__pydantic_extra__ or ())]
    elif names is None:
        names = [attribute.name for attribute in kind.__attrs_attrs__]
    return [name for name in names if hasattr(value, name)]


def holds_plain(value: Any) -> bool:
    """Whether it is seen at once that `value` is plain, or a container of nothing but plain values."""
    kind = type(value)
    if kind is tuple or kind is list:
        return PLAIN.issuperset(map(type, value))
    if kind is dict:
        return PLAIN.issuperset(map(type, value.values())) and PLAIN.issuperset(map(type, value))
    return kind in PLAIN


def _is_shallow(part: Any) -> bool:
    """Whether it is seen at once that `part` is no container, or one of nothing but plain values."""
    return _openers.get(type(part), list) is None or holds_plain(part)


def collect(value: Any, kind: type | tuple[type, ...]) -> list[Any]:
    """Every instance of `kind` in `value`, itself included, in order of appearance, each object once.

    What an instance holds is not looked into. A container that holds itself is looked into once.
    """
    if type(value) in PLAIN or holds_plain(value):
        return []
    found: dict[int, Any] = {}
    seen: dict[int, Any] = {}  # keeps what it names alive, so that no id is used twice
    stack = [value]  # of nothing plain
    while stack:
        item = stack.pop()
        if isinstance(item, kind):
            found[id(item)] = item
            continue
        inside = children(item)
        if inside and id(item) not in seen and not PLAIN.issuperset(map(type, inside)):
            seen[id(item)] = item
            stack.extend([part for part in inside[::-1] if type(part) not in PLAIN])
    return list(found.values())


def substitute(value: Any, kind: type | tuple[type, ...], new: Callable[[Any], Any]) -> Any:
    """`value` with every instance of `kind` replaced by `new(instance)`; containers without one are kept as they are.

    A container that holds itself goes on holding the one that it was.
    """
    if isinstance(value, kind):
        return new(value)
    if holds_plain(value):
        return value
    if type(value) is tuple and all(isinstance(part, kind) or _is_shallow(part) for part in value):
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
            return rebuild(item, parts)
    return item


def rebuild(item: Any, parts: list[Any]) -> Any:
    """A container like `item` that holds `parts`, which are in the order of `children(item)`."""
    kind = type(item)
    if kind is tuple:
        return tuple(parts)
    if kind is list:
        return parts
    if isinstance(item, dict):
        return _rebuild_dict(item, parts)
    if isinstance(item, (list, tuple, set, frozenset)):
        return _rebuild_sequence(item, parts)
    return _rebuild_fields(item, parts)


def _rebuild_dict(item: dict[Any, Any], parts: list[Any]) -> dict[Any, Any]:
    """Subclasses keep their own state (a defaultdict its factory): a shallow copy is emptied and filled."""
    half = len(parts) // 2
    pairs = zip(parts[:half], parts[half:], strict=True)
    if type(item) is dict:
        return dict(pairs)
    from copy import copy

    fresh = copy(item)
    fresh.clear()
    for key, part in pairs:
        fresh[key] = part
    return fresh


def _rebuild_sequence(item: Any, parts: list[Any]) -> Any:
    """Without `__init__`, which in a subclass may take something else; what else the instance holds goes along."""
    kind: Any = type(item)
    if isinstance(item, tuple):
        fresh: Any = tuple.__new__(kind, parts)
    elif isinstance(item, frozenset):
        fresh = frozenset.__new__(kind, parts)
    elif isinstance(item, list):
        fresh = kind.__new__(kind)
        list.extend(fresh, parts)
    else:
        fresh = kind.__new__(kind)
        set.update(fresh, parts)
    if getattr(item, "__dict__", None):
        fresh.__dict__.update(item.__dict__)
    return fresh


def _rebuild_fields(item: Any, parts: list[Any]) -> Any:
    """Fields are set on a copy: frozen classes and `init=False` fields work, and nothing runs twice."""
    fresh = _blank_copy(item)
    extra = getattr(fresh, "__pydantic_extra__", None) or {}
    for name, part in zip(_field_names(item), parts, strict=True):
        if name in extra:
            extra[name] = part
        else:
            object.__setattr__(fresh, name, part)
    return fresh


def _blank_copy(item: Any) -> Any:
    """An instance with the same attributes, in `__dict__` and slots, made without running code of its class."""
    kind = type(item)
    fresh = object.__new__(kind)
    for name in _slots(kind):
        if hasattr(item, name):
            object.__setattr__(fresh, name, getattr(item, name))
    if hasattr(item, "__dict__"):
        fresh.__dict__.update(item.__dict__)
    if getattr(item, "__pydantic_extra__", None):
        object.__setattr__(fresh, "__pydantic_extra__", dict(item.__pydantic_extra__))
    return fresh


def _slots(kind: type) -> Iterator[str]:
    """The attributes that instances keep in slots, under the names that they really have."""
    for each in kind.__mro__:
        slots = each.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name[:2] == "__" and name[-2:] != "__":
                yield f"_{each.__name__.lstrip('_')}{name}"
            elif name not in ("__dict__", "__weakref__"):
                yield name

"""The hooks that classes of the user's have around a job: whether their objects are valid, and what stands for them."""

from __future__ import annotations

from redo_py.ground.errors import RunError
from redo_py.ground.nested import collect, substitute
from redo_py.values.proxy import PROXIES, proxy_of
from redo_py.values.value import IN_USE, Value, has_hook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def invalid_in(value: Any) -> Any:
    """The first object in `value` whose class says that it is not valid, or fails to say it; None if there is none."""
    for item in hooked(value, "is_valid"):
        try:
            if not as_value(item).is_valid():
                return item
        except Exception:
            return item
    return None


def before_call(value: Any, told: dict[str, Any]) -> Any:
    """`value` with what `preprocess` gives for the objects in it. Raises RunError."""
    return replaced(value, "preprocess", told)


def after_call(value: Any, told: dict[str, Any]) -> Any:
    """`value` with what `postprocess` gives for the objects in it. Raises RunError."""
    return replaced(value, "postprocess", told)


def replaced(value: Any, name: str, told: dict[str, Any]) -> Any:
    """`value` with what the hook `name` gives for the objects that have it. Raises RunError."""
    having = {id(item): item for item in hooked(value, name)}
    if not having:
        return value

    def fresh(item: Any) -> Any:
        return answer(item, name, told) if id(item) in having else item

    return substitute(value, tuple({type(item) for item in having.values()}), fresh)


def answer(item: Any, name: str, *told: Any) -> Any:
    """What the hook `name` of `item` says. Raises RunError for whatever goes wrong in it."""
    try:
        return getattr(as_value(item), name)(*told)
    except Exception as error:
        kind = type(error).__name__
        raise RunError("hook-failed", hook=name, type=type(item).__qualname__, error=f"{kind}: {error}") from error


def hooked(value: Any, name: str) -> list[Any]:
    """The objects in `value` whose class, or the proxy of it, has a hook `name` of its own."""
    if name not in IN_USE:
        return []
    found = collect(value, (Value, *PROXIES))
    return [item for item in found if has_hook(hooks_of(type(item)), name)]


def hooks_of(kind: type) -> type[Value]:
    """The class that has the hooks of objects of `kind`, which is one of Value or has a proxy."""
    return kind if issubclass(kind, Value) else proxy_of(kind) or Value


def as_value(item: Any) -> Any:
    """The object that has the hooks of `item`."""
    hooks: Any = hooks_of(type(item))
    return item if isinstance(item, Value) else hooks(item)

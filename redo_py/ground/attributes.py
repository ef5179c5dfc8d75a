"""Attributes of objects that somebody else has written, whose `__getattr__` may do anything."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def attribute(value: object, name: str, default: Any = None) -> Any:
    """The attribute of that name; `default` where there is none, or where `value` raises something else, as one that
    stands for what is only there while a request is served."""
    try:
        return getattr(value, name, default)
    except Exception:
        return default

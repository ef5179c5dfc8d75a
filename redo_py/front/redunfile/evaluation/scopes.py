"""Names and their values. A name is bound once; a scope is a dict and a way outward."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MISSING: Any = object()
POISON: Any = object()  # the value of a name whose statement failed: using it is no error of its own


class Poisoned(Exception):
    """A statement uses a name whose statement has been reported already."""


class Scope:
    """One block of names."""

    __slots__ = ("names", "parent")

    def __init__(self, parent: Scope | None, names: dict[str, Any] | None = None) -> None:
        self.parent = parent
        self.names: dict[str, Any] = {} if names is None else names

    def lookup(self, name: str) -> Any:
        """The value of `name` here or further out, MISSING if it has none. Raises Poisoned."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.names.get(name, MISSING)
            if value is not MISSING:
                if value is POISON:
                    raise Poisoned
                return value
            scope = scope.parent
        return MISSING

    def holder(self, name: str) -> Scope | None:
        """The nearest scope that binds `name`."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope

    def known(self) -> list[str]:
        """Every name that can be used here."""
        found: dict[str, None] = {}
        scope: Scope | None = self
        while scope is not None:
            found.update(dict.fromkeys(scope.names))
            scope = scope.parent
        return list(found)

"""Parameters of a function and the binding of a call to them, without importing inspect."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_REQUIRED = object()


class Signature:
    """What a function can be called with. `bind` gives one dict for every spelling of the same call."""

    __slots__ = ("defaults", "double_star", "keyword_only", "name", "plain", "positional_only", "star")

    def __init__(self, function: Callable[..., Any], name: str = "") -> None:
        code = function.__code__
        count = code.co_argcount
        names = code.co_varnames
        rest = count + code.co_kwonlyargcount
        self.name = name or function.__name__
        self.plain = names[:count]  # parameters that take positional arguments
        self.positional_only = code.co_posonlyargcount  # how many of `plain` take no keyword
        self.keyword_only = names[count:rest]
        self.star = names[rest] if code.co_flags & 4 else ""
        self.double_star = names[rest + bool(self.star)] if code.co_flags & 8 else ""
        values = function.__defaults__ or ()
        self.defaults: dict[str, Any] = dict(zip(self.plain[count - len(values) :], values, strict=True))
        self.defaults.update(function.__kwdefaults__ or {})

    @property
    def parameters(self) -> tuple[str, ...]:
        """All names in the order of a bound call."""
        tail = tuple(name for name in (self.star, *self.keyword_only, self.double_star) if name)
        return self.plain + tail

    def bind(self, args: tuple[Any, ...], kwargs: Any) -> dict[str, Any]:
        """Every parameter with its value, defaults filled in, in the order of the signature; raises TypeError."""
        if len(args) > len(self.plain) and not self.star:
            raise TypeError(f"{self.name}() takes {len(self.plain)} positional arguments, {len(args)} were given")
        bound = dict(zip(self.plain, args, strict=False))
        left = dict(kwargs)
        for name in self.plain[len(args) :]:
            bound[name] = self._take(name, left)
        for name in left:
            if name in bound and name not in self.plain[: self.positional_only]:
                raise TypeError(f"{self.name}() got `{name}` twice")
        if self.star:
            bound[self.star] = tuple(args[len(self.plain) :])
        for name in self.keyword_only:
            bound[name] = self._take(name, left)
        if self.double_star:
            bound[self.double_star] = left
        elif left:
            raise TypeError(f"{self.name}() has no parameter `{next(iter(left))}`{self._suggestion(next(iter(left)))}")
        return bound

    def unbind(self, bound: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """(args, kwargs) that call the function with the values of `bound`."""
        args = tuple(bound[name] for name in self.plain)
        if self.star:
            args += tuple(bound[self.star])
        kwargs = {name: bound[name] for name in self.keyword_only}
        if self.double_star:
            kwargs.update(bound[self.double_star])
        return args, kwargs

    def _take(self, name: str, left: dict[str, Any]) -> Any:
        if name in left and name not in self.plain[: self.positional_only]:
            return left.pop(name)
        value = self.defaults.get(name, _REQUIRED)
        if value is _REQUIRED:
            raise TypeError(f"{self.name}() misses its argument `{name}`")
        return value

    def _suggestion(self, name: str) -> str:
        import difflib

        close = difflib.get_close_matches(name, self.parameters, 1)
        return f"; did you mean `{close[0]}`?" if close else ""

"""Parameters of a function and the binding of a call to them, without importing inspect where that can be done."""

from __future__ import annotations

from redo_py.tasks.declaration.session import SESSION, session_parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    # plain, how many of them take no keyword, star, keyword_only, double_star, defaults: the fields of Signature
    Fields = tuple[tuple[str, ...], int, str, tuple[str, ...], str, dict[str, Any]]

_REQUIRED = object()


class Signature:
    """What a function can be called with. `bind` gives one dict for every spelling of the same call.

    A wrapper that takes whatever it is given and says by `__wrapped__` what it stands for has the parameters of that.
    Calls that do not fit them are bound to its own: it may add arguments. A parameter for a Spark session is none of
    those that a call gives.
    """

    __slots__ = (
        "defaults", "double_star", "keyword_only", "name", "own", "places", "plain",
        "positional_only", "required", "sessions", "star", "usual", "whole",
    )  # fmt: skip

    def __init__(
        self, function: Callable[..., Any], name: str = "", follow: bool = True, sets_aside: bool = True
    ) -> None:
        self.name = name or getattr(function, "__name__", type(function).__name__)
        self.own: Signature | None = None  # of a wrapper with the parameters of what it wraps
        fields = code_fields(function) if hasattr(function, "__code__") else described_fields(function)
        if follow and hasattr(function, "__wrapped__") and hasattr(function, "__code__"):
            _, _, star, _, double_star, _ = fields
            if star and double_star and not fields[0] and not fields[3]:
                self.own = Signature(function, self.name, follow=False)
                fields = described_fields(function)
        self.plain: tuple[str, ...] = fields[0]  # parameters that take positional arguments
        self.positional_only = fields[1]  # how many of `plain` take no keyword
        self.star = fields[2]  # the name in `*args`, "" without one
        self.keyword_only = fields[3]
        self.double_star = fields[4]  # the name in `**kwargs`, "" without one
        self.defaults = fields[5]
        self.sessions: list[tuple[int, str]] = []  # (place among the positional ones, name) of those for a session
        for name in session_parameters(function) if sets_aside else ():
            self._set_aside(name)
        self.index()

    def _set_aside(self, name: str) -> None:
        """`name` is for a session: whoever runs a call gives it."""
        if name in self.defaults or name not in self.plain + self.keyword_only:
            return
        self.defaults[name] = SESSION
        if name in self.plain:
            place = self.plain.index(name)
            self.sessions.append((place + len(self.sessions), name))
            self.positional_only -= place < self.positional_only
            self.plain = self.plain[:place] + self.plain[place + 1 :]
            self.keyword_only = (*self.keyword_only, name)

    def index(self) -> None:
        """Prepare `check`, once the parameters are known."""
        ranks = {name: rank for rank, name in enumerate(self.plain)} | dict.fromkeys(self.keyword_only, len(self.plain))
        # what may be given by keyword -> after how many positional arguments it no longer can be
        self.places = {name: rank for name, rank in ranks.items() if rank >= self.positional_only}
        self.required = [pair for pair in ranks.items() if pair[0] not in self.defaults]
        # with so many positional arguments and no others every call fits; -1 if that is not so
        self.usual = -1 if any(name in self.keyword_only for name, _ in self.required) else len(self.plain)
        # with so many they are all that there is; -1 if a function takes more than these
        self.whole = -1 if self.star or self.keyword_only or self.double_star else len(self.plain)

    @property
    def parameters(self) -> tuple[str, ...]:
        """All names in the order of a bound call."""
        tail = tuple(name for name in (self.star, *self.keyword_only, self.double_star) if name)
        return self.plain + tail

    def check(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Raises the TypeError that `bind` would raise; the usual call is not bound for that."""
        given = len(args)
        if given <= len(self.plain):
            places = self.places
            for name in kwargs:
                if places.get(name, -1) < given:
                    break
            else:
                for name, place in self.required:
                    if place >= given and name not in kwargs:
                        break
                else:
                    return
        self.bind(args, kwargs)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter with its value, defaults filled in, in the order of the signature; raises TypeError."""
        if not kwargs and len(args) == self.whole:
            return dict(zip(self.plain, args, strict=True))
        if not args and len(kwargs) == self.whole and self.plain == tuple(kwargs) and not self.positional_only:
            return dict(kwargs)
        if self.own is None:
            return self._bind(args, kwargs)
        try:
            return self._bind(args, kwargs)
        except TypeError:
            return self.own._bind(args, kwargs)

    def _bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        if len(args) > len(self.plain) and not self.star:
            raise TypeError(self._too_many(len(args)))
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
            raise TypeError(self._unknown(next(iter(left))))
        return bound

    def check_some(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Raises TypeError if no call could begin with `args` and have `kwargs` among its keywords."""
        if self.own is not None:
            return
        if len(args) > len(self.plain) and not self.star:
            raise TypeError(self._too_many(len(args)))
        known = (*self.plain[self.positional_only :], *self.keyword_only)
        for name in kwargs:
            if name not in known and not self.double_star:
                raise TypeError(self._unknown(name))
            if name in self.plain[self.positional_only : len(args)]:
                raise TypeError(f"{self.name}() got `{name}` twice")

    def unbind(self, bound: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """(args, kwargs) that call the function with the values of `bound`."""
        if self.own is not None and tuple(bound) == self.own.parameters:
            return self.own.unbind(bound)
        args = tuple([bound[name] for name in self.plain])
        if self.star:
            args += tuple(bound[self.star])
        kwargs = {name: bound[name] for name in self.keyword_only}
        for place, name in self.sessions:
            args = (*args[:place], kwargs.pop(name), *args[place:])
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

    def _too_many(self, given: int) -> str:
        count = len(self.plain)
        return f"{self.name}() takes {count} positional argument{'s' * (count != 1)}, {given} were given"

    def _unknown(self, name: str) -> str:
        import difflib

        close = difflib.get_close_matches(name, self.parameters, 1)
        suggestion = f"; did you mean `{close[0]}`?" if close else ""
        return f"{self.name}() has no parameter `{name}`{suggestion}"


def code_fields(function: Any) -> Fields:
    """The fields of a plain function's own parameters."""
    code = function.__code__
    count, rest = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames
    star = names[rest] if code.co_flags & 4 else ""
    double_star = names[rest + bool(star)] if code.co_flags & 8 else ""
    plain = names[:count]
    values = function.__defaults__ or ()
    defaults = dict(zip(plain[count - len(values) :], values, strict=True))
    defaults.update(function.__kwdefaults__ or {})
    return plain, code.co_posonlyargcount, star, names[count:rest], double_star, defaults


def described_fields(function: Callable[..., Any]) -> Fields:
    """The same of anything that can be called. Raises TypeError for what does not tell its parameters."""
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        name = getattr(function, "__name__", type(function).__name__)
        raise TypeError(f"`{name}` does not tell what it takes: call it in a function of your own") from None
    of_kind = [tuple(each.name for each in parameters if each.kind == kind) for kind in range(5)]
    defaults = {each.name: each.default for each in parameters if each.default is not each.empty}
    plain = of_kind[0] + of_kind[1]
    return plain, len(of_kind[0]), "".join(of_kind[2]), of_kind[3], "".join(of_kind[4]), defaults

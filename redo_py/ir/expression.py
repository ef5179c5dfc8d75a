"""The five kinds of expression.

An expression says what to compute; computing is the engine's. Expressions are never written to after construction
(the cached digest excepted), so they may be shared, hashed and kept. All operators of Python are lazy on them: see
`Expression`'s methods, each of which makes a SimpleExpression. What cannot be lazy (truth, iteration, text) raises
LazyError at the user's line and says what to write instead.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from redo_py.ground.spans import Span


class LazyError(TypeError):
    """A lazy value was used where Python needs the value itself."""


class Expression:
    """Something that will have a value. Two expressions are the same computation if `ir.digest` of both is equal."""

    __slots__ = ("_digest", "span")

    span: Span | None  # where it was written, when known; in no digest
    _digest: bytes | None  # filled by ir.digest on first use

    # ---- lazy operators

    def __getattr__(self, name: str) -> SimpleExpression:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return SimpleExpression("getattr", (self, name))

    def __getitem__(self, key: Any) -> SimpleExpression:
        return SimpleExpression("getitem", (self, key))

    def __call__(self, *args: Any, **kwargs: Any) -> SimpleExpression:
        return SimpleExpression("call", (self, args, kwargs))

    def __add__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("add", (self, other))

    def __radd__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("add", (other, self))

    def __sub__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("sub", (self, other))

    def __rsub__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("sub", (other, self))

    def __mul__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("mul", (self, other))

    def __rmul__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("mul", (other, self))

    def __truediv__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("div", (self, other))

    def __rtruediv__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("div", (other, self))

    def __floordiv__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("floordiv", (self, other))

    def __rfloordiv__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("floordiv", (other, self))

    def __mod__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("mod", (self, other))

    def __rmod__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("mod", (other, self))

    def __pow__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("pow", (self, other))

    def __rpow__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("pow", (other, self))

    def __neg__(self) -> SimpleExpression:
        return SimpleExpression("neg", (self,))

    def __invert__(self) -> SimpleExpression:
        return SimpleExpression("invert", (self,))

    def __abs__(self) -> SimpleExpression:
        return SimpleExpression("abs", (self,))

    def __round__(self, digits: Any = None) -> SimpleExpression:
        return SimpleExpression("round", (self, digits))

    def __and__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("and", (self, other))

    def __rand__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("and", (other, self))

    def __or__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("or", (self, other))

    def __ror__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("or", (other, self))

    def __eq__(self, other: object) -> SimpleExpression:  # type: ignore[override]
        return SimpleExpression("eq", (self, other))

    def __ne__(self, other: object) -> SimpleExpression:  # type: ignore[override]
        return SimpleExpression("ne", (self, other))

    def __lt__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("lt", (self, other))

    def __le__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("le", (self, other))

    def __gt__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("gt", (self, other))

    def __ge__(self, other: Any) -> SimpleExpression:
        return SimpleExpression("ge", (self, other))

    def __hash__(self) -> int:
        return id(self)

    # ---- what cannot be lazy

    def __bool__(self) -> NoReturn:
        raise LazyError("a lazy value has no truth yet: use cond(test, then, otherwise), or decide inside a task")

    def __iter__(self) -> NoReturn:
        raise LazyError("a lazy value cannot be iterated yet: use map_(task, values), or loop inside a task")

    def __len__(self) -> NoReturn:
        raise LazyError("a lazy value has no length yet: take len() inside a task")

    def __contains__(self, item: object) -> NoReturn:
        raise LazyError("a lazy value cannot be searched yet: use `in` inside a task")

    def __index__(self) -> NoReturn:
        raise LazyError("a lazy value is no number yet: pass it to a task")

    def __str__(self) -> NoReturn:
        raise LazyError("a lazy value has no text yet: pass it to a task that makes the text")

    def __format__(self, spec: str) -> NoReturn:
        raise LazyError("a lazy value cannot stand in an f-string yet: pass it to a task that makes the text")

    def __fspath__(self) -> NoReturn:
        raise LazyError("a lazy value is no path yet: pass it to a task")


class TaskExpression(Expression):
    """A call of a task. `options` are given with the call; of them only those marked so enter the key."""

    __slots__ = ("args", "kwargs", "options", "task_name")

    def __init__(
        self,
        task_name: str,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        span: Span | None = None,
    ) -> None:
        self.task_name = task_name
        self.args = args
        self.kwargs = kwargs or {}
        self.options = options or {}
        self.span = span
        self._digest = None

    def __repr__(self) -> str:
        parts = [repr(arg) for arg in self.args] + [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"{self.task_name}({', '.join(parts)})"


class SimpleExpression(Expression):
    """A pure operation of `ir.operations` on arguments that are evaluated first."""

    __slots__ = ("args", "op")

    def __init__(self, op: str, args: tuple[Any, ...], span: Span | None = None) -> None:
        self.op = op
        self.args = args
        self.span = span
        self._digest = None

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(repr(arg) for arg in self.args)})"


class SchedulerExpression(Expression):
    """A special form of `engine.forms`; its arguments arrive unevaluated."""

    __slots__ = ("args", "form")

    def __init__(self, form: str, args: tuple[Any, ...], span: Span | None = None) -> None:
        self.form = form
        self.args = args
        self.span = span
        self._digest = None

    def __repr__(self) -> str:
        return f"{self.form}({', '.join(repr(arg) for arg in self.args)})"


class ValueExpression(Expression):
    """A value that is there already, made lazy."""

    __slots__ = ("value",)

    def __init__(self, value: Any, span: Span | None = None) -> None:
        self.value = value
        self.span = span
        self._digest = None

    def __repr__(self) -> str:
        return repr(self.value)


class QuotedExpression(Expression):
    """An expression passed on as a value: evaluating it gives the expression inside, unevaluated."""

    __slots__ = ("expression",)

    def __init__(self, expression: Any, span: Span | None = None) -> None:
        self.expression = expression
        self.span = span
        self._digest = None

    def __repr__(self) -> str:
        return f"quote({self.expression!r})"

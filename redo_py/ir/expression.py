"""The five kinds of expression.

An expression says what to compute; computing is the engine's. Expressions are never written to after construction
(the cached digest excepted), so they may be shared, hashed and kept. All operators of Python are lazy on
them: see `Expression`'s methods, each of which makes a SimpleExpression. What cannot be lazy (truth, iteration without
a known length, text) raises LazyError at the user's line and says what to write instead.
"""

from __future__ import annotations

from sys import _getframe

from redo_py.ir.made import NOTES
from redo_py.ir.refusals import Refusals, refuse_iteration, refuse_length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from typing import Any

    from redo_py.ground.spans import Span
    from redo_py.ir.places import Site


NOT_LAZY = ("__", "_repr_", "_ipython_")  # how names begin that Python and notebooks ask for by themselves


def writers(kind: type, *names: str) -> list[Any]:
    """What writes the slots `names` of a `kind` while it is made: `__setattr__` lets nobody."""
    return [kind.__dict__[name].__set__ for name in names]


class Expression(Refusals):
    """Something that will have a value. Two are the same computation if `ir.flat.digest_of` gives one digest."""

    __slots__ = ("_digest", "_place")

    _kind = ""  # "task" "simple" "form" "value" "quote"; what rooms below this one know expressions by
    _digest: bytes | None  # filled by ir.flat on first use
    _place: Site | Span | None  # as it was given, see `span`

    @property
    def span(self) -> Span | None:
        """Where the user has written it, when known; in no digest."""
        place = self._place
        if type(place) is tuple:
            from redo_py.ground.frames import OURS
            from redo_py.ir.places import span_of

            return None if place[0].co_filename.startswith(OURS) else span_of(place)
        return place  # type: ignore[return-value]

    def __setstate__(self, state: tuple[Any, dict[str, Any]]) -> None:
        """What `copy` and `pickle` do by `__setattr__` else."""
        for name, value in state[1].items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        from redo_py.ir.writing import written

        return written(self)

    # ---- lazy operators

    def __getattr__(self, name: str) -> SimpleExpression:
        if name[:1] == "_" and name.startswith(NOT_LAZY):
            raise AttributeError(name)
        return lazy("getattr", (self, name))

    def __getitem__(self, key: Any) -> SimpleExpression:
        if type(key) is slice:
            args = (self, key.start, key.stop)
            return lazy("slice", args if key.step is None else (*args, key.step))
        return lazy("getitem", (self, key))

    def __call__(self, *args: Any, **kwargs: Any) -> SimpleExpression:
        made = lazy("call", (self, args, kwargs))
        if NOTES.calls is not None:
            NOTES.calls.append(made)
        return made

    def __add__(self, other: Any) -> SimpleExpression:
        return lazy("add", (self, other))

    def __radd__(self, other: Any) -> SimpleExpression:
        return lazy("add", (other, self))

    def __sub__(self, other: Any) -> SimpleExpression:
        return lazy("sub", (self, other))

    def __rsub__(self, other: Any) -> SimpleExpression:
        return lazy("sub", (other, self))

    def __mul__(self, other: Any) -> SimpleExpression:
        return lazy("mul", (self, other))

    def __rmul__(self, other: Any) -> SimpleExpression:
        return lazy("mul", (other, self))

    def __matmul__(self, other: Any) -> SimpleExpression:
        return lazy("matmul", (self, other))

    def __rmatmul__(self, other: Any) -> SimpleExpression:
        return lazy("matmul", (other, self))

    def __truediv__(self, other: Any) -> SimpleExpression:
        return lazy("div", (self, other))

    def __rtruediv__(self, other: Any) -> SimpleExpression:
        return lazy("div", (other, self))

    def __floordiv__(self, other: Any) -> SimpleExpression:
        return lazy("floordiv", (self, other))

    def __rfloordiv__(self, other: Any) -> SimpleExpression:
        return lazy("floordiv", (other, self))

    def __mod__(self, other: Any) -> SimpleExpression:
        return lazy("mod", (self, other))

    def __rmod__(self, other: Any) -> SimpleExpression:
        return lazy("mod", (other, self))

    def __divmod__(self, other: Any) -> SimpleExpression:
        return lazy("divmod", (self, other))

    def __rdivmod__(self, other: Any) -> SimpleExpression:
        return lazy("divmod", (other, self))

    def __pow__(self, other: Any, modulus: Any = None) -> SimpleExpression:
        return lazy("pow", (self, other) if modulus is None else (self, other, modulus))

    def __rpow__(self, other: Any) -> SimpleExpression:
        return lazy("pow", (other, self))

    def __lshift__(self, other: Any) -> SimpleExpression:
        return lazy("lshift", (self, other))

    def __rlshift__(self, other: Any) -> SimpleExpression:
        return lazy("lshift", (other, self))

    def __rshift__(self, other: Any) -> SimpleExpression:
        return lazy("rshift", (self, other))

    def __rrshift__(self, other: Any) -> SimpleExpression:
        return lazy("rshift", (other, self))

    def __xor__(self, other: Any) -> SimpleExpression:
        return lazy("xor", (self, other))

    def __rxor__(self, other: Any) -> SimpleExpression:
        return lazy("xor", (other, self))

    def __and__(self, other: Any) -> SimpleExpression:
        return lazy("and", (self, other))

    def __rand__(self, other: Any) -> SimpleExpression:
        return lazy("and", (other, self))

    def __or__(self, other: Any) -> SimpleExpression:
        return lazy("or", (self, other))

    def __ror__(self, other: Any) -> SimpleExpression:
        return lazy("or", (other, self))

    def __neg__(self) -> SimpleExpression:
        return lazy("neg", (self,))

    def __pos__(self) -> SimpleExpression:
        return lazy("pos", (self,))

    def __invert__(self) -> SimpleExpression:
        return lazy("invert", (self,))

    def __abs__(self) -> SimpleExpression:
        return lazy("abs", (self,))

    def __trunc__(self) -> SimpleExpression:
        return lazy("trunc", (self,))

    def __floor__(self) -> SimpleExpression:
        return lazy("floor", (self,))

    def __ceil__(self) -> SimpleExpression:
        return lazy("ceil", (self,))

    def __round__(self, digits: Any = None) -> SimpleExpression:
        return lazy("round", (self, digits))

    def __eq__(self, other: object) -> SimpleExpression:  # type: ignore[override]
        return lazy("eq", (self, other))

    def __ne__(self, other: object) -> SimpleExpression:  # type: ignore[override]
        return lazy("ne", (self, other))

    def __lt__(self, other: Any) -> SimpleExpression:
        return lazy("lt", (self, other))

    def __le__(self, other: Any) -> SimpleExpression:
        return lazy("le", (self, other))

    def __gt__(self, other: Any) -> SimpleExpression:
        return lazy("gt", (self, other))

    def __ge__(self, other: Any) -> SimpleExpression:
        return lazy("ge", (self, other))

    def __hash__(self) -> int:
        return id(self)

    # ---- what needs to know how many items there are

    @property
    def _length(self) -> int | None:
        """How many items it will have, where that is known before it is computed."""
        return None

    def __len__(self) -> int:
        length = self._length
        return refuse_length(self) if length is None else length

    def __iter__(self) -> Iterator[Any]:
        length = self._length
        if length is None:
            refuse_iteration(self)
        return iter([SimpleExpression("getitem", (self, number), self._place) for number in range(length)])

    def __await__(self) -> Generator[Any, Any, Any]:
        from redo_py.ir.awaiting import awaited

        return awaited(self)


write_place, write_digest = writers(Expression, "_place", "_digest")


def lazy(operation: str, args: tuple[Any, ...]) -> SimpleExpression:
    """The operation on `args`, written where the caller of the caller is."""
    frame = _getframe(2)
    return SimpleExpression(operation, args, (frame.f_code, frame.f_lasti))


NONE: Mapping[str, Any] = {}  # keywords or options where there are none; one for all, because there are many calls


class TaskExpression(Expression):
    """A call of a task. `options` are given with the call; of them only those marked so enter the key."""

    __slots__ = ("_maker", "args", "kwargs", "options", "task_name")
    _kind = "task"

    task_name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    options: Mapping[str, Any]
    _maker: Any  # the Task that was called, in the process that called it; not part of what it computes

    def __init__(
        self,
        task_name: str,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        span: Span | Site | None = None,
        maker: Any = None,
    ) -> None:
        write_task_name(self, task_name)
        write_task_args(self, args)
        write_task_kwargs(self, kwargs or NONE)
        write_task_options(self, options or NONE)
        write_maker(self, maker)
        write_place(self, span)
        write_digest(self, None)

    @property
    def _length(self) -> int | None:
        """`nout` of the call or of the task."""
        nout = self.options.get("nout")
        if nout is None and self._maker is not None:
            nout = self._maker.nout
        return nout if type(nout) is int else None


write_task_name, write_task_args, write_task_kwargs, write_task_options, write_maker = writers(
    TaskExpression, "task_name", "args", "kwargs", "options", "_maker"
)


class SimpleExpression(Expression):
    """A pure operation of `ir.operations` on arguments that are evaluated first."""

    __slots__ = ("args", "op")
    _kind = "simple"

    op: str
    args: tuple[Any, ...]

    def __init__(self, op: str, args: tuple[Any, ...], span: Span | Site | None = None) -> None:
        write_simple_op(self, op)
        write_simple_args(self, args)
        write_place(self, span)
        write_digest(self, None)

    @property
    def _length(self) -> int | None:
        """That of a slice with both ends, as people unpack it, and of divmod."""
        if self.op == "divmod":
            return 2
        return slice_length(*self.args[1:]) if self.op == "slice" else None


write_simple_op, write_simple_args = writers(SimpleExpression, "op", "args")


def slice_length(start: Any, stop: Any, step: Any = None) -> int | None:
    """The items of `[start:stop:step]` of something that is long enough; None if that depends on how long."""
    start = 0 if start is None else start
    step = 1 if step is None else step
    if not all(type(each) is int for each in (start, stop, step)) or start < 0 or stop < 0 or step <= 0:
        return None
    return len(range(start, stop, step))


class SchedulerExpression(Expression):
    """A special form of `engine.forms`; its arguments arrive unevaluated."""

    __slots__ = ("args", "form")
    _kind = "form"

    form: str
    args: tuple[Any, ...]

    def __init__(self, form: str, args: tuple[Any, ...], span: Span | Site | None = None) -> None:
        write_form(self, form)
        write_form_args(self, args)
        write_place(self, span)
        write_digest(self, None)


write_form, write_form_args = writers(SchedulerExpression, "form", "args")


class ValueExpression(Expression):
    """A value that is there already, made lazy."""

    __slots__ = ("value",)
    _kind = "value"

    value: Any

    def __init__(self, value: Any, span: Span | Site | None = None) -> None:
        write_value(self, value)
        write_place(self, span)
        write_digest(self, None)


(write_value,) = writers(ValueExpression, "value")


class QuotedExpression(Expression):
    """An expression passed on as a value: evaluating it gives the expression inside, unevaluated."""

    __slots__ = ("expression",)
    _kind = "quote"

    expression: Any

    def __init__(self, expression: Any, span: Span | Site | None = None) -> None:
        write_quote_expression(self, expression)
        write_place(self, span)
        write_digest(self, None)

    def eval(self) -> Any:
        """The expression inside, to be computed where this is returned or passed on."""
        return self.expression


(write_quote_expression,) = writers(QuotedExpression, "expression")


def quote(expression: Any) -> QuotedExpression:
    """`expression` as a value: passed on and kept unevaluated, until somebody returns its `eval()`."""
    frame = _getframe(1)
    return QuotedExpression(expression, (frame.f_code, frame.f_lasti))


def len_(value: Any) -> Any:
    """`len(value)`, also of a lazy value: that is lazy, too."""
    return lazy("len", (value,)) if isinstance(value, Expression) else len(value)

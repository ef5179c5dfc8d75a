"""Lazy values: what each operator becomes, what cannot be lazy, how they are written, where they were made."""

from __future__ import annotations

import copy
import inspect
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from redo_py import len_, quote, task
from redo_py.ir.expression import Expression, SimpleExpression, TaskExpression, ValueExpression
from redo_py.ir.flat import digest_of
from redo_py.ir.operations import OPERATIONS
from redo_py.ir.refusals import LazyError
from redo_py.ir.writing import CUT, LONGEST, written


def lazy(value: Any) -> Any:
    return ValueExpression(value)


def value_of(expression: Any) -> Any:
    """What a SimpleExpression comes to, operands first."""
    if isinstance(expression, ValueExpression):
        return expression.value
    if isinstance(expression, SimpleExpression):
        return OPERATIONS[expression.op](*map(value_of, expression.args))
    if isinstance(expression, (list, tuple)):
        return type(expression)(map(value_of, expression))
    return expression


BINARY = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.lshift, operator.rshift, operator.xor, divmod, operator.eq, operator.ne, operator.lt, operator.le,
    operator.gt, operator.ge,
]  # fmt: skip


@pytest.mark.parametrize("act", BINARY)
def test_operators_of_two(act: Callable[[Any, Any], Any]):
    for made in (act(lazy(7), 3), act(7, lazy(3)), act(lazy(7), lazy(3))):
        assert isinstance(made, SimpleExpression)
        assert value_of(made) == act(7, 3)


class Matrix:
    def __matmul__(self, other: Any) -> Any:
        return ("times", other)

    def __rmatmul__(self, other: Any) -> Any:
        return ("by", other)


def test_the_operator_of_matrices():
    assert value_of(lazy(Matrix()) @ 1) == ("times", 1)
    assert value_of(1 @ lazy(Matrix())) == ("by", 1)


@pytest.mark.parametrize(
    "act", [operator.neg, operator.pos, operator.invert, abs, math.trunc, math.floor, math.ceil, round]
)
def test_operators_of_one(act: Callable[[Any], Any]):
    for value in (7, -2.5) if act is not operator.invert else (7,):
        assert value_of(act(lazy(value))) == act(value)


def test_rounding_and_powers_with_more():
    assert value_of(round(lazy(2.345), 1)) == 2.3
    assert value_of(pow(lazy(7), 3, 5)) == 3


def test_and_and_or_are_those_of_python():
    assert value_of(lazy(6) & 3) == 3
    assert value_of(lazy(0) & 3) == 0
    assert value_of(lazy([]) | "else") == "else"
    assert value_of(0 | lazy(3)) == 3


def test_items_attributes_calls_and_lengths():
    assert value_of(lazy({"a": [1, 2]})["a"][1]) == 2
    assert value_of(lazy("a-b").split("-")) == ["a", "b"]
    assert value_of(lazy(3).real) == 3
    assert value_of(len_(lazy([1, 2]))) == 2
    assert len_([1, 2]) == 2


@pytest.mark.parametrize(
    "key", [slice(2), slice(1, None), slice(None), slice(None, -1), slice(1, 5, 2), slice(None, None, -1)]
)
def test_slices(key: slice):
    assert value_of(lazy("abcdef")[key]) == "abcdef"[key]


def test_a_slice_with_both_ends_can_be_unpacked():
    a, b = lazy("abc")[:2]
    assert (value_of(a), value_of(b)) == ("a", "b")
    assert len([*lazy("abcdef")[1:6:2]]) == 3
    for key in (slice(1, None), slice(None, -1), slice(-2, 3), slice(0, lazy(3)), slice(3, 1, -1)):
        with pytest.raises(LazyError):
            [*lazy("abc")[key]]
    quotient, rest = divmod(lazy(7), 2)
    assert (value_of(quotient), value_of(rest)) == (3, 1)


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (bool, "has no truth yet: use cond"),
        (lambda x: x and 1, "has no truth yet"),
        (list, "cannot be iterated yet: use map_"),
        (len, "has no length yet: use len_"),
        (lambda x: 1 in x, "cannot be searched yet: use `in` inside a task"),
        (lambda x: [1][x], "is no number yet"),
        (int, "is no number yet"), (float, "is no number yet"), (complex, "is no number yet"),
        (str, "has no text yet"),
        (lambda x: f"{x}", "cannot stand in an f-string yet"),
        (lambda x: f"{x:>3}", "cannot stand in an f-string yet"),
        ("{}".format, "cannot stand in an f-string yet"),
        (bytes, "has no bytes yet"),
        (open, "is no path yet"),
        (lambda x: operator.setitem(x, 0, 1), "cannot be changed"),
        (lambda x: setattr(x, "mine", 1), "cannot be changed: make the changed value inside a task"),
        (lambda x: setattr(x, "args", ()), "cannot be changed"), (lambda x: delattr(x, "args"), "cannot be changed"),
        (lambda x: operator.delitem(x, 0), "cannot be changed"),
        (lambda x: x.__enter__(), "cannot be entered yet: use `with` inside a task"),
    ],
)  # fmt: skip
def test_what_cannot_be_lazy_says_what_to_do(act: Any, text: str):
    with pytest.raises(LazyError, match=rf"^the lazy value `f\(1\)` {text}"):
        act(TaskExpression("f", (1,)))


def test_what_python_and_notebooks_ask_for_by_themselves_is_not_there():
    for name in ("__array__", "__dict__", "_repr_html_", "_ipython_display_"):
        assert not hasattr(TaskExpression("f"), name)
    assert value_of(lazy(type("A", (), {"_own": 3}))._own) == 3


def test_they_are_written_like_python():
    x: Any = TaskExpression("ns.f", (1,), {"y": [2]})
    for made, text in [
        ((x + 3) * -x, "((ns.f(1, y=[2]) + 3) * (-ns.f(1, y=[2])))"),
        (x.a["b"](1, c=2), "ns.f(1, y=[2]).a['b'](1, c=2)"),
        (x[1:], "ns.f(1, y=[2])[1:]"),
        (x[::2], "ns.f(1, y=[2])[::2]"),
        (round(x), "round(ns.f(1, y=[2]), None)"),
        (quote({1: (x,)}), "quote({1: (ns.f(1, y=[2]),)})"),
    ]:
        assert repr(made) == text


def test_a_graph_that_uses_everything_twice_is_cut():
    x: Any = TaskExpression("f")
    for _ in range(100):
        x = x + x
    assert len(repr(x)) == LONGEST + len(CUT)
    for _ in range(100_000):
        x = -x
    assert written(x).startswith("(-(-")


def test_where_they_were_made():
    @task
    def f(x: int) -> Any:
        return x

    line = inspect.currentframe().f_lineno  # type: ignore[union-attr]
    first: Any = f(1)
    second = first + 1
    third = first.append(2)
    for number, made in enumerate((first, second, third), 1):
        assert (made.span.file, made.span.line) == (__file__, line + number)


def test_pickles_and_copies_hold_what_is_computed():
    x: Any = TaskExpression("f", (1,), {"k": 2}, {"memory": 3})
    made = x + x[0]
    for other in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made), copy.copy(made)):
        assert isinstance(other, Expression)
        assert digest_of(other) == digest_of(made)
        assert other.args[0] is other.args[1].args[0], "what is used twice is one"
    for _ in range(20_000):
        made = made + 1
    assert digest_of(pickle.loads(pickle.dumps(made))) == digest_of(made)

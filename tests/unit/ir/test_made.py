"""Calls that nobody uses."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from redo_py import quote, task
from redo_py.ir.made import NOTES, ForgottenCall, warn_of_forgotten


@task
def f(x: Any = 0) -> Any:
    return x


def told(body: Callable[[], Any]) -> list[str]:
    """The warnings that a function gives rise to, as texts with the number of the line in it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        calls: list[Any] = []
        NOTES.calls = calls
        try:
            result = body()
        finally:
            NOTES.calls = None
        warn_of_forgotten(calls)
        assert result is not ...
    begin = body.__code__.co_firstlineno
    return [f"{each.lineno - begin} {each.message}" for each in caught if each.category is ForgottenCall]


def test_calls_that_are_forgotten():
    def body() -> Any:
        f(1)
        unused = f(2)
        values = f(3)
        values.append(4)
        in_a_list = [f(5)]
        del unused, in_a_list
        return values

    never = "is never used, so it never runs:"
    unused = f"{never} return it or pass it on, or let seq([...]) run it before something else"
    assert told(body) == [
        f"1 the lazy value `f(1)` {unused}",
        f"2 the lazy value `f(2)` {unused}",
        f"4 the lazy value `f(3).append(4)` {never} what it would do to the value is lost: do it inside a task",
        f"5 the lazy value `f(5)` {unused}",
    ]
    assert told(body) == [], "each line is told once"


def test_calls_that_are_used():
    kept = []

    def body() -> Any:
        kept.append(f(1))
        a, b = f(2)[:2]
        return {"x": [f(3), a + b, f.partial(f(4))], "q": quote(f(5)), "t": (f(f(6)).method(7),)}

    assert told(body) == []


def test_nothing_is_noted_where_no_task_runs():
    assert NOTES.calls is None
    f(1)
    assert NOTES.calls is None


def test_a_warning_can_be_made_an_error():
    def body() -> None:
        f(8)

    calls: list[Any] = []
    NOTES.calls = calls
    body()
    NOTES.calls = None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ForgottenCall):
            warn_of_forgotten(calls)

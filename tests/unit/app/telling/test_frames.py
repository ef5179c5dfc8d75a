"""Where an error was raised, with local variables."""

from __future__ import annotations

from typing import Any

from redo_py.app.telling.frames import LONGEST, MOST, short, where
from redo_py.ground.errors import RunError


class Rude:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def deep(depth: int) -> None:
    if depth:
        deep(depth - 1)
    raise ValueError("at the bottom")


def raised(function: Any, *args: Any) -> BaseException:
    try:
        function(*args)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_each_function_with_its_variables() -> None:
    lines = where(raised(deep, 1)).splitlines()
    assert [line for line in lines if "depth = " in line] == ["    depth = 1", "    depth = 0"]
    assert lines[-1] == "    depth = 0"
    assert sum("in deep" in line for line in lines) == 2


def test_of_many_functions_the_last_ones() -> None:
    assert where(raised(deep, 200)).count(", in deep\n") == MOST


def test_values_are_short_and_on_one_line() -> None:
    assert short([1, "a\nb"]) == "[1, 'a\\nb']"
    assert len(short("x" * 10_000)) <= LONGEST
    assert len(short(list(range(10_000)))) < 100
    assert "Rude" in short(Rude())
    assert "Rude" in short([Rude()])


def test_an_error_of_our_own_says_the_rest_of_its_text() -> None:
    error = RunError("command-failed", label="out", status=3, facts=[("command", "false")])
    assert where(error) == "  command  false"
    assert where(None) == ""

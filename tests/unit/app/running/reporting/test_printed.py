"""The result of a run as it is printed."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.app.running.reporting.printed import printed


class Mute:
    def __repr__(self) -> str:
        raise LookupError("lost")


def nest(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**90, "1" + 90 * "0"),
        ([1, "a"], "[1, 'a']"),
        (["x" * 50, "y" * 50], f"['{'x' * 50}',\n '{'y' * 50}']"),
        ({"b": 1, "a": 2}, "{'a': 2, 'b': 1}"),
        ([{"b": 1, "a": 2}], "[{'a': 2, 'b': 1}]"),
    ],
)
def test_short_values_are_on_one_line_and_long_ones_below_each_other(value: Any, text: str):
    assert printed(value) == (text, "")


@pytest.mark.parametrize(
    ("value", "text", "in_the_way"),
    [
        (10**5000, "<2077 byte int>", "ValueError: Exceeds the limit (4300 digits)"),
        ({"n": [10**5000]}, "{'n': [<2077 byte int>]}", "ValueError: Exceeds the limit (4300 digits)"),
        (Mute(), "<Mute: repr failed: lost>", "LookupError: lost"),
        ([Mute()], "<list: repr failed: lost>", "LookupError: lost"),
        (nest(100_000), "[[[[[[", "RecursionError: maximum recursion depth exceeded"),
    ],
    ids=["digits", "digits inside", "no repr", "no repr inside", "depth"],
)
def test_what_has_no_text_shows_its_beginning_and_why(value: Any, text: str, in_the_way: str):
    shown, reason = printed(value)
    assert shown.startswith(text)
    assert len(shown) <= 200
    assert reason.startswith(in_the_way)

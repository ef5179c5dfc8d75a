"""Lengths of time as texts."""

from __future__ import annotations

import pytest

from redo_py.app.times.spans_of_time import age, exactly, roughly


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"), (0.9, "0 s"), (59.9, "59 s"), (60, "1:00"), (125, "2:05"), (3599, "59:59"), (3600, "1:00:00"),
        (9 * 3600 + 61, "9:01:01"), (36000, "10:00"), (99 * 3600, "99:00"), (100 * 3600, "4 d"), (1e7, "115 d"),
    ],
)  # fmt: skip
def test_age(seconds: float, text: str):
    assert age(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than 1 s"), (1, "1 s"), (35.4, "35 s"), (94, "94 s"), (95, "2 min"), (5400, "90 min"),
        (5700, "1 h 35 min"), (7200, "2 h"), (7260, "2 h"), (3 * 3600 - 30, "3 h"), (86400 * 3, "3 days"),
    ],
)  # fmt: skip
def test_roughly(seconds: float, text: str):
    assert roughly(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.031, "0.03 s"), (9.994, "9.99 s"), (9.996, "10.0 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"),
        (248, "4 min 08 s"), (3599.6, "1 h 00 min"), (3725, "1 h 02 min"),
    ],
)  # fmt: skip
def test_exactly(seconds: float, text: str):
    assert exactly(seconds) == text

"""While an execution runs, Python looks for circles of garbage more seldom."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from redo_py.app.running.collections import OBJECTS, UNTIL_ONE_STARTS, FewerCollections


@pytest.fixture(autouse=True)
def _thresholds() -> Iterator[None]:
    found = gc.get_threshold()
    yield
    gc.set_threshold(*found)


@pytest.mark.parametrize(
    ("before", "at_first", "later"),
    [
        ((700, 10, 10), UNTIL_ONE_STARTS, OBJECTS),
        ((0, 10, 10), 0, 0),
        ((OBJECTS + 1, 5, 5), UNTIL_ONE_STARTS, OBJECTS + 1),
        ((10**6, 5, 5), 10**6, 10**6),
    ],
)
def test_it_is_as_before_afterwards(before: tuple[int, int, int], at_first: int, later: int) -> None:
    gc.set_threshold(*before)
    fewer = FewerCollections()
    fewer("started", None, None)
    assert gc.get_threshold() == before, "outside of the context it changes nothing"
    with fewer:
        fewer("cached", None, None)
        assert gc.get_threshold() == (at_first, *before[1:])
        for _ in range(2):
            fewer("started", None, None)
            assert gc.get_threshold() == (later, *before[1:])
    assert gc.get_threshold() == before


def test_an_execution_within_another_one_leaves_that_as_it_was() -> None:
    gc.set_threshold(700, 10, 10)
    outer, inner = FewerCollections(), FewerCollections()
    with outer:
        outer("started", None, None)
        with inner:
            assert gc.get_threshold()[0] == UNTIL_ONE_STARTS
        assert gc.get_threshold()[0] == OBJECTS
    assert gc.get_threshold()[0] == 700

"""While an execution runs, Python looks for circles of garbage more seldom."""

from __future__ import annotations

import gc

import pytest

from redo_py.app.running.run import OBJECTS, fewer_collections


@pytest.mark.parametrize(("before", "meanwhile"), [((700, 10, 10), OBJECTS), ((0, 10, 10), 0), ((10**6, 5, 5), 10**6)])
def test_it_is_as_before_afterwards(before: tuple[int, int, int], meanwhile: int) -> None:
    found = gc.get_threshold()
    try:
        gc.set_threshold(*before)
        with fewer_collections():
            assert gc.get_threshold()[0] == meanwhile
        assert gc.get_threshold() == before
    finally:
        gc.set_threshold(*found)

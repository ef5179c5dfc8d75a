"""What a test of one room leaves behind for the next: no tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from redo_py.tasks.task import REGISTRY


@pytest.fixture(autouse=True)
def the_tasks_of_before() -> Iterator[None]:
    """Tasks that a test defines are gone after it, and those whose names it took are back: tests share a process."""
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)

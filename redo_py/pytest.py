"""Fixtures for pytest: load them with `-p redo_py.pytest`, or by `pytest_plugins` in a conftest.py."""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.compat.scheduler import Scheduler


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    """A scheduler that remembers nothing from one test to the next, and is the current one while the test runs."""
    from redo_py.compat.current import CURRENT
    from redo_py.compat.scheduler import Scheduler

    before, CURRENT.scheduler = CURRENT.scheduler, Scheduler()
    try:
        yield CURRENT.scheduler
    finally:
        CURRENT.scheduler = before

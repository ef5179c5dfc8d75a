"""Fixtures for pytest: load them with `-p redo_py.pytest`, or by `pytest_plugins` in a conftest.py.

Where they are loaded `import redun` gives redo_py, so that tests that were written for redun find it.
"""

from __future__ import annotations

import pytest

from redo_py.compat import install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.compat.scheduler import Scheduler

install()


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

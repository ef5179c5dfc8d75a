"""Whether an executor lets go of a job that is over, also of one whose time had not come."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

from redo_py.executors.api import JobSpec
from redo_py.testing.driver import Driver


class Asked(dict[str, object]):
    """Options that can be looked for."""


def assert_nothing_is_kept(executor: Driver, make: Callable[..., JobSpec]) -> None:
    """`make` makes a job that ends well, with the fields of a JobSpec that it is given."""
    asked = Asked()
    seen = weakref.ref(asked)
    executor.success(make(options=asked, timeout=3600.0))
    del asked
    executor.success(make(seq=2))
    gc.collect()
    assert seen() is None

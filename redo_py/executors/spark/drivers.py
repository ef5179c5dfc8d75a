"""The drivers of a run, which all of its executors for Spark share.

There is one for each Spark and state of the project's code, whatever the executor is called that a job asks for. One
that has other code than a job was decided with gets no more jobs, and ends after those that it has.
"""

from __future__ import annotations

import sys

from redo_py.executors.spark.driver import Driver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from redo_py.executors.api import Inbox
    from redo_py.executors.spark.driver import JobOwner
    from redo_py.ground.clock import Clock
    from redo_py.remote.api.spark import Plan

SHARED = "spark"  # what they are called among what executors share, see backend.Site


class Drivers:
    """All of them. Implements driver.Dispatcher."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.inbox: Inbox
        self._open: dict[Any, Driver] = {}  # by what tells their plans apart, those that take jobs
        self._alive: list[Driver] = []  # all whose process has not ended

    def at_hand(self, plan: Plan, program: Sequence[str] = ()) -> Driver | None:
        """The driver for `plan` in the interpreter that `program` starts, if there is one that takes jobs."""
        return self._open.get((plan.key, tuple(program)))

    def start(self, plan: Plan, environ: Mapping[str, str], program: Sequence[str] = ()) -> Driver:
        """A new one, where there is none at hand; `begin` tells it its plan. Raises OSError."""
        python = {"PYSPARK_PYTHON": plan.python} if plan.python else {}
        environ = {**environ, **python, "PYSPARK_DRIVER_PYTHON": program[0] if program else sys.executable}
        driver = Driver(self, plan, environ, program)
        self._open[driver.key] = driver
        self._alive.append(driver)
        return driver

    def takes_jobs(self, driver: Driver) -> bool:
        """Whether jobs that want such a driver get this one."""
        return self._open.get(driver.key) is driver

    def retire(self, driver: Driver) -> None:
        """`driver` gets no more jobs, and ends when it has none."""
        if self.takes_jobs(driver):
            del self._open[driver.key]
        if not driver.jobs:
            driver.dismiss()

    def ended(self, driver: Driver) -> None:
        """The process of `driver` is no more."""
        self._alive.remove(driver)
        self.retire(driver)

    def leave(self, owner: JobOwner) -> None:
        """`owner`, who has no jobs, will have none: what nobody else uses ends."""
        for driver in list(self._alive):
            driver.users.discard(owner)
            if not driver.users:
                self.retire(driver)

    def has_unused(self) -> bool:
        """Whether one of those that nobody uses has not ended yet."""
        return any(not driver.users for driver in self._alive)

"""What executors must do, as tests: for those who write one.

`ExecutorSuite` asks of an executor what the engine relies on. `RemoteSuite` does that for one that the settings name,
and whose jobs run elsewhere: with code, files, resources, failures and bad luck. docs/executors.md shows how to run
them.
"""

from __future__ import annotations

from redo_py.testing.bench import Bench
from redo_py.testing.driver import Driver
from redo_py.testing.executor_suite import ExecutorSuite
from redo_py.testing.remote_suite import RemoteSuite

__all__ = ["Bench", "Driver", "ExecutorSuite", "RemoteSuite"]

"""What executors must do, as tests: for those who write one.

`ExecutorSuite` asks of an executor what the engine relies on. For one that the settings name `CallSuite` does that with
tasks of a project, and `RunSuite` with whole runs. `RemoteSuite` has both, and more for one whose jobs run elsewhere:
with code, files, failures and bad luck. docs/executors.md shows how to run them.
"""

from __future__ import annotations

from redo_py.testing.bench import Bench
from redo_py.testing.call_suite import CallSuite
from redo_py.testing.driver import Driver
from redo_py.testing.executor_suite import ExecutorSuite
from redo_py.testing.remote_suite import RemoteSuite
from redo_py.testing.run_suite import RunSuite

__all__ = ["Bench", "CallSuite", "Driver", "ExecutorSuite", "RemoteSuite", "RunSuite"]

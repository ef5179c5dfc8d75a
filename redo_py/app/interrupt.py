"""SIGINT, SIGTERM and SIGHUP while an execution runs: nothing new starts, running jobs are ended, what finished is
recorded."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` without its enums, which cost start-up time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.app.executors import Executors
    from redo_py.engine.execution import Execution

SIGHUP = 1  # the terminal was closed
SIGNALS = (2, 15)  # SIGINT, SIGTERM


class Interrupts:
    """A context in which these signals stop `execution`. Off the main thread it does nothing; under `nohup` the end of
    the terminal is nothing to stop for."""

    def __init__(self, execution: Execution, executors: Executors, wake: Callable[[], None]) -> None:
        self._execution = execution
        self._executors = executors
        self._wake = wake
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        try:
            for number in SIGNALS:
                self._before[number] = _signal.signal(number, self._stop)
            if _signal.getsignal(SIGHUP) == _signal.SIG_DFL:
                self._before[SIGHUP] = _signal.signal(SIGHUP, self._stop)
            if _signal.getsignal(_signal.SIGCHLD) == _signal.SIG_IGN:  # inherited: no exit status would ever be seen
                self._before[_signal.SIGCHLD] = _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        except ValueError:
            self._before.clear()
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            _signal.signal(number, handler)

    def _stop(self, number: int, frame: object) -> None:
        self._execution.interrupted = number
        self._execution.stopping = True
        self._executors.cancel(list(self._execution.frontier.running))
        self._wake()

"""SIGINT, SIGTERM and SIGHUP while an execution runs: nothing new starts, running jobs are ended, what finished is
recorded.

A signal arrives between any two steps of the engine or of an executor, also while a lock is held: its handler notes
that it came, and no more. Jobs are ended where the engine waits, which the handler lets it do at once."""

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

    def __init__(
        self, execution: Execution, executors: Executors, call_soon: Callable[[Callable[[], None]], None]
    ) -> None:
        self._execution = execution
        self._executors = executors
        self._call_soon = call_soon  # the inbox's
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
        self._call_soon(self._end_jobs)

    def _end_jobs(self) -> None:
        """Called where the engine waits."""
        self._executors.cancel(list(self._execution.frontier.running))

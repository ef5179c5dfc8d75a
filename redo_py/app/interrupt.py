"""SIGINT, SIGTERM and SIGHUP while an execution runs: nothing new starts, running jobs are ended, what finished is
recorded.

A signal arrives between any two steps of the engine or of an executor, also while a lock is held: its handler notes
that it came, and no more. Jobs are ended where the engine waits, which the handler lets it do at once.

Once the engine has stopped, signals do nothing while it is recorded and reported how it ended: many arrive twice, as
from `timeout`, which signals its child and the group. Who goes on for PATIENCE ends an end that hangs."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` without its enums, which cost start-up time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.app.executors import Executors
    from redo_py.engine.execution import Execution
    from redo_py.ground.clock import Clock

SIGHUP = 1  # the terminal was closed
SIGINT = 2
SIGNALS = (SIGINT, 15)  # that, and SIGTERM
PATIENCE = 2.0  # seconds after the engine has stopped, and after the first signal, in which another one does nothing


class Interrupts:
    """A context in which these signals stop `execution`, from `listen` on until `engine_stopped`. Off the main thread
    it does nothing; under `nohup` the end of the terminal is nothing to stop for."""

    def __init__(
        self,
        execution: Execution,
        executors: Executors,
        call_soon: Callable[[Callable[[], None]], None],
        clock: Clock,
    ) -> None:
        self._execution = execution
        self._executors = executors
        self._call_soon = call_soon  # the inbox's
        self._clock = clock
        self._before: dict[int, Any] = {}
        self._patient_until = 0.0  # once the engine has stopped: when a signal ends what comes after it; 0.0 before
        self._has_come = False  # whether there was a signal

    def __enter__(self) -> Interrupts:
        return self

    def listen(self) -> None:
        """Heed these signals from now on, and a SIGINT that came earlier and ended nothing."""
        try:
            for number in SIGNALS:
                self._before[number] = _signal.signal(number, self._stop)
            if _signal.getsignal(SIGHUP) == _signal.SIG_DFL:
                self._before[SIGHUP] = _signal.signal(SIGHUP, self._stop)
            if _signal.getsignal(_signal.SIGCHLD) == _signal.SIG_IGN:  # inherited: no exit status would ever be seen
                self._before[_signal.SIGCHLD] = _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        except ValueError:
            self._before.clear()
        if getattr(self._before.get(SIGINT), "has_come", False):  # see cli.fastlane.EarlyInterrupt
            self._stop(SIGINT, None)

    def engine_stopped(self) -> None:
        """From now on it is told how it ended."""
        self._patient_until = self._clock.monotonic() + PATIENCE

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            _signal.signal(number, handler)

    def _stop(self, number: int, frame: object) -> None:
        is_first, self._has_come = not self._has_come, True
        if self._patient_until:
            self._end(number, is_first)
            return
        self._execution.interrupted = number
        self._execution.stopping = True
        self._call_soon(self._end_jobs)

    def _end(self, number: int, is_first: bool) -> None:
        """Let a signal end what comes after the engine, if it is not one of those that come at once."""
        now = self._clock.monotonic()
        if is_first:
            self._patient_until = now + PATIENCE
        elif now >= self._patient_until:
            _signal.signal(number, self._before[number])
            _signal.raise_signal(number)

    def _end_jobs(self) -> None:
        """Called where the engine waits."""
        self._executors.cancel(list(self._execution.frontier.running))

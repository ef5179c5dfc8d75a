"""A small job on an executor that nobody knows to work: its answer is waited for, but not for ever."""

from __future__ import annotations

from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.executors.api import JobSpec, Outcome

TOLD_AFTER = 5.0  # seconds of silence after which it is told that an answer is waited for
ENDS_WITHIN = 5.0  # seconds in which a job must have ended that is waited for no longer


class Trial:
    """A small job on `executor`, which is waited for so many `seconds`."""

    def __init__(self, executor: Any, inbox: Any, seconds: float, notice: Callable[[str], None]) -> None:
        self._executor = executor
        self._inbox = inbox
        self._seconds = seconds
        self._notice = notice
        self._outcome: Outcome | None = None

    def run(self, spec: JobSpec) -> tuple[Outcome | None, RunError | None]:
        """The outcome, or the error that says that there is none."""
        self._executor.submit([spec])
        if not self._await(min(TOLD_AFTER, self._seconds)) and self._seconds > TOLD_AFTER:
            reason = self._waits_for(spec.seq)
            self._notice(f"no answer yet, waiting for up to {self._seconds:g} s" + (f": {reason}" if reason else ""))
            self._await(self._seconds - TOLD_AFTER)
        if self._outcome is not None:
            return self._outcome, None
        reason = self._waits_for(spec.seq)
        facts = [("waits for", reason)] if reason else []
        return None, RunError("check-unanswered", label=spec.label, seconds=self._seconds, facts=facts)

    def end(self) -> bool:
        """Have the job ended if it has not; whether it has. What does not obey is not waited for."""
        if not self.is_over:
            self._executor.cancel([1])
            self._await(ENDS_WITHIN)
        return self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the job has had its outcome."""
        return self._outcome is not None

    def _await(self, seconds: float) -> bool:
        """Wait for the outcome; has it come?"""
        clock = Clock()
        deadline = clock.monotonic() + seconds
        while not self.is_over and (left := deadline - clock.monotonic()) > 0:
            for outcome in self._inbox.wait(left):
                self._outcome = outcome
        return self.is_over

    def _waits_for(self, seq: int) -> str:
        """Why the job has not begun, as the executor says, if it does."""
        ask = getattr(self._executor, "waits_for", None)
        return str(ask(seq)) if ask is not None else ""

"""A clock for tests of timeouts: none of them comes before the test is ready for it, however slow the machine is."""

from __future__ import annotations

from redo_py.ground.clock import Clock


class LeapingClock(Clock):
    """Goes as the real one does, and leaps when it is told to."""

    __slots__ = ("_ahead",)

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        """Seconds, with those that were leaped over."""
        return super().monotonic() + self._ahead

    def leap(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += seconds

"""The only reader of time. A Clock is handed down from app; tests hand down one that they move by themselves."""

from __future__ import annotations

import time


class Clock:
    """Wall time for records, monotonic time for durations and waiting."""

    __slots__ = ()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""
        return time.time_ns()

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never go backwards."""
        return time.monotonic()

    def since_boot(self) -> float:
        """Seconds since the system started, sleep included: the clock of /proc. Only on Linux."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def thread_seconds(self) -> float:
        """The processor time that the calling thread has had."""
        return time.thread_time()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        time.sleep(seconds)

    def local(self, moment: float) -> str:
        """A moment of `now` in the time of this place, as "2021/06/18 10:34:29"."""
        return time.strftime("%Y/%m/%d %H:%M:%S", time.localtime(moment))

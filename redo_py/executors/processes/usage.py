"""What a job took of the machine: processor time and memory, as the system tells them of processes.

A process that is started shares the memory of the one that starts it for a moment, and Linux counts that as its peak.
So the peak of a small command cannot be told: it is known only where it is above that of redun itself.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from resource import struct_rusage

    from redo_py.executors.api import Usage
    from redo_py.ground.clock import Clock

UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in which the system counts memory
SHORT = 0.005  # seconds; of what takes less, the peak is not looked up in a worker: that would take long beside it
PEAK = b"VmHWM:"  # the line of /proc/self/status with the peak of resident memory, in kB


class OwnPeak:
    """The most memory that this process has had so far, asked for only when a child has had more than was known."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known = 0

    def is_below(self, peak: int) -> bool:
        """Whether a child, which had `peak` at most, had more than this process."""
        if peak > self._known:
            from resource import RUSAGE_SELF, getrusage

            self._known = getrusage(RUSAGE_SELF).ru_maxrss
        return peak > self._known


OWN_PEAK = OwnPeak()


def usage_of(ended: struct_rusage) -> Usage:
    """What a child, which has been awaited, took with all that it has awaited itself."""
    peak = ended.ru_maxrss * UNIT if UNIT == 1 or OWN_PEAK.is_below(ended.ru_maxrss) else 0
    return ended.ru_utime + ended.ru_stime, peak


def together(one: Usage | None, other: Usage | None) -> Usage | None:
    """What two parts of a job took, one after the other."""
    if one is None or other is None:
        return one or other
    return one[0] + other[0], max(one[1], other[1])


class Meter:
    """Measures this process, which is at one job at a time, and the children that it awaits."""

    __slots__ = ("_began", "_children", "_clock", "_own", "_reset_fd", "_status_fd")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._status_fd = self._reset_fd = -1  # where the peak is asked for and forgotten; -1 if it cannot be
        try:
            self._status_fd = os.open("/proc/self/status", os.O_RDONLY)
            self._reset_fd = os.open("/proc/self/clear_refs", os.O_WRONLY)
            os.write(self._reset_fd, b"5")
        except OSError:  # not Linux, or without the part of /proc
            self._reset_fd = -1
        self.begin()

    def begin(self) -> None:
        """A job begins now."""
        if self._reset_fd >= 0:
            os.write(self._reset_fd, b"5")
        self._began = self._clock.monotonic()
        self._own, self._children = _used()

    def end(self) -> Usage:
        """What the job that ends now took since its beginning."""
        own, children = _used()
        before_own, before_children = self._own, self._children
        seconds = _processor(own) + _processor(children) - _processor(before_own) - _processor(before_children)
        peak = children.ru_maxrss * UNIT if children.ru_maxrss > before_children.ru_maxrss else 0
        if self._reset_fd < 0:
            peak = max(peak, own.ru_maxrss * UNIT if own.ru_maxrss > before_own.ru_maxrss else 0)
        elif self._clock.monotonic() - self._began >= SHORT:
            peak = max(peak, self._peak())
        return max(0.0, seconds), peak

    def _peak(self) -> int:
        """The most memory that the process had since its peak was forgotten."""
        told = os.pread(self._status_fd, 4096, 0)
        at = told.find(PEAK)
        return int(told[at + len(PEAK) :].split(None, 1)[0]) * 1024 if at >= 0 else 0


def _used() -> tuple[struct_rusage, struct_rusage]:
    from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

    return getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)


def _processor(used: struct_rusage) -> float:
    return used.ru_utime + used.ru_stime

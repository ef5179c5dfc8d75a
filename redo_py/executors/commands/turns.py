"""Short turns on the processor, taken at once.

Between the end of one command and the start of the next redun works for half a millisecond, while the commands that run
have turns of milliseconds. Where it must wait for theirs to end each time, a processor stands idle in between: a build
of a thousand small commands takes a fifth longer. Linux from 6.12 on lets a thread ask for a shorter turn; one that
wakes then comes before those with longer turns. Its share of the processor stays what it was, and the commands it
starts have turns of the usual length.
"""

from __future__ import annotations

import os
import sys

SHORT = 100_000  # ns, the least that may be asked for
OLDEST = (6, 12)  # the first Linux that heeds it
NUMBERS = {"x86_64": 314, "aarch64": 274, "riscv64": 274}  # of the system call sched_setattr
RESET_ON_FORK = 1
NORMAL = 0  # the policy that people's processes have


def take_short_turns() -> bool:
    """Ask for short turns for this thread, where nothing else can change by it; whether they were granted."""
    if sys.platform != "linux":
        return False
    system = os.uname()
    number = NUMBERS.get(system.machine)
    if number is None or version_of(system.release) < OLDEST or os.sched_getscheduler(0) != NORMAL:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    return nice >= 0 and ask(number, nice)  # what has a negative one would not hand it to its children any more


def ask(number: int, nice: int) -> bool:
    """Call sched_setattr (see its manual page for the fields)."""
    try:
        import ctypes
        from struct import pack

        size, policy, priority, deadline, period, least, most = 56, NORMAL, 0, 0, 0, 0, 0
        wish = pack("=IIQiIQQQII", size, policy, RESET_ON_FORK, nice, priority, SHORT, deadline, period, least, most)
        return bool(ctypes.CDLL(None).syscall(number, 0, wish, 0) == 0)
    except (ImportError, OSError, AttributeError):  # a Python without it, a C library without the call
        return False


def version_of(release: str) -> tuple[int, int]:
    """6.12.3-generic -> (6, 12); (0, 0) for what has another form."""
    major, _, rest = release.partition(".")
    minor = rest.partition(".")[0].partition("-")[0]
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else (0, 0)

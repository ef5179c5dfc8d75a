"""Being the first process of a container, which is unlike any other: signals that it does not handle pass it by,
SIGKILL from inside included, and it has to bury the children of others. So it does nothing else, and a child works.
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LEFT_BEHIND = 1.0  # seconds for what the child has left behind
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


class Tired(Exception):
    """That is long enough."""


def work_as_second(work: Callable[[], int]) -> int:
    """The exit status of `work`, which runs in a child: 128 and the number of the signal if one has ended it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)  # none is lost before there is somebody to pass it on
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        return work()
    for number in FORWARDED:
        signal.signal(number, lambda received, _: os.kill(child, received))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    status = None
    while status is None:
        pid, ended = os.wait()
        if pid == child:
            status = ended
    bury_rest()
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def bury_rest() -> None:
    """Await what is left of the child, which may have something to pass on still; whatever stays longer goes with the
    container."""
    signal.signal(signal.SIGALRM, stop_waiting)
    signal.setitimer(signal.ITIMER_REAL, LEFT_BEHIND)
    try:
        while True:
            os.wait()
    except (ChildProcessError, Tired):
        signal.setitimer(signal.ITIMER_REAL, 0)


def stop_waiting(*_: object) -> None:
    """SIGALRM."""
    raise Tired

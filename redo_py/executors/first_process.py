"""Being the first process of a container, which is unlike any other: signals that it does not handle pass it by,
SIGKILL from inside included, and it has to bury the children of others. So it does nothing else, and a child works.
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


def work_as_second(work: Callable[[], int]) -> int:
    """The exit status of `work`, which runs in a child: 128 and the number of the signal if one has ended it."""
    child = os.fork()
    if child == 0:
        return work()
    for number in FORWARDED:
        signal.signal(number, lambda received, _: os.kill(child, received))
    status = None
    while status is None:
        pid, ended = os.wait()
        if pid == child:
            status = ended
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code

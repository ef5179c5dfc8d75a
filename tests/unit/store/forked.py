"""Child processes for tests of the store: forks, because they start in a millisecond."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable


def fork(work: Callable[[], object], user: int | None = None) -> int:
    """Start a child that does `work`, as `user` if that is given; its process id. Its exit status 0 means no error."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def await_all(children: list[int]) -> list[int]:
    """The exit statuses of `children`; minus the signal for one that was killed."""
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]

"""Workers do not outlive the redun that has started them, however that ends: killed by SIGKILL, it can tell nobody."""

from __future__ import annotations

import os
import select

from redo_py.executors.functions.threads import begin_thread
from redo_py.executors.processes.system import SIGKILL, SIGTERM, WORKER_GRACE, send
from redo_py.ground.clock import Clock

LOOK_EVERY = 0.5  # seconds between two looks whether who has dismissed this worker is there still


def end_with_parent(requests: int) -> None:
    """See to it that this process, which leads a group, ends soon after the one that it gets `requests` from."""
    parent = os.getppid()
    begin_thread(lambda: watch(requests, parent), "redun-parent")


def watch(requests: int, parent: int) -> None:
    """Wait until nobody holds the other end of the pipe `requests`, and `parent` is gone; then end what runs here."""
    pipe = select.poll()
    pipe.register(requests, 0)  # that its writers are gone is told unasked
    pipe.poll()
    clock = Clock()
    while os.getppid() == parent:
        clock.sleep(LOOK_EVERY)
    send(os.getpid(), SIGTERM)
    clock.sleep(WORKER_GRACE)
    send(-os.getpgrp(), SIGKILL)

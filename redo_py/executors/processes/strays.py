"""Processes of a job that are told by what they carry: a command leads a process group of its own, and when the worker
that has started it is no more, nobody else knows of it."""

from __future__ import annotations

import os

from redo_py.executors.processes.journal import BUILD_VARIABLE, JOB_VARIABLE
from redo_py.executors.processes.system import GRACE, SIGKILL, environments, group_of, send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from redo_py.ground.clock import Clock

_JOB = f"{JOB_VARIABLE}=".encode()
_PAUSE = 0.01  # seconds between two looks at what still runs


def carriers(build_id: str, seqs: Collection[int] | None = None) -> Iterator[tuple[int, int]]:
    """(pid, seq) of each process that carries the build's id and the number of a job, of one of `seqs` if they are
    given; none without /proc."""
    build = f"{BUILD_VARIABLE}={build_id}".encode()
    for pid, entries in environments() if build_id and (seqs is None or seqs) else ():
        if build in entries:
            seq = next((int(entry[len(_JOB) :]) for entry in entries if _is_job(entry)), None)
            if seq is not None and (seqs is None or seq in seqs):
                yield pid, seq


def end_strays(build_id: str, clock: Clock, seqs: Collection[int] | None = None) -> None:
    """KILL what carries these jobs, or any of the build, with its process groups, and await that it is gone. Nobody may
    be left who starts more of it."""
    ours = {0, os.getpgrp()}
    ends_by = clock.monotonic() + GRACE
    while groups := {group_of(pid) for pid, _ in carriers(build_id, seqs)} - ours:
        for group in groups:
            send(-group, SIGKILL)
        if clock.monotonic() > ends_by:  # the system does not let go of it, as of one that waits for a dead disk
            return
        clock.sleep(_PAUSE)


def _is_job(entry: bytes) -> bool:
    return entry.startswith(_JOB) and entry[len(_JOB) :].isdigit()

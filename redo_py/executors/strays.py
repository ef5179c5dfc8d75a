"""Processes of a job that are told by what they carry: a command leads a process group of its own, and when the worker
that has started it is no more, nobody else knows of it."""

from __future__ import annotations

import os

from redo_py.executors.journal import BUILD_VARIABLE, JOB_VARIABLE
from redo_py.executors.processes import GRACE, SIGKILL, environments, group_of, send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from redo_py.ground.clock import Clock

_PAUSE = 0.01  # seconds between two looks at what still runs


def carriers(build_id: str, seqs: Collection[int]) -> Iterator[tuple[int, int]]:
    """(pid, seq) of each process that carries the build's id and one of these jobs' numbers; none without /proc."""
    build = f"{BUILD_VARIABLE}={build_id}".encode()
    jobs = {f"{JOB_VARIABLE}={seq}".encode(): seq for seq in seqs}
    for pid, entries in environments() if jobs and build_id else ():
        seq = next((jobs[entry] for entry in entries if entry in jobs), None) if build in entries else None
        if seq is not None:
            yield pid, seq


def end_strays(build_id: str, seq: int, clock: Clock) -> None:
    """KILL what carries the job `seq`, with its process groups, and await that it is gone. Nobody may be left who
    starts more of it."""
    ours = {0, os.getpgrp()}
    ends_by = clock.monotonic() + GRACE
    while groups := {group_of(pid) for pid, _ in carriers(build_id, (seq,))} - ours:
        for group in groups:
            send(-group, SIGKILL)
        if clock.monotonic() > ends_by:  # the system does not let go of it, as of one that waits for a dead disk
            return
        clock.sleep(_PAUSE)

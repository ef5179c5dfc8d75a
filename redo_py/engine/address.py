"""The address of a call: under what its last run is remembered, so that `why` compares it with the same call.

What has a name of its own, a rule's output, a check or an action, is remembered by that. A task may be called many
times, and what is written as "the same call" must survive an edit of what it is called with. So its address is the task
with the paths of the files it is given, and the address of the call that called it; calls that are alike in this are
numbered in the order in which they come, from 1 on. An address is what they are alike in, and that number.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import UNASKED, Job
from redo_py.ground import hashing

LONGEST = 200  # characters; of a longer address the end is a digest


def address_of(execution: Execution, job: Job) -> tuple[str, int]:
    """The address of `job`, whose arguments are known. Keeps its own stack: callers may be many."""
    if job.address is not UNASKED:
        return job.address
    waiting = []
    current: Job | None = job
    while current is not None and current.address is UNASKED:
        waiting.append(current)
        current = current.parent
    for each in reversed(waiting):
        each.address = (each.origin, 1) if each.options.get("origin") else numbered(execution, each)
    return job.address


def numbered(execution: Execution, job: Job) -> tuple[str, int]:
    """The address of a call that has no name of its own, of those that are alike the next one; its caller must have
    one."""
    like = shortened(described(job))
    count = execution.addressed[like] = execution.addressed.get(like, 0) + 1
    return like, count


def described(job: Job) -> str:
    """The task, the paths of its files and its caller."""
    files = f"({', '.join(file.path for file in job.files)})" if job.files else ""
    caller = f" of {spelt(job.parent.address)}" if job.parent is not None else ""
    return job.origin + files + caller


def spelt(address: tuple[str, int]) -> str:
    """An address as one text."""
    like, number = address
    return like if number == 1 else f"{like} #{number}"


def shortened(text: str) -> str:
    """`text`, if need be with a digest for its end."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 33]} {hashing.digest(hashing.VALUE, text.encode('utf-8', 'surrogateescape')).hex()}"

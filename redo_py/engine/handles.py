"""handles: which states of the things outside that Handles stand for are true.

A task that is given a handle changes what it stands for, and gives it back in a new state. When the task runs again,
because it has changed, say, then what came of the old state is true no more: all states that were made from it are
invalid from then on, and results that hold one of them with them. That is written down before the task begins.

What a task makes of a state belongs to a *slot*: the state, the task, and the how manieth call of the task with the
state it is, so that calls beside each other do not undo each other's work.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.flush import flush
from redo_py.engine.job import Job
from redo_py.ground import hashing
from redo_py.ground.nested import collect, substitute
from redo_py.records import HANDLE, HANDLE_EDGE
from redo_py.values.handle import Handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def given(job: Job) -> list[Handle]:
    """The handles among the arguments of `job`."""
    return [item for item in job.notable if isinstance(item, Handle)]


def number(execution: Execution, job: Job) -> None:
    """Give the handles among the arguments of `job` their slots, in the order of the calls, whatever becomes of
    them."""
    for handle in given(job):
        slot_of(execution, job, handle)


def slot_of(execution: Execution, job: Job, handle: Handle) -> bytes:
    """Under what the states stand that `job` makes of the state of `handle`."""
    slots = execution.slots
    slot = slots.get((job.seq, handle.digest))
    if slot is None:
        place = handle.digest + job.name.encode("utf-8", "surrogateescape")
        count = execution.addressed[place.hex()] = execution.addressed.get(place.hex(), 0) + 1
        slot = slots[job.seq, handle.digest] = hashing.digest(hashing.HANDLE, place + b"#%d" % count)
    return slot


def roll_back(execution: Execution, job: Job, handles: Iterable[Handle]) -> None:
    """`job` runs with `handles`: what an earlier run of it has made of them is true no more. Afterwards the store knows
    it."""
    slots = [slot_of(execution, job, handle) for handle in handles]
    flush(execution)
    for state, name in execution.doors.store.derived(slots):
        execution.buffer[HANDLE] += (state, name, 0)
    flush(execution)


def advanced(execution: Execution, job: Job, result: Any) -> Any:
    """`result` of `job`, which has just ended, with each handle in the state that the job has brought it into."""
    before = collect(result, Handle)
    if not before:
        return result
    taken = given(job)
    roll_back(execution, job, [handle for handle in before if handle not in taken])  # which it has made itself
    moved: dict[int, Handle] = {}
    for handle in before:
        after = moved[id(handle)] = handle.after(job.eval_hash)
        for parent in (*taken, handle):
            record_edge(execution, slot_of(execution, job, parent), after.digest)
        execution.buffer[HANDLE] += (after.digest, after.fullname, 1)
    for handle in (*taken, *before):
        for parent in handle.parents:
            record_edge(execution, parent, handle.digest)
        record_edge(execution, handle.digest, slot_of(execution, job, handle))
    return substitute(result, Handle, lambda handle: moved[id(handle)])


def record_edge(execution: Execution, parent: bytes, child: bytes) -> None:
    """`child` was made from `parent`."""
    execution.buffer[HANDLE_EDGE] += (parent, child)


def first_invalid(execution: Execution, value: Any) -> Handle | None:
    """The first handle in the remembered `value` whose state is true no more; None if all hold."""
    handles = collect(value, Handle)
    if not handles:
        return None
    flush(execution)
    valid = execution.doors.store.handles([handle.digest for handle in handles])
    return next((handle for handle, holds in zip(handles, valid, strict=True) if not holds), None)

"""jams: async tasks that hold what the calls they await would need to start.

A place is held to the end of the task that has it, also while that waits. Some such tasks can never go on: all that
each waits for are calls that lack what only tasks of these hold. One of these calls fails, the first, and the `await`
tells it. That is said only if nothing else goes on: no other job runs, and no timer, thread or connection may yet let
one of the tasks go on without what it awaits. While that cannot be told, they are left waiting, and the user is told.
"""

from __future__ import annotations

from redo_py.engine.circles import break_circle, waiting_for
from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail
from redo_py.engine.finish import finish
from redo_py.engine.job import Cell, Job
from redo_py.engine.places import CPUS, GPUS, MEMORY, NoPlace
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    Waiting = tuple[Job, list[int | str], set[int]]  # see Places.waiting

TELL_AFTER = 10.0  # seconds without anything happening
SHOWN: dict[int | str, str] = {CPUS: "the processors", MEMORY: "the memory", GPUS: "the GPUs"}


def break_circle_or_jam(execution: Execution) -> None:
    """Let async tasks go on that would wait for ever."""
    if not break_circle(execution):
        break_jam(execution)


def break_jam(execution: Execution) -> None:
    """Fail a call that waits for what those hold that wait for it, if nothing else is left."""
    running = execution.frontier.running
    waiting = {cell.parent.seq for cell in execution.awaited.values() if cell.parent is not None}
    if not running or not running.keys() <= waiting or execution.elsewhere or execution.frontier.ready:
        return
    try:
        calls = execution.places.waiting(execution.frontier.queue)
    except NoPlace as refusal:
        fail(execution, refusal.job, refusal.error)
        execution.looks_for_circles = True
        return
    if not calls:
        return
    execution.looks_for_circles = True  # it may be told later, or there may be another one
    if not all(lacking for _, lacking, _ in calls):
        execution.places.let_pass()
        return
    found = jammed(calls, {job.seq: held_above(execution, job) for job, _, _ in calls})
    if found is None:
        return
    job, lacking, holding = found
    names = ", ".join(sorted(running[seq].origin for seq in holding))
    what = ", ".join(SHOWN.get(each) or f"a place of `{each}`" for each in lacking)
    error = RunError("jam", origin=job.origin, what=what, holding=names)
    if not getattr(execution.doors.executors.get("async"), "rests", False):
        tell(execution, error)
    elif is_silent(execution):
        fail(execution, job, error)


def tell(execution: Execution, error: RunError) -> None:
    """Nothing else can go on, but what an async task has begun beside its calls may yet change that: say once what
    seems to stand still."""
    idle = execution.doors.clock.monotonic() - execution.progressed
    if idle >= TELL_AFTER and not execution.places.told_of_jam:
        execution.places.told_of_jam = True
        text = f"{error.headline}, unless a timer or a thread of their own lets go what is held"
        execution.doors.events.emit("notice", None, text)


def is_silent(execution: Execution) -> bool:
    """Whether nothing that an async task has said is left to be heard."""
    outcomes = execution.doors.inbox.wait(0)
    finish(execution, outcomes)
    return not outcomes and not execution.stopping


def held_above(execution: Execution, job: Job) -> set[int]:
    """The seqs of the RUNNING jobs that wait for `job`, directly or not. Keeps its own stack."""
    found, seen, left = set(), {id(job)}, list[Cell]([job])
    while left:
        for above in waiting_for(execution, left.pop()):
            if id(above) not in seen:
                seen.add(id(above))
                left.append(above)
                if isinstance(above, Job) and above.seq in execution.frontier.running:
                    found.add(above.seq)
    return found


def jammed(calls: list[Waiting], above: dict[int, set[int]]) -> Waiting | None:
    """The first of `calls` that can never start: whoever holds what it lacks waits for it, and for nothing but such
    calls. `above` tells who waits for each. None if there is none."""
    below: dict[int, list[Waiting]] = {}
    for call in calls:
        for seq in above[call[0].seq]:
            below.setdefault(seq, []).append(call)
    reached = {seq: reach(seq, below) for seq in below}
    for job, lacking, holding in calls:
        mates = reached.get(min(holding, default=-1))
        if mates and holding <= mates and above[job.seq] & mates and all(reached.get(seq) == mates for seq in mates):
            return job, lacking, holding
    return None


def reach(start: int, below: dict[int, list[Waiting]]) -> set[int] | None:
    """The seqs of all whose end the job `start` waits for because of what they hold, as a rule itself among them; None
    if something that it waits for may come from outside."""
    found: set[int] = set()
    left = [start]
    while left:
        for _, _, holding in below.get(left.pop(), ()):
            if not holding:
                return None
            left.extend(holding - found)
            found |= holding
    return found

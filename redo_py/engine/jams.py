"""jams: async tasks that hold what the calls they await would need to start.

A limit is held to the end of the task that has it, also while that waits. If nothing runs but tasks that wait for
calls, and none of these calls can start, nothing will ever happen: the first of them fails, and the `await` tells it.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail
from redo_py.engine.places import CPUS, GPUS, MEMORY
from redo_py.ground.errors import RunError

SHOWN: dict[int | str, str] = {CPUS: "the processors", MEMORY: "the memory", GPUS: "the GPUs"}


def break_jam(execution: Execution) -> None:
    """Fail a call that waits for what those hold that wait for it, if nothing else is left."""
    running = execution.frontier.running
    waiting = {cell.parent.seq for cell in execution.awaited.values() if cell.parent is not None}
    if not running or not running.keys() <= waiting or execution.elsewhere or execution.frontier.ready:
        return
    found = execution.places.jam(execution.frontier.queue)
    if found is None:
        return
    job, lacking, holding = found
    names = ", ".join(sorted(running[seq].origin for seq in holding if seq in running))
    if not names:
        return
    what = ", ".join(SHOWN.get(each) or f"a place of `{each}`" for each in lacking)
    fail(execution, job, RunError("jam", origin=job.origin, what=what, holding=names))
    execution.looks_for_circles = True  # there may be another one

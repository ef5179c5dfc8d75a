"""circles: async tasks that wait for each other, directly or not, would wait for ever.

Circles are looked for when nothing has happened for a moment, if something has since they were last looked for and
something is awaited. What closes one is told the error, in the task that awaits it. Of a circle of calls below what is
awaited, with no `await` in it, all are told that await something of it; the calls stay as they are, like those of a
circle that no async task waits for, with which the execution ends.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, Job, JobState
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def break_circle(execution: Execution) -> bool:
    """Fail what one task of a circle awaits, if there is a circle; whether there is one."""
    execution.looks_for_circles = False
    for circle in circles(execution):
        inside = [cell for cell in circle if id(cell) in execution.awaited]
        told = inside[:1] or awaiting(execution, circle)
        if told:
            jobs = [cell.parent for cell in inside] if inside else [cell for cell in circle if isinstance(cell, Job)]
            names = [job.origin for job in jobs if job is not None and job.state != JobState.JOINED]
            names.reverse()
            error = RunError("stuck", count=len(names), origins=" -> ".join([*names, *names[:1]]))
            execution.frontier.doomed.extend((cell, error, cell.result) for cell in told)
            execution.looks_for_circles = True  # there may be another one
            return True
    return False


def awaiting(execution: Execution, circle: list[Cell]) -> list[Cell]:
    """What is awaited and cannot come because of `circle`, in which nothing is. Keeps its own stack."""
    found, seen, left = [], {id(cell) for cell in circle}, list(circle)
    while left:
        cell = left.pop()
        if id(cell) in execution.awaited:
            found.append(cell)
            continue
        for above in waiting_for(execution, cell):
            if id(above) not in seen:
                seen.add(id(above))
                left.append(above)
    return found


def circles(execution: Execution) -> Iterator[list[Cell]]:
    """Cells each of which is waited for by the next one, and the last by the first. Of circles that share cells not all
    are found. Keeps its own stack, of the cells that are being looked at with those that wait for each and were not
    looked at yet."""
    done: set[int] = set()
    begun = [job for job in execution.frontier.jobs if job.state in (JobState.JOINED, JobState.REDUCING)]
    for start in [*execution.awaited.values(), *begun]:
        if id(start) in done:
            continue
        inside = {id(start): 0}
        stack = [(start, waiting_for(execution, start))]
        while stack:
            cell, left = stack[-1]
            above = next(left, None)
            if above is None:
                done.add(id(cell))
                del inside[id(cell)]
                stack.pop()
            elif id(above) in inside:
                yield [each for each, _ in stack[inside[id(above)] :]]
            elif id(above) not in done:
                inside[id(above)] = len(stack)
                stack.append((above, waiting_for(execution, above)))


def waiting_for(execution: Execution, cell: Cell) -> Iterator[Cell]:
    """Those that can only go on once `cell` has come to its end: the task behind an `await` among them."""
    yield from cell.dependents
    if isinstance(cell, Job):
        yield from cell.followers
    elif id(cell) in execution.awaited and cell.parent is not None:
        yield cell.parent

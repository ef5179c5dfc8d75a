"""circles: async tasks that wait for each other, directly or not, would wait for ever.

Circles are looked for when nothing has happened for a moment although something is awaited that was not when they were
last looked for. What closes one is told the error, in the task that awaits it.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, Job
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def break_circle(execution: Execution) -> None:
    """Fail what one task of a circle awaits, if there is a circle."""
    execution.looks_for_circles = False
    circle = find_circle(execution)
    if circle:
        waiting = next(cell for cell in circle if id(cell) in execution.awaited)
        names = [cell.parent.origin for cell in circle if id(cell) in execution.awaited and cell.parent is not None]
        names.reverse()
        error = RunError("stuck", count=len(names), origins=" -> ".join([*names, names[0]]))
        execution.frontier.doomed.append((waiting, error, waiting.result))
        execution.looks_for_circles = True  # there may be another one


def find_circle(execution: Execution) -> list[Cell]:
    """Cells each of which is waited for by the next one, and the last by the first; [] if there are none. Keeps its own
    stack, of the cells that are being looked at with those that wait for each and were not looked at yet."""
    done: set[int] = set()
    for start in list(execution.awaited.values()):
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
                return [each for each, _ in stack[inside[id(above)] :]]
            elif id(above) not in done:
                inside[id(above)] = len(stack)
                stack.append((above, waiting_for(execution, above)))
    return []


def waiting_for(execution: Execution, cell: Cell) -> Iterator[Cell]:
    """Those that can only go on once `cell` has come to its end: the task behind an `await` among them."""
    yield from cell.dependents
    if isinstance(cell, Job):
        yield from cell.followers
    elif id(cell) in execution.awaited and cell.parent is not None:
        yield cell.parent

"""guess: what in a dry run rests on values that are only assumed, see assume."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, Job
from redo_py.engine.reach import needs_of
from redo_py.ir.expression import SchedulerExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def is_guess(execution: Execution, cell: Cell) -> bool:
    """Whether `cell`, which is no job, is there because of an assumed value: one that it is computed from, or one from
    which a form has made what waits for it, as a map does from its list."""
    above = {id(cell): cell}
    stack = [cell]
    while stack:
        for dependent in stack.pop().dependents:
            if id(dependent) not in above:
                above[id(dependent)] = dependent
                stack.append(dependent)
    forms = [each.expression for each in above.values() if isinstance(each.expression, SchedulerExpression)]
    return assumed_below(execution, [cell.expression, *forms]) is not None


def assumed_below(execution: Execution, expressions: Iterable[Any]) -> Job | None:
    """The call that would run for the first assumed value among `expressions` and what they are computed from; calls
    whose values are known are not looked behind."""
    seen: set[int] = set()
    stack = list(expressions)[::-1]
    while stack:
        expression = stack.pop()
        if id(expression) in seen:
            continue
        seen.add(id(expression))
        cell = execution.frontier.cells.get(id(expression))
        if not isinstance(cell, Job):
            stack += reversed(needs_of(execution, expression))
        elif found := execution.assumed.get((cell.leader or cell).seq):
            return found
    return None


def inherit(execution: Execution, job: Job) -> None:
    """Call the value of `job`, which is final, assumed if that of a call is that it was reduced to."""
    for child in job.children:
        found = execution.assumed.get((child.leader or child).seq)
        if found is not None:
            execution.assumed.setdefault(job.seq, found)
            return

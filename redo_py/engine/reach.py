"""reach: what a job rests on, that is, what has its value before the job may start."""

from __future__ import annotations

from collections import deque

from redo_py.engine.demand import uses_of
from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.ir.expression import SchedulerExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def rests_on(execution: Execution, job: Job) -> Iterator[Any]:
    """Every expression that `job` rests on, the nearest first, each once: its arguments and options, what forms among
    these asked for, and what the calls that it is part of rest on. The job must be READY or beyond."""
    seen: set[int] = set()
    queue: deque[Any] = deque()
    part: Job | None = job
    while part is not None:
        queue.extend(uses_of(part.expression))
        part = part.parent
    while queue:
        expression = queue.popleft()
        if id(expression) not in seen:
            seen.add(id(expression))
            yield expression
            queue.extend(needs_of(execution, expression))


def needs_of(execution: Execution, expression: Any) -> list[Any]:
    """What had to have its value before `expression` could have one."""
    if execution.kept and id(expression) in execution.kept:
        return execution.kept[id(expression)].needs()
    if type(expression) is SchedulerExpression:
        return execution.asked.get(id(expression), [])
    return uses_of(expression)


def unreached(execution: Execution, job: Job, goals: set[int]) -> set[int]:
    """Those of `goals`, ids of expressions, that `job` does not rest on: they may run while it does, or after it."""
    left = set(goals)
    for expression in rests_on(execution, job):
        left.discard(id(expression))
        if not left:
            break
    return left

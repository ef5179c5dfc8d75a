"""reach: which calls an expression rests on."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.ir.flat import uses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reaches(execution: Execution, start: Any, goal: Any) -> bool:
    """Whether evaluating `start` needs `goal`, through arguments of any kind, order-only ones included."""
    return id(goal) in everything_under(execution, start)


def everything_under(execution: Execution, start: Any) -> set[int]:
    """The ids of all expressions that `start` needs, itself included; remembered for the execution."""
    known = execution.under.get(id(start))
    if known is not None:
        return known
    seen: set[int] = set()
    stack = [start]
    while stack:
        expression = stack.pop()
        if id(expression) in seen:
            continue
        seen.add(id(expression))
        stack.extend(uses_of(expression))
    execution.under[id(start)] = seen
    return seen

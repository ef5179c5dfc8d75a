"""What forms call."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.observe import with_tasks
from redo_py.ground.nested import collect
from redo_py.ir.expression import Expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def callable_now(execution: Execution, task: Any) -> Callable[..., Any]:
    """`task`, or the task that has its name now if it is a reference from a result that was kept."""
    found: Callable[..., Any] = with_tasks(execution, task)
    return found


def is_lazy(value: Any) -> bool:
    """Whether `value` is or holds something to be evaluated."""
    return bool(collect(value, Expression))

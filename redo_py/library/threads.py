"""fork_thread and join_thread: an evaluation that goes on by itself."""

from __future__ import annotations

from redo_py.ir.expression import SchedulerExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def fork_thread(expr: Any) -> Any:
    """Begin to evaluate `expr` beside everything else, lazily; its value is a Thread, which is there at once.

    The run waits for all threads before it ends. One that fails is told, and fails what joins it and nothing else.
    """
    return SchedulerExpression("fork_thread", (expr,))


def join_thread(thread: Any) -> Any:
    """The value of what `fork_thread` has begun, lazily; its error, if it failed."""
    return SchedulerExpression("join_thread", (thread,))

"""What happens when an expression is awaited: whoever runs the coroutine is asked for its value."""

from __future__ import annotations

from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

# Given an expression, what the running coroutine waits for; set by the executor of async tasks for each job, and
# inherited by the tasks of asyncio that the job makes.
ASK: ContextVar[Callable[[Any], Any] | None] = ContextVar("redun_ask", default=None)


def awaited(expression: Any) -> Generator[Any, Any, Any]:
    """The steps of `await expression`. Raises LazyError outside of an async task."""
    ask = ASK.get()
    if ask is None:
        from redo_py.ir.refusals import LazyError, shown

        raise LazyError(f"{shown(expression)} can be awaited inside of an `async def` task only")
    found: Generator[Any, Any, Any] = ask(expression).__await__()
    return found

"""Evaluations that go on by themselves."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, JobState
from redo_py.ground.errors import RunError
from redo_py.ir.expression import Expression, ValueExpression
from redo_py.ir.flat import digest_of
from redo_py.values.thread import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


def fork_thread(execution: Execution, cell: Cell, expression: Any) -> Generator[Any, Any, Any]:
    """Begin to evaluate `expression` beside everything else; gives a Thread at once. The execution ends when that has
    ended, too, but does not fail with it."""
    quoted = expression if isinstance(expression, Expression) else ValueExpression(expression)
    thread = Thread(digest_of(quoted))
    if thread.digest not in execution.threads:
        execution.threads[thread.digest] = quoted
        apart = Cell(None, cell.parent)
        apart.generator = on_its_own(quoted)
        execution.frontier.add(apart, None)
        execution.frontier.set_state(apart, JobState.REDUCING)
        execution.frontier.awake.append(apart)
    yield ()
    return thread


def on_its_own(expression: Any) -> Generator[Any, Any, str]:
    """Evaluate `expression` for itself: who wants its value or its error joins the thread."""
    try:
        yield [expression]
    except Exception as error:
        return f"failed: {error}"
    return "done"


def join_thread(execution: Execution, cell: Cell, thread: Any) -> Generator[Any, Any, Any]:
    """The value of what was begun as `thread`, or its error."""
    found = yield [thread]
    key = getattr(found[0], "digest", b"")
    if key not in execution.threads:
        raise RunError("no-thread", value=repr(found[0]))
    return execution.threads[key]

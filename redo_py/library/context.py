"""get_context: a value that is read by name from wherever a task is called."""

from __future__ import annotations

from redo_py.ir.expression import SchedulerExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def get_context(path: str, default: Any = None) -> Any:
    """The value that the context has at `path`, like "a.b.c", lazily; `default` where it has none.

    The context comes from the settings and the command line, and `Task.update_context` changes it below a call. A value
    is part of the key of exactly the calls that get it: when another one changes nothing runs.
    """
    return SchedulerExpression("context", (path, default))

"""subrun: an expression whose calls all run on one executor."""

from __future__ import annotations

from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.tasks.builtin import EVALUATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def subrun(expr: Any, executor: str, **task_options: Any) -> Any:
    """The value of `expr`, lazily, of which all calls run on `executor` with `task_options`, unless they say something
    else. They are part of the run that asks for them: there is no second scheduler."""
    from redo_py.tasks.options import checked

    options = checked({**task_options, "executor": executor})
    return TaskExpression(EVALUATE, (QuotedExpression(expr),), options={"export_options": options})

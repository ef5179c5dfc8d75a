"""subrun: an expression whose calls all run on one executor."""

from __future__ import annotations

from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.tasks.builtin import EVALUATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Options that count for the job of the subrun itself: the calls below say by themselves how they are remembered.
OF_ITS_JOB = ("cache", "cache_scope", "check_valid", "allowed_cache_results")


def subrun(expr: Any, executor: str, **task_options: Any) -> Any:
    """The value of `expr`, lazily, of which all calls run on `executor` with `task_options`, unless they say something
    else; those about caches are for the job that evaluates it. The calls are part of the run that asks for them: there
    is no second scheduler."""
    from redo_py.tasks.options import checked

    exported = checked({**task_options, "executor": executor})
    options = {name: exported.pop(name) for name in OF_ITS_JOB if name in exported}
    return TaskExpression(EVALUATE, (QuotedExpression(expr),), options={**options, "export_options": exported})

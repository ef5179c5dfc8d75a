"""subrun: an expression whose calls all run on one executor."""

from __future__ import annotations

from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.tasks.builtin import EVALUATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def subrun(
    expr: Any,
    executor: str,
    config: Any = None,
    config_dir: str | None = None,
    new_execution: bool = False,
    load_modules: Sequence[str] | None = None,
    **task_options: Any,
) -> Any:
    """The value of `expr`, lazily, of which all calls run on `executor` with `task_options`, unless they say something
    else. They are part of the run that asks for them: there is no second scheduler, so that `new_execution` changes
    nothing, and workers load the modules of the tasks by themselves. Raises TypeError for a configuration of its own.
    """
    from redo_py.tasks.options import checked

    if config is not None or config_dir is not None:
        raise TypeError("a subrun has the configuration of the run that asks for it: name an executor of that")
    options = checked({**task_options, "executor": executor})
    return TaskExpression(EVALUATE, (QuotedExpression(expr),), options={"export_options": options})

"""The form that carries out forms of the user's own, see tasks.scheduling."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell
from redo_py.ground.errors import UsageError
from redo_py.tasks.scheduling import SchedulerTask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


def scheduler_task(
    execution: Execution, cell: Cell, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Generator[Any, Any, Any]:
    """What the form `name` makes of its arguments; its code is noted for the job that it belongs to. Raises UsageError
    when there is none of that name any more."""
    task = execution.doors.tasks.resolve(name)
    if not isinstance(task, SchedulerTask):
        raise UsageError("no-scheduler-task", name=name)
    if cell.parent is not None:
        execution.forms.setdefault(cell.parent.seq, set()).add(name)
    return (yield from task.drive(execution, cell, args, kwargs))

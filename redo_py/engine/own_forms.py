"""Forms that have to know whose they are: they get their cell before their arguments. See `forms`."""

from __future__ import annotations

from redo_py.engine.context import read
from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell
from redo_py.engine.tags import apply
from redo_py.ground.errors import UsageError
from redo_py.ground.nested import collect
from redo_py.tasks.scheduling import FORM, SchedulerTask
from redo_py.values.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    OwnForm = Callable[..., Generator[Any, Any, Any]]


def context(execution: Execution, cell: Cell, path: Any, default: Any) -> Generator[Any, Any, Any]:
    """What the context of the cell has at `path`; `default` where it has nothing."""
    name = yield path
    return read(execution, cell, name, default)


def scheduler_task(
    execution: Execution, cell: Cell, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Generator[Any, Any, Any]:
    """A form of the user's own. Raises UsageError when there is none of that name any more."""
    task = execution.doors.tasks.resolve(name)
    if not isinstance(task, SchedulerTask):
        raise UsageError("no-scheduler-task", name=name)
    return (yield from task.drive(execution, cell, args, kwargs))


def apply_tags(execution: Execution, cell: Cell, value: Any, *tags: Any) -> Generator[Any, Any, Any]:
    """`value`, with tags of its own, of the job and of the execution."""
    found, *given = yield [value, *tags]
    owner = cell.parent
    if not collect(found, Unknown) and (owner is None or owner.manner.recorded):
        apply(execution, owner, found, *given)
    return found


OWN_FORMS: dict[str, OwnForm] = {
    "apply_tags": apply_tags,
    "context": context,
    FORM: scheduler_task,
}

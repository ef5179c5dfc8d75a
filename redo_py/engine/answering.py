"""answering: the calls that an async task awaits while it runs. They are evaluated like those of its result, and are
its children."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, Job
from redo_py.engine.reduce import step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from redo_py.executors.api import Asked


def ask(execution: Execution, job: Job, asked: Asked) -> None:
    """Begin to evaluate what the RUNNING `job` awaits."""
    cell = Cell(None, job)
    cell.generator = answering(execution, cell, asked)
    execution.awaited[id(cell)] = cell
    execution.frontier.add(cell, None)
    step(execution, cell, None, None)


def answering(execution: Execution, cell: Cell, asked: Asked) -> Generator[Any, Any, Any]:
    """The form behind an `await`: whatever comes of the expression is told to the coroutine."""
    try:
        value = yield [asked.expression]
    except Exception as error:
        asked.answer(None, error)
    else:
        asked.answer(value[0], None)
    del execution.awaited[id(cell)]


def give_up(execution: Execution) -> None:
    """Nothing new is started any more: end the async jobs that wait for something, which may never come. What runs
    already of that is finished and recorded."""
    waiting = {cell.parent.seq for cell in execution.awaited.values() if cell.parent is not None}
    execution.awaited.clear()
    executor = execution.doors.executors.get("async")
    if executor is not None:
        executor.cancel(sorted(waiting))

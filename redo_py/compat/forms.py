"""Forms of the user's own that are written with promises, as in redun; see tasks.scheduling for the others.

A function in redun's way gets (scheduler, parent_job, sexpr, *args, **kwargs) and returns a promise, most often one
that follows from `scheduler.evaluate(...)`. One generator drives all of these: what the function has asked for is
yielded together, the promises are settled with what comes of it, which may ask for more, until the returned one is
settled.
"""

from __future__ import annotations

from redo_py.compat.promise import Promise
from redo_py.compat.sight import FormExpression, JobSight
from redo_py.ground.errors import RunError
from redo_py.ground.nested import collect
from redo_py.ir.expression import Expression, SchedulerExpression
from redo_py.tasks.scheduling import FORM, SchedulerTask, drive_promises_by, scheduler_task
from redo_py.values.unknown import UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

__all__ = ["scheduler_task"]


class Broken:
    """What stands for the value of an expression that failed."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


@scheduler_task(name="settle", namespace="redun", version="1")
def settle(expression: Any) -> Generator[Any, Any, Any]:
    """The value of `expression`, or its error as a Broken."""
    try:
        return (yield expression)
    except Exception as error:
        return Broken(error)


class FormScheduler:
    """What a form in redun's way is handed as the scheduler. What it does not have itself is that of the scheduler that
    runs."""

    def __init__(self) -> None:
        self._asked: list[tuple[Any, Promise[Any]]] = []

    def evaluate(self, expr: Any, parent_job: Any = None) -> Promise[Any]:
        """A promise for the value of `expr`; its calls are those of the job that the form belongs to."""
        promise: Promise[Any] = Promise()
        if collect(expr, Expression):
            self._asked.append((expr, promise))
        else:
            promise.resolve(expr)
        return promise

    def take(self) -> list[tuple[Any, Promise[Any]]]:
        """What was asked for since this was last called."""
        asked, self._asked = self._asked, []
        return asked

    def __getattr__(self, name: str) -> Any:
        from redo_py.compat.scheduler import get_current_scheduler

        return getattr(get_current_scheduler(), name)


def drive(
    form: SchedulerTask, execution: Any, cell: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Generator[Any, Any, Any]:
    """The generator of a form whose function returns a promise. Raises RunError for one that never will be settled."""
    scheduler = FormScheduler()
    job, call = JobSight.of(execution, cell.parent), FormExpression(form, args, kwargs)
    promise = form.func(scheduler, job, call, *args, **kwargs)
    if not isinstance(promise, Promise):
        raise RunError("form-result", name=form.fullname, kind=repr(promise))
    while promise.is_pending:
        asked = scheduler.take()
        if not asked:
            raise RunError("form-stuck", name=form.fullname)
        values = yield [SchedulerExpression(FORM, (settle.fullname, (expr,), {})) for expr, _ in asked]
        if collect(values, Unknown):
            return UNKNOWN
        for value, (_, waiting) in zip(values, asked, strict=True):
            if isinstance(value, Broken):
                waiting.reject(value.error)
            else:
                waiting.resolve(value)
    if promise.is_rejected:
        raise promise.error
    return promise.value


drive_promises_by(drive)

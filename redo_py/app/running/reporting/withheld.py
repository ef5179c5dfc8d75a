"""Failures that may still be handled: an `await` in a coroutine or a form of the user's is given the error, and whether
it does something about that is only seen by how the job ends that it is of. Until then nothing is told of them.
"""

from __future__ import annotations

from redo_py.engine.job import Job
from redo_py.ir.expression import SchedulerExpression
from redo_py.tasks.scheduling import FORM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Cell

    Failure = tuple[Job, BaseException, TracebackType | None]  # and where it was raised, before others let it through


class Withheld:
    """The failures of one execution of which nobody knows yet whether they are handled."""

    def __init__(self) -> None:
        self._failures: dict[int, list[Failure]] = {}  # by seq of the job that may handle them

    def take(self, execution: Execution, job: Job, error: BaseException) -> bool:
        """Whether the failure of `job` may be handled by another job, with whose end it is given back."""
        hearing = hearing_of(execution, job)
        if hearing is None:
            return False
        self._failures.setdefault(hearing.seq, []).append((job, error, error.__traceback__))
        return True

    def of(self, job: Job) -> list[Failure]:
        """What `job`, which ends, was given."""
        return self._failures.pop(job.seq, [])

    def rest(self) -> list[Failure]:
        """What was given to jobs that have come to no end."""
        left = [failure for failures in self._failures.values() for failure in failures]
        self._failures.clear()
        return left


def hearing_of(execution: Execution, job: Job) -> Job | None:
    """The job of which an `await` or a form is given the error of `job`; None if somebody else fails by it, too. Keeps
    its own stack."""
    hearing: Job | None = None
    stack: list[Cell] = [job]
    seen = {id(job)}
    while stack:
        current = stack.pop()
        followers = current.followers if isinstance(current, Job) else ()
        for waiting in (*current.dependents, *followers):
            if id(waiting) in seen:
                continue
            seen.add(id(waiting))
            if id(waiting) in execution.awaited or is_form_of_user(waiting):
                if waiting.parent is None:
                    return None
                hearing = waiting.parent
            elif waiting.expression is None:
                return None
            else:
                stack.append(waiting)
    return hearing


def is_form_of_user(cell: Cell) -> bool:
    """Whether `cell` is the value of a form of the user's that is under way."""
    expression = cell.expression
    return cell.generator is not None and isinstance(expression, SchedulerExpression) and expression.form == FORM

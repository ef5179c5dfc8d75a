"""kept: calls of earlier executions that are known to hold, because nothing that they rest on has changed.

Nothing of them is looked at, decided or recorded again. They are there for what rests on them: what they made, and on
what they rest in turn.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.ir.expression import TaskExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.engine.execution import Kept


def keep(execution: Execution, expression: TaskExpression, kept: Kept) -> Job:
    """The job of a kept call, which is DONE."""
    task = execution.doors.tasks.resolve(expression.task_name)
    job = Job(expression, None, -1, task, {})
    job.outcome = "kept"
    job.call_hash = kept.call
    job.products = kept.products()
    job.value = tuple(job.products)
    execution.frontier.keep(job, expression)
    for file in job.products:
        execution.made_by[file.path] = job
    return job

"""What a form in redun's way sees of the engine: its call, and the job that it belongs to."""

from __future__ import annotations

from redo_py.engine.context import context_of
from redo_py.ground.job_ids import execution_id, job_id
from redo_py.tasks.options import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job
    from redo_py.tasks.scheduling import SchedulerTask


class FormExpression:
    """The call of a form. A form may keep things on it."""

    def __init__(self, form: SchedulerTask, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self.task_name = form.fullname
        self.args = args
        self.kwargs = kwargs
        self.task_expr_options = form.call_options


class ExecutionSight:
    """The execution."""

    def __init__(self, execution: Execution) -> None:
        self.id = execution_id(execution.id)
        self.context = dict(execution.settings.context)


class JobSight:
    """The job to whose reduction a form belongs. Only to be looked at; it shows what was so when it was made."""

    def __init__(self, execution: Execution, job: Job) -> None:
        self._execution = execution
        self._job = job
        self.id = job_id(execution.id, job.seq)
        self.execution = ExecutionSight(execution)
        self.task = job.task
        self.task_name = job.name
        self.args: tuple[tuple[Any, ...], dict[str, Any]] = (tuple(job.arguments.values()), {})
        self.eval_hash = job.eval_hash.hex()
        self.args_hash = job.args_hash.hex()

    @classmethod
    def of(cls, execution: Execution, job: Job | None) -> JobSight | None:
        """That of `job`; None for a form that belongs to no job, because it was asked for itself."""
        return None if job is None else cls(execution, job)

    @property
    def parent_job(self) -> JobSight | None:
        """The job that called this one."""
        return JobSight.of(self._execution, self._job.parent)

    def get_options(self) -> dict[str, Any]:
        """Its options, from all places."""
        return told(self._job.options)

    def get_option(self, name: str, default: Any = None) -> Any:
        """One of its options."""
        return self.get_options().get(name, default)

    def get_context(self) -> dict[str, Any]:
        """The context that it has."""
        return dict(context_of(self._execution, self._job).values)

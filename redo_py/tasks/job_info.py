"""JobInfo: what a task may ask to be told about the job that runs it."""

from __future__ import annotations

from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class JobInfo(Value):
    """A parameter whose default is a JobInfo gets that of the job; it is in no key.

    @task
    def step(x: int, job_info: JobInfo = JobInfo()) -> str: ...
    """

    __slots__ = ("args_hash", "eval_hash", "execution_id", "job_id", "options")
    type_name = "redun.JobInfo"

    def __init__(
        self,
        execution_id: str = "",
        job_id: str = "",
        eval_hash: str = "",
        args_hash: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.execution_id = execution_id  # as `redun log` shows it; all of these are empty where there is no job
        self.job_id = job_id
        self.eval_hash = eval_hash  # the task with the arguments
        self.args_hash = args_hash  # the arguments
        self.options = dict(options or {})  # of the task, as they are for this job

    def __repr__(self) -> str:
        return f"JobInfo({self.job_id!r})" if self.job_id else "JobInfo()"

    def state(self) -> tuple[Any, ...]:
        return (self.execution_id, self.job_id, self.eval_hash, self.args_hash, self.options)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> JobInfo:
        return cls(*state)

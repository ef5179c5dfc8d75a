"""Events of a run as the lines that redun's users know: a line for each job, and a table of all."""

from __future__ import annotations

from redo_py.app.report import describe, printable, text_of
from redo_py.app.running.status_table import StatusTable
from redo_py.ground.job_ids import execution_id, short_job_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

LINES = 50  # jobs that have a line of their own unless all are asked for
LONGEST = 300  # characters of one argument
PREFIX = "[redun] "


class RunReport:
    """A listener that writes a line for each of the first jobs."""

    def __init__(self, write: Callable[[str], None], lines: int | None = LINES) -> None:
        self._write = write
        self._left = lines  # how many lines of jobs may still be written; None: any number
        self.table = StatusTable()
        self._execution: Execution

    def begin(self, execution: Execution, argv: str) -> None:
        """`execution` is about to begin."""
        self._execution = execution
        self.notice(f"Start Execution {execution_id(execution.id)}:  {argv}")

    def notice(self, text: str) -> None:
        """One line."""
        self._write(f"{PREFIX}{text}".rstrip() + "\n")

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        if kind in ("done", "cached", "restored", "failed", "stopped"):
            self.table.count(kind, subject)
        if kind == "started":
            if self._has_line():
                self.notice(f"Run    Job {self._id(subject)}:  {call_of(subject)} on {executor_of(subject)}")
        elif kind == "cached":
            if self._has_line():
                evaluation = subject.eval_hash.hex()[:8]
                self.notice(f"Cached Job {self._id(subject)}:  {call_of(subject)} (eval_hash={evaluation})")
        elif kind == "done":
            if subject.log:
                self._write(text_of(subject.log))
        elif kind == "failed":
            self.notice(f"*** Failed Job {self._id(subject)}:  {call_of(subject)}")
            self._write(text_of(subject.log))
            self._write(describe(detail if detail is not None else subject.error) + "\n")
        elif kind == "notice":
            self.notice(str(detail))

    def end(self) -> None:
        """The execution is over: the table."""
        for line in self.table.lines(self._execution):
            self.notice(line)

    def _id(self, job: Job) -> str:
        return short_job_id(self._execution.id, job.seq)

    def _has_line(self) -> bool:
        """Whether one more job has a line."""
        if self._left is None:
            return True
        self._left -= 1
        if self._left == -1:
            self.notice("...    (--log-level info shows every job)")
        return self._left >= 0


def call_of(job: Job) -> str:
    """A job as it is written in a line."""
    arguments = ", ".join(f"{name}={shown(value)}" for name, value in job.arguments.items())
    return f"{job.name}({arguments})"


def shown(value: Any) -> str:
    """One argument, not too long."""
    text = printable(repr(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def executor_of(job: Job) -> str:
    """Where the job runs."""
    return str(job.options.get("executor") or "default")

"""Events of a run as the lines that redun's users know: a line for each job, and a table of all."""

from __future__ import annotations

from redo_py import __version__
from redo_py.app.report import text_of
from redo_py.app.running.reporting.status_table import ENDS, StatusTable
from redo_py.app.running.reporting.withheld import Withheld
from redo_py.engine.line import call_of
from redo_py.executors.api import Seen
from redo_py.ground.errors import RedunError
from redo_py.ground.job_ids import execution_id, short_job_id
from redo_py.tasks.builtin import SCRIPT, SHELL_TASKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

LINES = 50  # jobs that have a line of their own unless all are asked for
TRACES = 20  # failed jobs that are told with their traceback
PREFIX = "[redun] "
QUIET = ("error", "warn")  # levels at which only failures and notices are told
WELL = ("done", "cached", "restored")  # how a job may end that has handled what it was given
TALKATIVE = ("info", "debug")  # levels at which every job is


class RunReport:
    """A listener that writes lines. At the level "" the first jobs have one, then the table tells of the others."""

    def __init__(self, write: Callable[[str], None], level: str = "", lines: int = LINES) -> None:
        self._write = write
        self._is_quiet = level in QUIET
        self._level = level
        self._left = 1 << 60 if level in TALKATIVE else lines  # how many jobs may still have a line
        self._failed_so_far = 0
        self._withheld = Withheld()
        self.table = StatusTable()
        self._execution: Execution

    def begin(self, execution: Execution, argv: str, state: str) -> None:
        """`execution`, asked for by `argv`, is about to begin; its records are in the folder `state`."""
        self._execution = execution
        if not self._is_quiet:
            self.line(f"redun :: version {__version__}")
            self.line(f"config dir: {state}")
            self.line(f"Start Execution {execution_id(execution.id)}:  {argv}")

    def notice(self, text: str) -> None:
        """Something that the user should know once."""
        if self._level != "error":
            self.line(text)

    def line(self, text: str) -> None:
        """One line."""
        self._write(f"{PREFIX}{text}".rstrip() + "\n")

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        if kind in ENDS:
            self.table.count(kind, subject)
            for failure in self._withheld.of(subject):
                self._tell_withheld(*failure, is_caught=kind in WELL)
        tell = _TOLD.get(kind)
        if tell is not None:
            tell(self, subject, detail)

    def ended(self) -> None:
        """The engine has stopped: what nobody has handled by now is told."""
        for failure in self._withheld.rest():
            self._tell_withheld(*failure, is_caught=False)

    def write_table(self) -> None:
        """The table of all jobs, as of now."""
        if not self._is_quiet:
            for line in self.table.lines(self._execution):
                self.line(line)

    def _started(self, job: Job, detail: Any) -> None:
        if self._has_line():
            self.line(f"Run    Job {self._id(job)}:  {call_of(job)} on {executor_of(job)}")
            if self._level == "debug":
                self.line(f"       because: {job.reason}")

    def _cached(self, job: Job, detail: Any) -> None:
        if self._left >= 0 and self._has_line():
            self.line(f"Cached Job {self._id(job)}:  {call_of(job)} (eval_hash={job.eval_hash.hex()[:8]})")

    def _would_run(self, job: Job, detail: Any) -> None:
        if self._has_line():
            self.line(f"Would run Job {self._id(job)}:  {call_of(job)}: {job.reason}")

    def _retried(self, job: Job, detail: Any) -> None:
        if not of_commands(job):
            self._show(job)
        self.notice(f"Retry  Job {self._id(job)}:  {call_of(job)}: {str(detail).partition(chr(10))[0]}")

    def _done(self, job: Job, detail: Any) -> None:
        self._show(job)

    def _stopped(self, job: Job, detail: Any) -> None:
        self.notice(f"Stopped Job {self._id(job)}:  {call_of(job)}")
        self._show(job)

    def _failed(self, job: Job, error: Any) -> None:
        said = error if error is not None else job.error
        is_caught = job.seq in self._execution.handling.caught and said is not None
        if is_caught or said is None or not self._withheld.take(self._execution, job, said):
            self._tell_failure(job, said, is_caught)

    def _tell_withheld(self, job: Job, error: BaseException, raised: TracebackType | None, is_caught: bool) -> None:
        """A failure of some time ago, with the traceback that it had then."""
        since, error.__traceback__ = error.__traceback__, raised
        try:
            self._tell_failure(job, error, is_caught)
        finally:
            error.__traceback__ = since

    def _tell_failure(self, job: Job, said: Any, is_caught: bool) -> None:
        if is_caught:
            if not of_commands(job):
                self._show(job)
            if self._has_line():
                self.line(f"Caught Job {self._id(job)}:  {call_of(job)}: {in_a_line(said)}")
            return
        self.line(f"*** Failed Job {self._id(job)}:  {call_of(job)}")
        self._show(job)
        self._failed_so_far += 1
        if self._failed_so_far > TRACES and said is not None:
            self.line(in_a_line(said))
        elif said is not None:
            from redo_py.app.running.reporting.task_trace import task_trace

            self._write("".join(f"{line}\n" for line in task_trace(self._execution.id, job, said)))

    def _displaced(self, job: Job, detail: Any) -> None:
        path, new_place = detail
        self.notice(f"{path} is not what redun put there: moved to {new_place}")

    def _notice(self, job: Any, detail: Any) -> None:
        self.notice(str(detail))

    def _show(self, job: Job) -> None:
        """What a job printed, unless that was a function whose output was seen while it ran."""
        if job.log and (of_commands(job) or not isinstance(job.log, Seen)):
            self._write(text_of(job.log))

    def _id(self, job: Job) -> str:
        return short_job_id(self._execution.id, job.seq)

    def _has_line(self) -> bool:
        """Whether one more job has a line."""
        if self._left < 0 or self._is_quiet:
            return False
        self._left -= 1
        if self._left < 0:
            self.line("...    (`--log-level info` tells of every job)")
        return self._left >= 0


_TOLD: dict[str, Callable[[RunReport, Any, Any], None]] = {
    "started": RunReport._started,
    "cached": RunReport._cached,
    "restored": RunReport._cached,
    "would_run": RunReport._would_run,
    "retried": RunReport._retried,
    "done": RunReport._done,
    "stopped": RunReport._stopped,
    "failed": RunReport._failed,
    "displaced": RunReport._displaced,
    "notice": RunReport._notice,
}


def in_a_line(error: BaseException) -> str:
    """An error, its class and the first line of what it says; of one of ours the headline."""
    if isinstance(error, RedunError):
        return error.headline
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def of_commands(job: Job) -> bool:
    """Whether the job runs commands, and no function of the user's."""
    return job.name in SHELL_TASKS or job.name == SCRIPT


def executor_of(job: Job) -> str:
    """Where the job runs."""
    return str(job.options.get("executor") or "default")

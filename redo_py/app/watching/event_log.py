"""`--events`: what happens in a build as JSON, a line for each event. docs/events.md describes them for their readers.

Version 1 may get more kinds and more fields; none is taken away or gets another meaning without another version.
"""

from __future__ import annotations

import json

from redo_py import __version__
from redo_py.app.report import describe
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.app.watching.report_file import ReportFile
    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

VERSION = 1
ENDS = {  # event of the engine -> outcome of the job
    "done": "ran", "cached": "cached", "restored": "restored", "joined": "joined", "failed": "failed",
    "stopped": "stopped", "would_run": "would_run",
}  # fmt: skip


class EventLog:
    """A listener that writes each event of `execution` to `file`."""

    def __init__(self, file: ReportFile, execution: Execution) -> None:
        self._file = file
        self._execution = execution
        self._clock = execution.doors.clock
        self._counts: dict[str, int] = {}  # outcome -> jobs
        self._ending = -1  # the seq of the job that ended last; while this is told it may count as running

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        if kind in ENDS:
            self._end(ENDS[kind], subject, detail)
        elif kind in ("queued", "started"):
            self._write("job_" + kind, job=facts_of(subject), reason=subject.reason, summary=subject.summary)
        elif kind == "retried":
            self._write("job_retried", job=facts_of(subject), reason=str(detail), tries=subject.tries)
        elif kind == "displaced":
            self._write("file_displaced", path=detail[0], to=detail[1])
        elif kind == "notice":
            self._write("notice", text=str(detail))

    def begin(self, request: Request, root: str, started: float) -> None:
        """The first record, as of the moment `started`."""
        settings = self._execution.settings
        self._write(
            "build_started", version=VERSION, redun=__version__, root=root, targets=list(request.targets),
            arguments=list(request.arguments), jobs=settings.jobs, dry=settings.dry, time=started,
        )  # fmt: skip

    def end(self, status: int, duration: float) -> None:
        """The last record."""
        outcome = "interrupted" if self._execution.interrupted else "failed" if status not in (0, 4) else "done"
        self._write("build_ended", status=status, outcome=outcome, duration=duration, counts=self._counts)

    def _end(self, outcome: str, job: Job, error: Any) -> None:
        self._counts[outcome] = self._counts.get(outcome, 0) + 1
        self._ending = job.seq
        fields: dict[str, Any] = {"job": facts_of(job), "outcome": outcome, "reason": job.reason}
        if outcome in ("ran", "failed", "stopped") and job.tries:
            fields |= {"started": job.started, "duration": max(0.0, job.ended - job.started), "tries": job.tries}
        if outcome == "failed":
            said = error if error is not None else job.error
            fields |= {"error": describe(said), "exit_status": exit_status_of(said)}
        self._write("job_ended", **fields)

    def _write(self, kind: str, **fields: Any) -> None:
        record = {"kind": kind, "time": self._clock.now(), "execution": self._execution.id.hex(), **fields}
        if kind != "build_started":
            record["progress"] = self._progress()
        self._file.append(json.dumps(record).encode() + b"\n")

    def _progress(self) -> dict[str, int]:
        running = self._execution.frontier.at_work()
        return {
            "done": sum(self._counts.values()),
            "total": len(self._execution.frontier.jobs),
            "failed": self._counts.get("failed", 0),
            "running": sum(job.seq != self._ending for job in running),
        }


def exit_status_of(error: Any) -> int | None:
    """The number that a command ended with, if that is what `error` is about."""
    if isinstance(error, RunError) and error.code == "command-failed":
        status = error.words["status"]
        return status if isinstance(status, int) else None
    return None


def facts_of(job: Job) -> dict[str, Any]:
    """What a job is, the same in all records of it."""
    return {
        "seq": job.seq,
        "origin": job.origin,
        "kind": job.kind,
        "task": job.name,
        "outputs": [output.path for output in job.outputs],
    }

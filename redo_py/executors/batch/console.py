"""The jobs of a queue as a person sees them: which there are, what they have printed, and an end to them."""

from __future__ import annotations

import re

from redo_py.executors.batch.finding import live_jobs
from redo_py.executors.batch.flights import LIVE, moment, reason_of
from redo_py.executors.batch.logs import all_lines, streams_of
from redo_py.executors.batch.submissions import key_of
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from redo_py.executors.batch.options import BatchOptions
    from redo_py.executors.batch.service import Service

OVER = ("SUCCEEDED", "FAILED")
STATES = (*LIVE, *OVER)
ARRAY_CHILD = re.compile(r"[0-9a-f-]+:[0-9]+")
SHORTEST = 4  # characters of a word that means jobs
KILLED = "ended by `redun aws kill-jobs`"


class QueuedJob:
    """One job of redun's in a queue, or an array of them."""

    __slots__ = ("created", "id", "name", "reason", "size", "started", "status", "stopped")

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.id: str = told["jobId"]
        self.name: str = told["jobName"]
        self.status: str = told["status"]
        self.size: int | None = (told.get("arrayProperties") or {}).get("size")  # of an array
        self.created = moment(told.get("createdAt"))
        self.started = moment(told.get("startedAt"))
        self.stopped = moment(told.get("stoppedAt"))
        self.reason = reason_of(told, told.get("container") or {})

    def is_asked(self, word: str) -> bool:
        """Does a word of the user's mean this job: the beginning of its id, or a part of its name? One of a few
        characters, or of none like an unset variable, would mean every job that there is."""
        identity = word.partition(":")[0]
        return len(identity) >= SHORTEST and (self.id.startswith(identity) or word in self.name)


class Console:
    """Asks and ends the jobs of one executor's queue. Raises what asking raises, and UsageError."""

    def __init__(self, service: Service, options: BatchOptions) -> None:
        self._service = service
        self._options = options

    def jobs(self, states: Sequence[str] = LIVE) -> list[QueuedJob]:
        """Those that redun has submitted, the newest first."""
        prefix = f"{self._options.job_name_prefix}-"
        found = [
            QueuedJob(told)
            for told in live_jobs(self._service, self._options.queue, states)
            if told["jobName"].startswith(prefix) and key_of(told["jobName"])[0]
        ]
        return sorted(found, key=lambda job: job.created or 0.0, reverse=True)

    def asked(self, words: Sequence[str], states: Sequence[str]) -> list[QueuedJob]:
        """Those that the words of the user mean; each must mean some."""
        there = self.jobs(states)
        found: dict[str, QueuedJob] = {}
        for word in words:
            meant = [job for job in there if job.is_asked(word)]
            if not meant:
                raise UsageError("aws-no-job", queue=self._options.queue, asked=word)
            found.update({job.id: job for job in meant})
        return list(found.values())

    def log(self, job_id: str) -> Iterator[tuple[float, str]]:
        """What a job has printed, every attempt: wall time and line."""
        told = self._service.ask("batch", "describe_jobs", jobs=[job_id])["jobs"]
        for stream in streams_of(told[0]) if told else ():
            yield from all_lines(self._service, stream)

    def parts(self, job: QueuedJob, words: Sequence[str], whole: bool = False) -> list[str]:
        """The ids that are meant of a job: of an array those children that the words name, or else all of them, or the
        array as a `whole`."""
        if job.size is None:
            return [job.id]
        named = [word for word in words if ARRAY_CHILD.fullmatch(word)]
        children = [f"{job.id}:{word.partition(':')[2]}" for word in named if job.id.startswith(word.partition(":")[0])]
        if children or whole:
            return children or [job.id]
        return [f"{job.id}:{index}" for index in range(job.size)]

    def end(self, job_id: str) -> None:
        """End a job."""
        self._service.ask("batch", "terminate_job", jobId=job_id, reason=KILLED)

"""The backend `aws_batch`: jobs are containers of AWS Batch, equal ones in arrays.

Submitting and looking are told apart: `launch` hands jobs to `Submitting`, which keeps at it as long as Batch has no
time for them, and `poll` asks what became of those that were taken. A job that is asked for again by a later process is
found by the key in its name.
"""

from __future__ import annotations

import os
from difflib import get_close_matches

from redo_py.executors.backend import ENDED, WAITING, Report
from redo_py.executors.batch.definitions import Definitions
from redo_py.executors.batch.failures import with_error
from redo_py.executors.batch.finding import live_flights
from redo_py.executors.batch.flights import Flights
from redo_py.executors.batch.logs import last_lines, streams_of
from redo_py.executors.batch.options import BatchOptions
from redo_py.executors.batch.service import Fault, Refused, Service, as_error
from redo_py.executors.batch.submissions import (
    ARRAY,
    INDEX_VARIABLE,
    Submission,
    array_key,
    grouped,
    job_name,
    request_for,
    tags_of,
    task_of,
)
from redo_py.executors.batch.submitting import Submitting
from redo_py.ground.errors import RedunError, RunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redo_py.executors.backend import Placed, Site
    from redo_py.executors.batch.debug import LocalJobs

OPEN = ("ENABLED", "VALID")  # state and status of a queue that takes jobs
REASON = "redun does not need it any more"


class BatchBackend:
    """Containers of AWS Batch."""

    Options = BatchOptions
    is_here = False
    job_variables = ("AWS_BATCH_", "AWS_CONTAINER_", "AWS_EXECUTION_ENV", "ECS_CONTAINER_")  # those of its role, too

    def __init__(self, options: BatchOptions, site: Site) -> None:
        self._options = options
        self._site = site
        self._service = Service(site.name, options.aws_region, site.clock)
        self._definitions = Definitions(self._service)
        self._flights = Flights(self._service)
        self._submitting = Submitting(self._service, self._flights, site.clock, self._submission, options.patience)
        self._queues: set[str] = set()  # that are known to take jobs
        self._searched: set[str] = set()  # queues in which jobs of earlier processes were looked for
        self._live: set[str] = set()  # keys of those that were found there
        self._cancelled: set[str] = set()  # keys whose jobs are to be ended
        self._local: LocalJobs | None = None  # those that run in containers of this machine, once there are some

    def open(self) -> None:
        """Check that there are boto3, a region, credentials and the queue; with `debug`, an engine for containers."""
        if self._options.debug:
            self._here().opened()
            return
        try:
            self._service.check_credentials()
            self._check_queue(self._options.queue)
        except (Fault, Refused) as problem:
            raise as_error(problem) from None

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Submit these jobs, or keep them until Batch takes them. What is wrong with a job definition or a queue is
        told at once."""
        here = [job for job in jobs if job.options.debug]
        if here:
            self._here().launch(here)
        groups = grouped([job for job in jobs if not job.options.debug], self._options)
        try:
            for group in groups:
                self._check_queue(group[0].options.queue)
                self._definitions.address(group[0].options)
        except Refused as problem:
            raise as_error(problem) from None
        except Fault:
            pass  # it is asked again when they are submitted
        keys = {job.key for group in groups for job in group}
        self._flights.forget(keys)
        self._cancelled -= keys
        self._submitting.add(groups)

    def poll(self, keys: Sequence[str]) -> list[Report]:
        """The states of these jobs."""
        try:
            self._submitting.try_again()
            self._end_cancelled()
            reports = [with_error(report) for report in self._flights.look(keys)]
        except (Fault, Refused) as problem:
            raise as_error(problem) from None
        except UsageError as error:  # credentials that have expired may be renewed
            passing = RunError(error.code)
            passing.words = error.words
            raise passing from None
        if self._local is not None:
            reports += self._local.poll(keys)
        for key in keys:
            if key in self._submitting.refused:
                refusal = RunError("batch-not-submitted", reason=self._submitting.refused[key])
                reports.append(Report(key, ENDED, error=refusal))
            elif self._submitting.waits(key):
                reports.append(Report(key, WAITING, reason=self._submitting.fault))
        return reports

    def cancel(self, keys: Sequence[str]) -> None:
        """End these jobs. A fault of the network only puts it off."""
        if self._local is not None:
            self._local.cancel(keys)
        self._submitting.forget(set(keys))
        self._cancelled.update(keys)
        try:
            self._end_cancelled()
        except (Fault, Refused, RedunError):
            pass  # `poll` tries again, and tells if that does not help

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys whose jobs an earlier process has submitted, and that still wait or run."""
        if self._options.debug:
            return self._here().find(keys)
        try:
            self._search(self._options.queue)
        except Fault:
            return set()  # they are looked for again before they are submitted
        except Refused as problem:
            raise as_error(problem) from None
        return self._taken(keys)

    def tail(self, key: str) -> str:
        """The last lines of its log in CloudWatch."""
        if self._local is not None and self._local.has(key):
            return self._local.tail(key)
        flight = self._flights.of(key)
        if flight is None:
            return ""
        try:
            told = self._service.ask("batch", "describe_jobs", jobs=[flight.job_id(key)])["jobs"]
            streams = streams_of(told[0]) if told else []
            return "\n".join(last_lines(self._service, streams[-1])) if streams else ""
        except (Fault, Refused) as problem:
            return f"(its log cannot be read: {problem})"
        except RedunError as error:
            return f"(its log cannot be read: {error.headline})"

    def close(self) -> None:
        """End what is still to be ended, and close the connections."""
        if self._local is not None:
            self._local.close()
        try:
            self._end_cancelled()
        except (Fault, Refused, RedunError):
            pass  # nobody is there any more to try again; a job has its timeout
        self._service.close()

    def _here(self) -> LocalJobs:
        """The jobs that run on this machine."""
        if self._local is None:
            from redo_py.executors.batch.debug import LocalJobs

            self._local = LocalJobs(self._options, self._site)
        return self._local

    # ---- queues and submissions

    def _check_queue(self, queue: str) -> None:
        """Raises UsageError if there is no such queue, or it takes no jobs."""
        if queue in self._queues:
            return
        try:
            found = self._service.ask("batch", "describe_job_queues", jobQueues=[queue])["jobQueues"]
        except RunError as error:
            if error.code != "aws-denied":
                raise
            self._queues.add(queue)  # who may not look there may still submit
            return
        if not found:
            raise self._no_queue(queue)
        state = (found[0]["state"], found[0]["status"])
        if state != OPEN:
            told = state[0] if state[0] != OPEN[0] else state[1]
            raise UsageError("batch-queue-closed", queue=queue, state=str(told).lower())
        self._queues.add(queue)

    def _no_queue(self, queue: str) -> UsageError:
        there = [each["jobQueueName"] for each in self._service.pages("batch", "describe_job_queues", "jobQueues")]
        close = get_close_matches(queue.rpartition("/")[2], there, 1)
        hint = f"did you mean {close[0]}?" if close else "queues there: " + (", ".join(sorted(there)[:20]) or "none")
        return UsageError("batch-no-queue", name=self._site.name, queue=queue, region=self._service.region, hint=hint)

    def _submission(self, jobs: Sequence[Placed]) -> Submission | None:
        """What to ask for, so that these jobs run; None if an earlier process has done so for all of them. An array's
        keys are written down first."""
        self._check_queue(jobs[0].options.queue)
        self._search(jobs[0].options.queue)
        there = self._taken(job.key for job in jobs)
        jobs = [job for job in jobs if job.key not in there]
        if not jobs:
            return None
        options: BatchOptions = jobs[0].options
        definition = self._definitions.address(options)
        command = jobs[0].argv
        name = job_name(options.job_name_prefix, jobs[0].label, jobs[0].key)
        if len(jobs) > 1:
            command = self._site.array(jobs, INDEX_VARIABLE)
            names = {task_of(job.label) for job in jobs}
            shown = names.pop() if len(names) == 1 else "jobs"
            name = job_name(options.job_name_prefix, shown, array_key(command), ARRAY)
        site = self._site
        tags = tags_of(jobs, os.path.basename(site.root), site.environ.get("USER", ""), site.execution)
        request = request_for(jobs, name, definition, command, self._service.region, tags)
        return Submission(jobs, name, request)

    # ---- what earlier processes have submitted

    def _search(self, queue: str) -> None:
        """Look for jobs of earlier processes, once in each queue."""
        if queue in self._searched:
            return
        assert self._site.scratch is not None
        for flight, keys in live_flights(self._service, queue, self._site.scratch):
            self._flights.add(flight, keys)
            self._live |= keys
        self._searched.add(queue)

    def _taken(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose jobs were found; they are told once, a job that is asked for again runs again."""
        found = self._live.intersection(keys)
        self._live -= found
        return found

    # ---- ending

    def _end_cancelled(self) -> None:
        """Ask Batch to end what is to be ended, an array at once if nobody wants any of it."""
        for key in list(self._cancelled):
            flight = self._flights.of(key)
            if flight is None:
                if not self._submitting.waits(key):
                    self._cancelled.discard(key)
                continue
            if key not in self._cancelled:
                continue  # its array was ended meanwhile
            if flight.has_ended(key):
                self._cancelled.discard(key)
                continue
            wanted = {
                each for each in flight.keys
                if each not in self._cancelled and self._flights.of(each) is flight
                and not flight.has_ended(each)
            }  # fmt: skip
            job_id, ended = (flight.job_id(key), {key}) if wanted else (flight.id, set(flight.keys))
            self._service.ask("batch", "terminate_job", jobId=job_id, reason=REASON)
            self._cancelled -= ended

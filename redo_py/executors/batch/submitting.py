"""Submitting jobs to AWS Batch, again and again where it has no time for them, and never twice.

A request whose answer got lost may have been carried out. Batch takes no token that would tell, so before such a
submission is tried again its job is looked for by name, which no other has.
"""

from __future__ import annotations

from collections import deque

from redo_py.executors.batch.flights import Flight
from redo_py.executors.batch.service import Backoff, Fault, Refused, as_error
from redo_py.ground.errors import RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from redo_py.executors.backend import Placed
    from redo_py.executors.batch.flights import Flights
    from redo_py.executors.batch.service import Service
    from redo_py.executors.batch.submissions import Submission
    from redo_py.ground.clock import Clock

SKEW = 60.0  # seconds that the clocks of AWS and this machine may differ
NOT_SUBMITTED = "it was not submitted yet"
MAY_BE_RENEWED = "aws-no-credentials"  # the one error that is gone when somebody logs in again


class Group:
    """Jobs that are to be submitted together."""

    __slots__ = ("first_try", "is_wanted", "jobs", "submission")

    def __init__(self, jobs: Sequence[Placed]) -> None:
        self.jobs = jobs
        self.submission: Submission | None = None  # once it is made
        self.first_try: float | None = None  # wall time, if the submission may have arrived
        self.is_wanted = True  # else it is only found out whether it has arrived


class Submitting:
    """The jobs of one executor that Batch has not taken yet.

    `make` turns a group into what is asked for; None if nothing need be. Throttling is waited for as long as it takes,
    any other fault for `patience` seconds.
    """

    def __init__(
        self,
        service: Service,
        flights: Flights,
        clock: Clock,
        make: Callable[[Sequence[Placed]], Submission | None],
        patience: float,
    ) -> None:
        self._service = service
        self._flights = flights
        self._clock = clock
        self._make = make
        self._patience = patience
        self._waiting: deque[Group] = deque()
        self._keys: set[str] = set()  # of the jobs in them
        self._backoff = Backoff()
        self._not_before = 0.0  # monotonic time of the next try
        self._broken_since: float | None = None  # monotonic time of the first of the present faults
        self.fault = ""  # the last one, while jobs wait for it to go away
        self.refused: dict[str, str] = {}  # key -> why its job was not submitted

    def add(self, groups: Iterable[Sequence[Placed]]) -> None:
        """Submit these, now if nothing speaks against it."""
        for jobs in groups:
            self._waiting.append(Group(jobs))
            self._keys.update(job.key for job in jobs)
            for job in jobs:
                self.refused.pop(job.key, None)
        self.try_again()

    def try_again(self) -> None:
        """Submit what waits, as far as Batch takes it. Raises nothing."""
        if self._clock.monotonic() < self._not_before:
            return
        while self._waiting:
            group = self._waiting[0]
            try:
                self._submit(group)
            except Fault as fault:
                if not fault.is_known and group.submission is not None and group.first_try is None:
                    group.first_try = self._clock.now()
                if self._waits(str(fault), fault.is_throttling):
                    return
                self._refuse(group, as_error(fault).headline)
            except Refused as refused:
                self._refuse(group, as_error(refused).headline)
            except RedunError as error:
                if error.code == MAY_BE_RENEWED and self._waits(error.headline, False):
                    return
                self._refuse(group, error.headline)
            except OSError as error:
                if self._waits(f"the scratch cannot be used: {error}", False):
                    return
                self._refuse(group, f"the scratch cannot be used: {error}")
            else:
                self._backoff.reset()
                self._broken_since, self.fault = None, ""
            self._waiting.popleft()
            self._keys.difference_update(job.key for job in group.jobs)

    def waits(self, key: str) -> bool:
        """Is the job of this key not submitted yet?"""
        return key in self._keys

    def forget(self, keys: set[str]) -> None:
        """The jobs of these keys are wanted no more. A group is dropped if nobody wants any job of it, unless it may be
        there already."""
        kept: deque[Group] = deque()
        for group in self._waiting:
            group.is_wanted = any(job.key not in keys for job in group.jobs)
            if group.is_wanted or group.first_try is not None:
                kept.append(group)
            else:
                self._refuse(group, NOT_SUBMITTED)
                self._keys.difference_update(job.key for job in group.jobs)
        self._waiting = kept

    def _waits(self, fault: str, is_throttling: bool) -> bool:
        """Something is in the way: is it worth trying again later?"""
        now = self._clock.monotonic()
        self.fault = fault
        if is_throttling:
            self._broken_since = None
        elif self._broken_since is None:
            self._broken_since = now
        elif now - self._broken_since > self._patience:
            return False
        self._not_before = now + self._backoff.pause()
        return True

    def _refuse(self, group: Group, reason: str) -> None:
        self.refused.update({job.key: reason for job in group.jobs})

    def _submit(self, group: Group) -> None:
        """Submit one; raises what asking raises."""
        submission = group.submission = group.submission or self._make(group.jobs)
        if submission is None:
            return
        there = self._found(submission, group.first_try) if group.first_try is not None else ""
        if not there and not group.is_wanted:
            self._refuse(group, NOT_SUBMITTED)
            return
        job_id = there or self._service.ask("batch", "submit_job", repeats=False, **submission.request)["jobId"]
        keys = [job.key for job in submission.jobs]
        has_nodes = "nodeOverrides" in submission.request
        self._flights.add(Flight(job_id, keys, is_array=len(keys) > 1, has_nodes=has_nodes), keys)

    def _found(self, submission: Submission, first_try: float) -> str:
        """The id of the job that a try whose answer got lost has made; "" if there is none."""
        earliest = (first_try - SKEW) * 1000
        by_name: list[Any] = [{"name": "JOB_NAME", "values": [submission.name]}]
        for job in self._service.pages(
            "batch", "list_jobs", "jobSummaryList", jobQueue=submission.request["jobQueue"], filters=by_name
        ):
            is_it = job["jobName"] == submission.name and job["createdAt"] >= earliest
            if is_it and not self._flights.has(job["jobId"]):
                return str(job["jobId"])
        return ""

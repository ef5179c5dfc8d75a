"""Submitted jobs: which job of Batch each key is, and what became of it.

One request tells of a hundred jobs, and an array counts as one until something about its children has changed. It says
only how many of them are in each state: as one ends and another begins, as many run as before, but others.
"""

from __future__ import annotations

from redo_py.executors.backend import ENDED, LOST, RUNNING, WAITING, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from redo_py.executors.batch.service import Service

MOST_DESCRIBED = 100  # jobs that one DescribeJobs may ask for
LIVE = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING")
OVER = ("SUCCEEDED", "FAILED")  # states that nothing leaves; children in these and in RUNNING are looked up
LOG_GROUP = "/aws/batch/job"  # where the logs go unless the job definition says something else
UNTELLING = "Essential container in task exited"  # what Batch says whenever a command has ended


class Flight:
    """One submission that Batch has taken: a job, or an array of jobs."""

    __slots__ = ("counts", "has_nodes", "id", "is_array", "keys", "reports", "seen")

    def __init__(self, id: str, keys: Sequence[str], is_array: bool = False, has_nodes: bool = False) -> None:
        self.id = id
        self.keys = keys  # of an array in the order of their index
        self.is_array = is_array
        self.has_nodes = has_nodes  # whether it is one job on several machines
        self.counts: Mapping[str, int] = {}  # of an array: state -> how many children were in it at the last look
        self.seen: dict[str, int] = {}  # of an array: state of OVER -> how many children in it have been listed
        self.reports: dict[str, Report] = {}  # by key, the last

    def job_id(self, key: str) -> str:
        """The id of the job of `key`: of the child of an array, of the main one of several nodes."""
        if self.is_array:
            return f"{self.id}:{self.keys.index(key)}"
        return f"{self.id}#0" if self.has_nodes else self.id

    def has_ended(self, key: str) -> bool:
        """Has the job of this key ended, or got lost?"""
        report = self.reports.get(key)
        return report is not None and report.state in (ENDED, LOST)

    @property
    def is_over(self) -> bool:
        """Has everything in it ended?"""
        return all(map(self.has_ended, self.keys))


class Flights:
    """All submissions of one executor."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._by_key: dict[str, Flight] = {}
        self._ids: set[str] = set()

    def add(self, flight: Flight, keys: Iterable[str]) -> None:
        """`keys` of a flight are under way."""
        self._ids.add(flight.id)
        for key in keys:
            self._by_key[key] = flight

    def forget(self, keys: Iterable[str]) -> None:
        """The jobs of these keys are to run once more."""
        for key in keys:
            self._by_key.pop(key, None)

    def has(self, job_id: str) -> bool:
        """Is this job of Batch one of them?"""
        return job_id in self._ids

    def of(self, key: str) -> Flight | None:
        """The flight of a key."""
        return self._by_key.get(key)

    def look(self, keys: Sequence[str]) -> list[Report]:
        """The states of those of the keys that are under way. Raises what asking raises."""
        flights = list({id(flight): flight for key in keys if (flight := self._by_key.get(key)) is not None}.values())
        open_ones = [flight for flight in flights if not flight.is_over]
        for start in range(0, len(open_ones), MOST_DESCRIBED):
            part = open_ones[start : start + MOST_DESCRIBED]
            answer = self._service.ask("batch", "describe_jobs", jobs=[flight.id for flight in part])
            told = {each["jobId"]: each for each in answer["jobs"]}
            for flight in part:
                self._take(flight, told.get(flight.id))
        return [
            report for key in keys
            if (flight := self._by_key.get(key)) is not None and (report := flight.reports.get(key)) is not None
        ]  # fmt: skip

    def _take(self, flight: Flight, told: Mapping[str, Any] | None) -> None:
        """What DescribeJobs tells of a flight; None if it does not know it."""
        if told is None:
            lost = f"AWS Batch does not know the job {flight.id} any more"
            for key in flight.keys:
                if (there := flight.reports.get(key)) is None or there.state != ENDED:
                    flight.reports[key] = Report(key, LOST, reason=lost)
        elif flight.is_array:
            self._take_children(flight, told)
        else:
            (key,) = flight.keys
            if flight.has_nodes and told["status"] not in LIVE:
                told = {**self._main_node(flight, key), **told}
            flight.reports[key] = report_of(key, told)

    def _main_node(self, flight: Flight, key: str) -> Mapping[str, Any]:
        """What is told of the main node of a job."""
        found: list[Mapping[str, Any]] = self._service.ask("batch", "describe_jobs", jobs=[flight.job_id(key)])["jobs"]
        return found[0] if found else {}

    def _take_children(self, flight: Flight, told: Mapping[str, Any]) -> None:
        """Look up the children of an array that have ended since the last look, and those that run if any of them may
        be others than before."""
        for key in flight.keys:
            flight.reports.setdefault(key, Report(key, WAITING))
        counts: Mapping[str, int] = told.get("arrayProperties", {}).get("statusSummary", {})
        for state in OVER:
            count = counts.get(state, 0)
            if count != flight.seen.get(state, 0):
                flight.seen[state] = min(count, self._list(flight, state))  # a list may be behind the counts
        running = counts.get("RUNNING", 0)
        known = sum(report.state == RUNNING for report in flight.reports.values())
        if running and (running > known or counts != flight.counts):
            self._list(flight, "RUNNING")
        flight.counts = counts
        if told["status"] == "FAILED" and not counts:  # ended before it had children
            for key in flight.keys:
                flight.reports[key] = report_of(key, told)

    def _list(self, flight: Flight, state: str) -> int:
        """Take what ListJobs tells of the children of an array in `state`; how many these are."""
        listed = 0
        children = self._service.pages("batch", "list_jobs", "jobSummaryList", arrayJobId=flight.id, jobStatus=state)
        for child in children:
            listed += 1
            key = flight.keys[child["arrayProperties"]["index"]]
            if flight.reports[key].state != ENDED:
                flight.reports[key] = report_of(key, child)
        return listed


def report_of(key: str, told: Mapping[str, Any]) -> Report:
    """What Batch says of one job, described or listed."""
    status = str(told["status"])
    started, stopped = moment(told.get("startedAt")), moment(told.get("stoppedAt"))
    if status in LIVE:
        return Report(key, RUNNING if status == "RUNNING" else WAITING, None, told.get("statusReason", ""), started)
    container = container_of(told)
    code = container.get("exitCode")
    if code is None and status == "SUCCEEDED":
        code = 0
    return Report(key, ENDED, code, "" if status == "SUCCEEDED" else reason_of(told, container), started, stopped)


def container_of(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of the container of a job: that of its last attempt if the job has none itself."""
    container: Mapping[str, Any] = told.get("container") or {}
    attempts = told.get("attempts") or []
    if attempts and "exitCode" not in container and "reason" not in container:
        return attempts[-1].get("container") or container
    return container


def reason_of(told: Mapping[str, Any], container: Mapping[str, Any]) -> str:
    """Why a job has failed, in the words of Batch; "" if it says no more than that its command has ended."""
    words = [str(told.get("statusReason", "")), str(container.get("reason", ""))]
    return ": ".join(dict.fromkeys(word for word in words if word and word != UNTELLING))


def moment(milliseconds: int | None) -> float | None:
    """A time of Batch as wall time."""
    return milliseconds / 1000 if milliseconds else None

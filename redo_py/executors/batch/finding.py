"""Jobs that an earlier process has submitted and that still wait or run: by the keys in their names."""

from __future__ import annotations

from redo_py.executors.batch.flights import LIVE, Flight
from redo_py.executors.batch.submissions import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from redo_py.executors.batch.service import Service
    from redo_py.remote.api.scratch import Scratch


def live_jobs(service: Service, queue: str, states: Sequence[str] = LIVE) -> list[dict[str, Any]]:
    """What ListJobs tells of all jobs of a queue that are in these states."""
    found: dict[str, dict[str, Any]] = {}  # by id: a job may go on to the next state in the meantime
    for state in states:
        for job in service.pages("batch", "list_jobs", "jobSummaryList", jobQueue=queue, jobStatus=state):
            found[job["jobId"]] = job
    return list(found.values())


def live_flights(service: Service, queue: str, scratch: Scratch) -> Iterator[tuple[Flight, set[str]]]:
    """The submissions of a queue that are not over, with the keys of those of their jobs that are not. Arrays whose
    keys are in another scratch are those of others."""
    for job in live_jobs(service, queue):
        job_id = str(job["jobId"])
        key, is_array = key_of(job["jobName"])
        if key and not is_array:
            yield Flight(job_id, [key], has_nodes="nodeProperties" in job), {key}
        elif key and (keys := array_keys(scratch, key)):
            yield Flight(job_id, keys, is_array=True), live_children(service, job_id, keys)


def array_keys(scratch: Scratch, name: str) -> list[str]:
    """The keys of the jobs of an array, in order; none if it is not known here."""
    return (scratch.read(f"arrays/{name}") or b"").decode().split()


def live_children(service: Service, array_id: str, keys: Sequence[str]) -> set[str]:
    """The keys of those children of an array that wait or run."""
    return {
        keys[child["arrayProperties"]["index"]]
        for state in LIVE
        for child in service.pages("batch", "list_jobs", "jobSummaryList", arrayJobId=array_id, jobStatus=state)
    }

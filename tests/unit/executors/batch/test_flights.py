"""Arrays under way: which of their children run and which have ended, told from counts and lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from redo_py.executors.backend import ENDED, RUNNING, WAITING
from redo_py.executors.batch.flights import Flight, Flights


class Answering:
    """AWS Batch with one array, whose children are in the states that the test says."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)
        self.lag = 0  # children that each list lacks: it is behind the counts
        self.listed: list[str] = []  # the states that were asked for

    def ask(self, service: str, method: str, jobs: list[str]) -> dict[str, Any]:
        assert (service, method) == ("batch", "describe_jobs")
        told = {"status": "PENDING", "arrayProperties": {"statusSummary": dict(Counter(self.states))}}
        return {"jobs": [{"jobId": job, **told} for job in jobs]}

    def pages(self, *_: str, arrayJobId: str, jobStatus: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        self.listed.append(jobStatus)
        there = [index for index, state in enumerate(self.states) if state == jobStatus]
        for index in there[: len(there) - self.lag]:
            yield {"arrayProperties": {"index": index}, "status": jobStatus, "startedAt": 1}


def under_way(answering: Answering) -> Flights:
    """The flights of one array."""
    keys = [str(index) for index in range(len(answering.states))]
    flights = Flights(answering)  # type: ignore[arg-type]
    flights.add(Flight("A", keys, is_array=True), keys)
    return flights


def states_of(flights: Flights, count: int) -> list[str]:
    """What a look tells of the children."""
    return [report.state for report in flights.look([str(index) for index in range(count)])]


def test_as_one_child_ends_another_begins():
    batch = Answering("RUNNING", "RUNNABLE", "RUNNABLE")
    flights = under_way(batch)
    assert states_of(flights, 3) == [RUNNING, WAITING, WAITING]
    batch.states = ["SUCCEEDED", "RUNNING", "RUNNABLE"]
    assert states_of(flights, 3) == [ENDED, RUNNING, WAITING]
    batch.states = ["SUCCEEDED", "FAILED", "RUNNING"]
    assert states_of(flights, 3) == [ENDED, ENDED, RUNNING]


def test_as_one_child_loses_its_machine_another_begins():
    batch = Answering("RUNNING", "STARTING", "SUBMITTED")
    flights = under_way(batch)
    assert states_of(flights, 3) == [RUNNING, WAITING, WAITING]
    batch.states = ["RUNNABLE", "RUNNING", "SUBMITTED"]
    assert states_of(flights, 3)[1] == RUNNING


def test_nothing_is_listed_while_nothing_changes():
    batch = Answering("RUNNING", "SUCCEEDED", "RUNNABLE")
    flights = under_way(batch)
    assert states_of(flights, 3) == [RUNNING, ENDED, WAITING]
    assert sorted(batch.listed) == ["RUNNING", "SUCCEEDED"]
    assert states_of(flights, 3) == [RUNNING, ENDED, WAITING]
    assert sorted(batch.listed) == ["RUNNING", "SUCCEEDED"]


def test_a_list_that_is_behind_the_counts_is_asked_for_again():
    batch = Answering("RUNNING", "SUCCEEDED", "FAILED")
    flights = under_way(batch)
    batch.lag = 1
    assert states_of(flights, 3) == [WAITING, WAITING, WAITING]
    batch.lag = 0
    assert states_of(flights, 3) == [RUNNING, ENDED, ENDED]

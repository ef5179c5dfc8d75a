"""A SLURM that does not answer for a while: what it has taken is not submitted twice, whatever became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.backend import ENDED, LOST, RUNNING, WAITING, Placed
from redo_py.executors.slurm.answers import State
from redo_py.executors.slurm.backend import SlurmBackend
from redo_py.executors.slurm.cluster import Silence
from redo_py.remote.api.scratch import RESULT, job_name
from tests.parts.backends import Bench, site_at


class Cluster:
    """A cluster that answers what the test says."""

    largest_array = 1000

    def __init__(self) -> None:
        self.submitted: list[list[str]] = []  # the words of each sbatch that arrived
        self.states: list[State] = []  # what the queue shows
        self.is_silent = False
        self.loses_answers = False  # whether sbatch is carried out and its answer gets lost
        self.cancelled: list[str] = []

    def submit(self, words: Sequence[str], script: str) -> str:
        if self.is_silent and not self.loses_answers:
            raise Silence("slurm-silent", reason="timed out")
        self.submitted.append(list(words))
        if self.is_silent:
            raise Silence("slurm-silent", reason="timed out")
        return "1"

    def queue(self) -> list[State]:
        if self.is_silent:
            raise Silence("slurm-silent", reason="timed out")
        return self.states

    def history(self, ids: Sequence[str]) -> list[State]:
        return []

    def exit_of(self, id: str) -> int | None:
        return 3

    def cancel(self, ids: Sequence[str]) -> None:
        self.cancelled += ids


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(SlurmBackend, site_at(tmp_path), {"scratch": str(tmp_path / "scratch")})
    made.backend._cluster = Cluster()
    made.backend._folder = str(tmp_path / "scratch/slurm")
    made.backend._mark = "redun/x/"
    return made


def launch_unheard(bench: Bench, *jobs: Placed) -> Any:
    """Submit them; the answer gets lost. The cluster."""
    cluster = bench.backend._cluster
    cluster.is_silent = cluster.loses_answers = True
    bench.backend.launch(jobs)
    cluster.is_silent = False
    return cluster


def mark_of(cluster: Any) -> str:
    return str(next(word for word in cluster.submitted[0] if word.startswith("--comment="))).partition("=")[2]


def leave_result(bench: Bench, job: Placed) -> None:
    bench.site.scratch.write(job_name(job.key, RESULT), b"x")


def test_one_that_has_ended_during_the_silence_is_not_submitted_again(bench: Bench):
    job = bench.shell(1, "exit 3")
    cluster = launch_unheard(bench, job)
    cluster.states = [State("7", "FAILED", mark=mark_of(cluster))]
    (report,) = bench.backend.poll([job.key])
    assert (report.state, report.exit) == (ENDED, 3)
    assert len(cluster.submitted) == 1


def test_one_that_is_forgotten_has_left_its_result(bench: Bench):
    job = bench.shell(1, "true")
    cluster = launch_unheard(bench, job)
    leave_result(bench, job)
    assert [report.state for report in bench.backend.poll([job.key])] == [ENDED]
    assert [report.state for report in bench.backend.poll([job.key])] == [ENDED]
    assert len(cluster.submitted) == 1


def test_an_array_that_is_forgotten_has_run_as_a_whole(bench: Bench):
    jobs = [bench.shell(number, "true") for number in range(3)]
    cluster = launch_unheard(bench, *jobs)
    leave_result(bench, jobs[1])
    states = [report.state for report in bench.backend.poll([job.key for job in jobs])]
    assert states == [LOST, ENDED, LOST]
    assert len(cluster.submitted) == 1


def test_what_did_not_arrive_is_submitted_again(bench: Bench):
    job = bench.shell(1, "true")
    cluster = bench.backend._cluster
    cluster.is_silent = True
    bench.backend.launch([job])
    assert cluster.submitted == []
    assert [report.state for report in bench.backend.poll([job.key])] == [WAITING]
    cluster.is_silent = False
    bench.backend.poll([job.key])
    assert len(cluster.submitted) == 1


def test_an_earlier_job_of_the_same_name_is_not_taken_for_it(bench: Bench):
    job = bench.shell(1, "true")
    cluster = bench.backend._cluster
    cluster.states = [State("5", "FAILED", mark=f"redun/x/job/{job.key}")]
    assert bench.backend.find([job.key]) == set()
    cluster.is_silent = True
    bench.backend.launch([job])
    cluster.is_silent = False
    cluster.states.append(State("1", "RUNNING", mark=f"redun/x/job/{job.key}"))
    assert [report.state for report in bench.backend.poll([job.key])] == [RUNNING]
    assert cluster.submitted == []


def test_what_may_have_arrived_is_cancelled_at_the_end(bench: Bench):
    job = bench.shell(1, "true")
    cluster = launch_unheard(bench, job)
    cluster.states = [State("7", "PENDING", mark=mark_of(cluster))]
    bench.backend.close()
    assert cluster.cancelled == ["7"]

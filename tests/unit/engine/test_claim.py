"""What a run claims, when it gives that back, and how often it looks at others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from redo_py.engine import claim as module
from redo_py.engine.claim import LASTS, WAITING_AT_MOST, claim, give_back, mind_others, pause, under_way
from redo_py.engine.execution import Execution
from redo_py.engine.job import Job, JobState
from redo_py.engine.loop import run
from redo_py.ir.expression import TaskExpression
from tests.unit.engine.memory_world import World


class Others:
    """A Claims door; what other runs are at, a test says."""

    def __init__(self) -> None:
        self.at: set[bytes] = set()
        self.stopped: set[bytes] = set()
        self.own: list[bytes] = []
        self.is_alone = False

    def look_round(self, at: Callable[[], Iterable[bytes]]) -> None:
        """Nobody comes."""

    def take(self, evaluation: bytes) -> bool:
        if evaluation in self.at:
            return False
        self.own.append(evaluation)
        return True

    def is_stopped(self, evaluation: bytes) -> bool:
        return evaluation in self.stopped

    def give_back(self, evaluations: Iterable[bytes]) -> None:
        for evaluation in evaluations:
            self.own.remove(evaluation)


def increase(x: int) -> int:
    return x + 1


@pytest.fixture
def world() -> World:
    made = World()
    made.task(increase)
    return made


@pytest.fixture
def others() -> Others:
    return Others()


@pytest.fixture
def execution(world: World, others: Others) -> Execution:
    """One that is not alone."""
    begun = world.begin()
    begun.doors.claims = others
    return begun


def job_in(execution: Execution, *states: int, took: float = 0.0) -> Job:
    """A new job that came through `states`."""
    frontier, seq = execution.frontier, len(execution.frontier.jobs)
    expression = TaskExpression("increase", (seq,))
    job = Job(expression, None, seq, execution.doors.tasks.resolve("increase"), {})
    job.eval_hash = seq.to_bytes(16, "big")
    job.outcome, job.started, job.ended = "ran", 100.0, 100.0 + took
    frontier.add(job, expression)
    for state in states:
        frontier.set_state(job, state)
    return job


def reduced(execution: Execution, took: float = 0.0) -> Job:
    """A job that waits for its calls, claimed."""
    job = job_in(execution, JobState.REDUCING, took=took)
    execution.claimed[job.seq] = job.eval_hash
    assert execution.doors.claims is not None
    assert execution.doors.claims.take(job.eval_hash)
    return job


def test_what_runs_is_claimed_before_what_waits(execution: Execution) -> None:
    for _ in range(WAITING_AT_MOST + 3):
        job_in(execution, JobState.REDUCING)
    running = job_in(execution, JobState.RUNNING)
    claimed = list(under_way(execution))
    assert claimed[0] == running.eval_hash
    assert claimed[1:] == [job.eval_hash for job in execution.frontier.jobs[:WAITING_AT_MOST]]
    assert set(execution.claimed.values()) == set(claimed)


def test_what_waits_leaves_claims_for_what_runs(execution: Execution, others: Others) -> None:
    waiting = [reduced(execution) for _ in range(WAITING_AT_MOST + 3)]
    give_back(execution)
    assert others.own == [job.eval_hash for job in waiting[:WAITING_AT_MOST]]


def test_a_claim_of_what_waits_lasts_while_anything_happens(world: World, execution: Execution, others: Others) -> None:
    quick, long = reduced(execution), reduced(execution, took=5 * LASTS)
    running = job_in(execution, JobState.RUNNING)
    execution.claimed[running.seq] = running.eval_hash
    others.take(running.eval_hash)
    world.files.clock.move(LASTS - 1)
    give_back(execution)
    assert others.own == [quick.eval_hash, long.eval_hash, running.eval_hash]
    world.files.clock.move(2)
    give_back(execution)
    assert others.own == [long.eval_hash, running.eval_hash], "to compute it again would take longer"
    world.files.clock.move(5 * LASTS)
    give_back(execution)
    assert others.own == [running.eval_hash]
    assert execution.claimed == {running.seq: running.eval_hash}


def test_a_claim_of_what_has_no_place_is_taken_anew(world: World, execution: Execution, others: Others) -> None:
    job = job_in(execution, JobState.QUEUED)
    assert not claim(execution, job), "it is decided again first"
    execution.frontier.set_state(job, JobState.QUEUED)
    assert claim(execution, job)
    world.files.clock.move(LASTS)
    give_back(execution)
    assert others.own == []
    others.at = {job.eval_hash}
    assert not claim(execution, job)
    assert job.seq in execution.elsewhere


def test_who_stands_still_is_not_waited_for(world: World, execution: Execution, others: Others) -> None:
    job = job_in(execution, JobState.QUEUED)
    others.at = {job.eval_hash}
    execution.elsewhere[job.seq] = world.files.clock.monotonic()
    for _ in range(2):
        world.files.clock.move(1)
        mind_others(execution)
    assert (job.state, execution.waited) == (JobState.QUEUED, 1)
    others.stopped = {job.eval_hash}
    world.files.clock.move(1)
    mind_others(execution)
    assert job.state == JobState.READY
    assert (execution.elsewhere, execution.claimed) == ({}, {job.seq: job.eval_hash})


def test_looks_at_others_become_rare(world: World, execution: Execution) -> None:
    assert pause(execution) == module.LOOK_EVERY
    reduced(execution)
    assert pause(execution) == module.TRY_EVERY
    world.files.clock.move(5)
    assert pause(execution) == pytest.approx(5 * module.PART)
    world.files.clock.move(3600)
    assert pause(execution) == module.AT_LEAST_EVERY


def test_looks_at_others_do_not_hasten_records(world: World, execution: Execution, others: Others) -> None:
    others.is_alone = True
    seen: list[tuple[float, int]] = []
    clock, wait = world.files.clock, execution.doors.inbox.wait
    began = clock.monotonic()

    def slow(timeout: float | None) -> Any:
        """Nothing ends before it was waited for four times."""
        if timeout == 0:
            return wait(timeout)
        seen.append((clock.monotonic() - began, len(execution.announced)))
        if len(seen) > 4:
            return wait(timeout)
        assert timeout is not None
        clock.move(min(timeout, 0.1))
        return []

    execution.doors.inbox.wait = slow  # type: ignore[method-assign]
    assert run(execution, TaskExpression("increase", (1,))).state == JobState.DONE
    assert [announced for moment, announced in seen if moment < 0.29] == [0, 0, 0]
    assert len(execution.announced) == 1

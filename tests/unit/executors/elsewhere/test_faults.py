"""Jobs over a backend and a scratch that cannot be reached for a while, or for ever; and what has to be ended there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from errno import EACCES, EIO
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import CommandStep, Failed, Finished, JobSpec
from redo_py.executors.backend import ENDED, RUNNING, WAITING, Report, Unreached
from redo_py.ground.errors import RunError, UsageError
from redo_py.remote.api.scratch import JOB, RESULT, Scratch, job_name
from tests.unit.executors.elsewhere.scripted_backend import Place, spec


class Torn(Scratch):
    """A scratch in which the test says what goes wrong: `trouble(verb, name)` gives an error or None."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.trouble: Callable[[str, str], OSError | None] = lambda verb, name: None
        self.asked: list[tuple[str, str]] = []

    def _meet(self, verb: str, name: str) -> None:
        self.asked.append((verb, name))
        error = self.trouble(verb, name)
        if error is not None:
            error.filename = self.at(name)
            raise error

    def read(self, name: str) -> bytes | None:
        self._meet("read", name)
        return super().read(name)

    def write(self, name: str, content: bytes) -> None:
        self._meet("write", name)
        super().write(name, content)

    def absent(self, names: Any) -> list[str]:
        self._meet("absent", names[0] if names else "")
        return super().absent(names)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes Places with a Torn scratch, which are closed in the end."""
    monkeypatch.chdir(tmp_path)
    places = []

    def make(**options: Any) -> tuple[Place, Torn]:
        scratch = Torn(str(tmp_path / ".redun/scratch"))
        place = Place(tmp_path, scratch=scratch, **options)
        places.append(place)
        return place, scratch

    yield make
    for place in places:
        place.close()


def broken(*_: str) -> OSError:
    return OSError(EIO, "answered 500")


def reset_after(count: int, verb: str) -> Callable[[str, str], OSError | None]:
    """The first `count` times that `verb` is asked for, the connection is reset."""
    left = [count]

    def trouble(asked: str, name: str) -> OSError | None:
        if asked != verb or not left[0] or (verb == "read" and not name.endswith(RESULT)):
            return None
        left[0] -= 1
        return ConnectionResetError(104, "connection reset")

    return trouble


def error_of(outcome: Any) -> RunError:
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, RunError)
    return outcome.error


# ---- the scratch in mid-run


def test_a_scratch_that_cannot_be_read_any_more_fails_what_has_ended(made: Any):
    """That other jobs can be polled says nothing about it."""
    place, scratch = made(patience=0.2)
    place.backend.answers = False
    place.driver.executor.submit([spec(1), spec(2)])
    place.backend.has_launched.wait(60)
    first, second = place.backend.launched[0]
    scratch.trouble = lambda verb, name: broken() if verb == "read" else None
    place.backend.states[first.key] = Report(first.key, ENDED, 0)
    (outcome,) = place.driver.outcomes(1)
    assert outcome.seq == 1
    assert (
        str(outcome.error)
        .replace(scratch.url, "SCRATCH")
        .startswith(
            f"redun: job 1: the scratch cannot be used at SCRATCH/jobs/{first.key}/result: answered 500\n"
            "  tried  for 0.2 seconds\n"
        )
    )
    assert scratch.asked.count(("read", job_name(first.key, RESULT))) >= 2
    scratch.trouble = lambda verb, name: None
    place.backend.answer(second.key, "well")
    assert place.driver.outcomes(1)[0].value == "well"


def test_a_scratch_that_is_denied_fails_at_once(made: Any):
    place, scratch = made(patience=1000.0)
    scratch.trouble = lambda verb, name: OSError(EACCES, "Permission denied") if verb == "read" else None
    assert error_of(place.driver.failure(spec(1))).code == "scratch-unusable"


def test_a_scratch_that_comes_back_costs_nothing(made: Any):
    place, scratch = made()
    scratch.trouble = reset_after(5, "read")
    assert place.driver.success(spec(1)).value == "job 1"
    assert [len(batch) for batch in place.backend.launched] == [1]


# ---- sending


def test_faults_of_sending_are_borne(made: Any):
    place, scratch = made()
    scratch.trouble = reset_after(4, "write")
    outcomes = place.driver.run(spec(1), spec(2), spec(3))
    assert [outcome.value for outcome in outcomes if isinstance(outcome, Finished)] == ["job 1", "job 2", "job 3"]


def test_faults_of_sending_that_last_fail_the_jobs(made: Any):
    place, scratch = made(patience=0.2)
    scratch.trouble = lambda verb, name: broken() if verb == "write" else None
    first, second = place.driver.run(spec(1), spec(2))
    assert str(error_of(first)).replace(scratch.url, "SCRATCH").startswith("redun: job 1: the scratch cannot be used")
    assert ("tried", "for 0.2 seconds") in error_of(second).facts
    assert place.backend.launched == []
    writes = [name for verb, name in scratch.asked if verb == "write"]
    assert 2 <= len(writes) < 60  # at ever longer intervals
    scratch.trouble = lambda verb, name: None
    assert place.driver.success(spec(3)).value == "job 3"


def test_trouble_with_one_job_holds_up_no_other(made: Any):
    place, scratch = made(patience=1000.0)
    first = spec(1, identity=b"first")
    stuck = place.key(first)
    scratch.trouble = lambda verb, name: broken() if verb == "write" and stuck in name else None
    place.driver.executor.submit([first, spec(2), spec(3)])
    assert [outcome.seq for outcome in place.driver.outcomes(2)] == [2, 3]
    scratch.trouble = lambda verb, name: None
    assert place.driver.outcomes(1)[0].value == "job 1"


def test_a_backend_that_cannot_be_opened_yet(made: Any):
    place, _ = made()
    place.backend.unusable_times = 3
    place.backend.unusable = Unreached("executor-unusable", name="far", error="answered 503")
    assert place.driver.success(spec(1)).value == "job 1"
    assert place.told == ["far: the executor `far` cannot be used: answered 503; trying again, for 120 seconds at most"]


@pytest.mark.parametrize("place_of_fault", [None, "/usr/bin/submit"])
def test_what_the_system_says_to_a_backend_is_its_trouble(made: Any, place_of_fault: str | None):
    """And no file's that is moved, nor the scratch's."""
    place, scratch = made(patience=0.1)
    place.backend.unusable = OSError(EACCES, "Permission denied", place_of_fault)
    said = "permission denied" if place_of_fault is None else f"{place_of_fault}: permission denied"
    assert error_of(place.driver.failure(spec(1))).headline == f"the executor `far` cannot be used: {said}"
    place.backend.unusable = OSError(EACCES, "Permission denied", scratch.at("arrays/x"))
    assert error_of(place.driver.failure(spec(1))).code == "scratch-unusable"


def test_what_cannot_be_opened_is_asked_once_for_all(made: Any):
    place, _ = made()
    place.backend.unusable = RunError("executor-unusable", name="far", error="no key")
    outcomes = place.driver.run(*(spec(seq) for seq in range(20)))
    assert {error_of(outcome).code for outcome in outcomes} == {"executor-unusable"}
    assert len({id(error_of(outcome)) for outcome in outcomes}) == 20
    assert place.backend.opened < 20


def test_a_launch_whose_answer_got_lost_is_found(made: Any):
    """It is asked again, and what was started the first time is not started twice."""
    place, _ = made()
    place.backend.loses = [Unreached("executor-unusable", name="far", error="reset")]
    outcomes = place.driver.run(spec(1), spec(2))
    assert [outcome.value for outcome in outcomes if isinstance(outcome, Finished)] == ["job 1", "job 2"]
    assert [len(batch) for batch in place.backend.launched] == [2]


def test_a_launch_that_never_goes_through(made: Any):
    place, _ = made(patience=0.1)
    place.backend.refuses = Unreached("executor-unusable", name="far", error="throttled")
    first, second = place.driver.run(spec(1), spec(2))
    assert ("tried", "for 0.1 seconds") in error_of(first).facts
    assert first.error is not second.error
    assert len(place.backend.cancelled) >= 2  # it may have been started all the same


def test_looking_for_earlier_jobs_is_tried_again(made: Any):
    place, _ = made()
    place.backend.find_faults = [Unreached("executor-unusable", name="far", error="reset"), OSError(EIO, "reset")]
    assert place.driver.success(spec(1, identity=b"same")).value == "job 1"
    assert place.backend.find_faults == []


# ---- an option that cannot be


def test_a_bad_option_fails_those_jobs_that_have_it(made: Any):
    place, _ = made()
    place.backend.refuses_options = lambda options: options.memory == 7
    outcomes = place.driver.run(spec(1), spec(2, options={"memory": 7}), spec(3), spec(4, options={"memory": 8}))
    assert [type(outcome) for outcome in outcomes] == [Finished, Failed, Finished, Finished]
    assert "no such queue" in str(error_of(outcomes[1]))


# ---- waiting


def test_a_job_that_does_not_begin_in_time(made: Any):
    place, _ = made()
    place.backend.answers = False
    place.backend.initially = lambda key: Report(key, WAITING, reason="Resources")
    place.driver.executor.submit([spec(1, options={"start_timeout": 0.1}), spec(2)])
    (outcome,) = place.driver.outcomes(1)
    assert str(error_of(outcome)) == (
        "redun: job 1: it has not begun within 0.1 seconds\n"
        "  waits for  Resources\n"
        "  hint: `start_timeout` of the executor or task says how long it may wait in a queue"
    )
    assert [job.key for job in place.backend.launched[0] if job.label == "job 1"] == place.backend.cancelled


def test_the_timeout_of_a_job_begins_when_it_does(made: Any):
    place, _ = made()
    place.backend.answers = False
    place.backend.initially = lambda key: Report(key, WAITING)
    place.driver.executor.submit([JobSpec(1, "job 1", [CommandStep("true")], {}, timeout=0.05)])
    place.backend.has_launched.wait(60)
    assert place.inbox.wait(0.3) == []
    (job,) = place.backend.launched[0]
    place.backend.states[job.key] = Report(job.key, RUNNING)
    (outcome,) = place.driver.outcomes(1)
    assert error_of(outcome).code == "timed-out"
    assert place.backend.cancelled == [job.key]


# ---- what is given up is ended


def test_what_is_given_up_is_ended_as_soon_as_that_can_be_said(made: Any):
    place, _ = made(patience=0.1)
    place.backend.answers = False
    place.backend.poll_fault = RunError("executor-unusable", name="far", error="no route")
    place.backend.cancel_fault = RunError("executor-unusable", name="far", error="no route")
    outcome = place.driver.failure(spec(1))
    assert error_of(outcome).facts == [
        ("tried", "for 0.1 seconds"),
        ("may run on", "it could not be ended: the executor `far` cannot be used: no route"),
    ]
    assert place.backend.cancelled == []
    place.backend.poll_fault = place.backend.cancel_fault = None
    place.backend.has_cancelled.wait(60)
    assert place.backend.cancelled == [place.backend.launched[0][0].key]


def test_a_cancel_that_was_not_heard_is_said_again(made: Any):
    place, _ = made()
    place.backend.answers = False
    place.backend.cancel_fault = OSError(EIO, "reset")
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(60)
    place.executor.cancel([1])
    place.backend.has_missed_cancel.wait(60)
    place.backend.cancel_fault = None
    assert error_of(place.driver.outcomes(1)[0]).code == "job-cancelled"
    assert place.backend.cancelled == [place.backend.launched[0][0].key]


def test_a_backend_that_breaks_down_ends_what_it_has(made: Any):
    place, _ = made()
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(60)
    place.backend.poll_fault = ZeroDivisionError("division by zero")
    assert error_of(place.driver.outcomes(1)[0]).code == "executor-broke"
    place.backend.has_cancelled.wait(60)
    assert place.backend.cancelled == [place.backend.launched[0][0].key]
    place.backend.poll_fault = None


def test_what_a_failed_launch_may_have_started_is_ended(made: Any):
    place, _ = made()
    place.backend.refuses = UsageError("launch-options", reason="half of them")
    outcomes = place.driver.run(spec(1), spec(2))
    assert all(isinstance(outcome, Failed) for outcome in outcomes)
    assert len(place.backend.cancelled) == 2


# ---- what is in the scratch


def test_nobody_waits_for_what_is_cleared_up(made: Any):
    """The scratch may stand still: the job is over before that is tried."""
    place, scratch = made()
    has_outcome, remove = threading.Event(), scratch.remove
    removed: list[str] = []

    def stand_still(names: Any) -> None:
        assert has_outcome.wait(600)
        removed.extend(names)
        remove(removed)

    scratch.remove = stand_still
    place.backend.answers = False
    place.backend.initially = lambda key: Report(key, ENDED, 7)
    place.driver.failure(spec(1))
    has_outcome.set()
    place.executor.stop()
    assert removed == [job_name(place.backend.launched[0][0].key, part) for part in (JOB, RESULT)]


def test_a_failed_job_leaves_nothing_behind(made: Any):
    place, scratch = made()
    place.backend.answers = False
    place.backend.initially = lambda key: Report(key, ENDED, 7)
    place.driver.failure(spec(1, identity=b"same"))
    place.driver.failure(spec(2))
    place.executor.stop()
    assert list((Path(scratch.url) / "jobs").iterdir()) == []
    assert not scratch.read(job_name(place.backend.launched[0][0].key, JOB))

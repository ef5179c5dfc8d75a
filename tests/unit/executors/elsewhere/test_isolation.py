"""Faults that nobody has thought of, of redun, a backend or a class of the project: who fails, and nobody waits."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from redo_py.executors.api import CallStep, CommandStep, Failed, Finished, JobSpec
from redo_py.executors.backend import ENDED, Report
from redo_py.ground.errors import RunError
from redo_py.remote.api import DONE, Reply, wire
from redo_py.remote.api.scratch import RESULT, job_name
from redo_py.values.codec import pack
from tests.unit.executors.elsewhere.scripted_backend import Place, spec


class Leaves:
    """Wants to end whoever packs or reads it."""

    def __init__(self, at: str) -> None:
        self.at = at

    def __reduce__(self) -> Any:
        if self.at == "packing":
            raise SystemExit(3)
        return leave, ()


def leave() -> None:
    raise SystemExit(4)


def call(seq: int, *args: Any) -> JobSpec:
    return JobSpec(seq, f"job {seq}", [CallStep(len, args, {})], {})


def told(outcome: Any) -> str:
    assert isinstance(outcome, Failed)
    return str(outcome.error)


def test_a_result_that_cannot_be_taken_back_fails_its_own_job(place: Place):
    usual = place.backend.answer

    def answer(key: str, value: Any, **header: Any) -> None:
        if value != "job 2":
            usual(key, value, **header)
            return
        known = {"ok": True, "outputs": [], "seconds": 0.0, "attempt": place.backend.attempt(key)}
        place.scratch.write(job_name(key, RESULT), wire.written(known, pack(Reply(DONE, None))))
        place.backend.states[key] = Report(key, ENDED, 0)

    place.backend.answer = answer  # type: ignore[method-assign]
    first, second, third = place.driver.run(spec(1), spec(2), spec(3))
    assert isinstance(first, Finished)
    assert isinstance(third, Finished)
    assert told(second) == (
        "redun: job 2: it could not be sent to where it runs, or taken back: AssertionError: \n"
        "  hint: this is a fault of redun, or of a class of its arguments or result; other jobs go on"
    )
    assert isinstance(second.error.__cause__, AssertionError)  # type: ignore[union-attr]
    assert place.driver.success(spec(4)).value == "job 4"
    assert list((place.root / ".redun/scratch/jobs").iterdir()) == [], "nothing is left of any of them"


def test_a_job_that_cannot_be_sent_fails_alone(place: Place):
    odd = JobSpec(2, "job 2", [CommandStep("true")], {}, outputs=(b"bytes",))  # type: ignore[arg-type]
    first, second, third = place.driver.run(spec(1), odd, spec(3))
    assert isinstance(first, Finished)
    assert isinstance(third, Finished)
    assert "it could not be sent to where it runs, or taken back: TypeError: " in told(second)


def test_arguments_that_want_to_end_redun_fail_their_job(place: Place):
    outcomes = place.driver.run(call(1, Leaves("packing")), spec(2))
    assert "the call cannot be sent to another process" in told(outcomes[0])
    assert "SystemExit: 3" in told(outcomes[0])
    assert isinstance(outcomes[1], Finished)


def test_a_result_that_wants_to_end_redun_fails_its_job(place: Place):
    usual = place.backend.answer
    place.backend.answer = lambda key, value, **header: usual(  # type: ignore[method-assign]
        key, Leaves("reading") if value == "job 1" else value, **header
    )
    outcomes = place.driver.run(spec(1), spec(2))
    assert "SystemExit: 4" in told(outcomes[0])
    assert isinstance(outcomes[1], Finished)


def test_a_launch_that_breaks_down_fails_those_that_it_was_for(place: Place):
    def refuses(options: Any) -> bool:
        return bool(options.max_result == 7 and 1 / 0)

    place.backend.refuses_options = refuses
    odd = JobSpec(2, "job 2", [CommandStep("true")], {}, options={"max_result": 7})
    first, second, third = place.driver.run(spec(1), odd, spec(3))
    assert isinstance(first, Finished)
    assert isinstance(third, Finished)
    assert "job 2: the executor `far` has broken down: ZeroDivisionError: division by zero" in told(second)


@pytest.mark.parametrize("when", ["opening", "polling"])
def test_a_backend_that_leaves_its_thread_leaves_nobody_waiting(place: Place, when: str):
    fault: Any = SystemExit("no more")
    if when == "opening":
        place.backend.unusable = fault
    else:
        place.backend.answers = False
        place.backend.poll_fault = fault
    for outcome in place.driver.run(spec(1), spec(2)):
        assert "the executor `far` has broken down: SystemExit: no more" in told(outcome)
    place.backend.unusable = place.backend.poll_fault = None
    place.backend.answers = True
    assert place.driver.success(spec(3)).value == "job 3"


@pytest.mark.parametrize("by", ["cancel", "stop"])
def test_a_backend_that_stands_still_keeps_nobody(place: Place, monkeypatch: pytest.MonkeyPatch, by: str):
    """The job is given up by who waits for it: an interrupt must not wait for ever."""
    monkeypatch.setattr("redo_py.executors.elsewhere.executor.UNHEARD", 0.2)
    has_begun, may_go_on = threading.Event(), threading.Event()

    def stand_still(count: int, key: str) -> None:
        has_begun.set()
        assert may_go_on.wait(600)

    place.backend.on_launch = stand_still
    place.driver.executor.submit([spec(1)])
    assert has_begun.wait(600)
    try:
        place.executor.cancel([1]) if by == "cancel" else place.executor.stop()
        (outcome,) = place.driver.outcomes(1)
        assert told(outcome) == ("redun: job 1: ended before it was done\n  may run on  its executor does not answer")
    finally:
        may_go_on.set()
    assert place.backend.has_cancelled.wait(600), "it does not run on"
    assert place.driver.inbox.wait(0.05) == [], "it has one outcome"


@pytest.mark.parametrize("fault", [ZeroDivisionError("division by zero"), RunError("disk-full", path="x", label="far")])
def test_a_backend_that_cannot_be_closed_is_told(place: Place, monkeypatch: pytest.MonkeyPatch, fault: Exception):
    def close() -> None:
        raise fault

    assert place.driver.success(spec(1)).value == "job 1"
    place.backend.close = close  # type: ignore[method-assign]
    place.executor.stop()
    assert place.told == [f"far: it could not be closed: {type(fault).__name__}: {fault}"]

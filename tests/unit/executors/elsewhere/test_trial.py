"""The small job of `redun executors check`: waited for as long as was said, and ended when nobody waits any more."""

from __future__ import annotations

import pytest

from redo_py.executors.api import Failed, Finished, JobSpec
from redo_py.executors.elsewhere.trial import Trial
from redo_py.executors.inbox import SelectInbox
from redo_py.ground.clock import Clock

SPEC = JobSpec(1, "executors check far", [], {})


class Silent:
    """An executor whose jobs end when they are told to, if it `obeys`."""

    def __init__(self, inbox: SelectInbox, obeys: bool = True, reason: str = "") -> None:
        self.inbox = inbox
        self.obeys = obeys
        self.reason = reason
        self.cancelled: list[int] = []

    def submit(self, specs: list[JobSpec]) -> None:
        """There is nothing to begin."""

    def cancel(self, seqs: list[int]) -> None:
        self.cancelled += seqs
        if self.obeys:
            self.inbox.put(Failed(1, ValueError("cancelled"), b"", 0.0, 0.0))

    def waits_for(self, seq: int) -> str:
        return self.reason


@pytest.fixture
def inbox():
    made = SelectInbox(Clock())
    yield made
    made.close()


def test_an_answer(inbox: SelectInbox):
    said: list[str] = []
    trial = Trial(Silent(inbox), inbox, 60.0, said.append)
    inbox.put(Finished(1, None, b"", (), 0.0, 0.0))
    outcome, error = trial.run(SPEC)
    assert isinstance(outcome, Finished)
    assert error is None
    assert trial.end()
    assert said == []


@pytest.mark.parametrize(
    ("reason", "told"), [("", ""), ("queue without machines", "  waits for  queue without machines\n")]
)
def test_no_answer(inbox: SelectInbox, reason: str, told: str):
    executor = Silent(inbox, reason=reason)
    trial = Trial(executor, inbox, 0.02, list[str]().append)
    outcome, error = trial.run(SPEC)
    assert outcome is None
    assert str(error) == (
        f"redun: executors check far: no answer within 0.02 seconds\n{told}"
        "  hint: `timeout` of the executor says how long an answer is waited for"
    )
    assert executor.cancelled == []
    assert trial.end()
    assert executor.cancelled == [1]


def test_silence_is_told_of(inbox: SelectInbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("redo_py.executors.elsewhere.trial.TOLD_AFTER", 0.01)
    said: list[str] = []

    def told(text: str) -> None:
        said.append(text)
        inbox.put(Finished(1, None, b"", (), 0.0, 0.0))

    outcome, _ = Trial(Silent(inbox, reason="Priority"), inbox, 3600.0, told).run(SPEC)
    assert isinstance(outcome, Finished)
    assert said == ["no answer yet, waiting for up to 3600 s: Priority"]


def test_an_interrupt_ends_the_job_even_if_it_does_not_obey(inbox: SelectInbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("redo_py.executors.elsewhere.trial.ENDS_WITHIN", 0.01)

    def interrupt() -> None:
        raise KeyboardInterrupt

    for obeys in (True, False):
        executor = Silent(inbox, obeys)
        trial = Trial(executor, inbox, 3600.0, list[str]().append)
        inbox.call_soon(interrupt)
        with pytest.raises(KeyboardInterrupt):
            trial.run(SPEC)
        assert trial.end() is obeys
        assert executor.cancelled == [1]

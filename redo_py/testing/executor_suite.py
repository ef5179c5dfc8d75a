"""What every Executor must do, whatever runs its jobs.

Subclass ExecutorSuite and give it four things: a fixture `executor` that yields a new executor in a Driver, `succeed`
and `fail` that make a spec that prints its label and then ends well or badly, `linger`, one that would take long, and
`hold`, one with processes below it, or in `childless` why what a job starts is not ended with it.
"""

from __future__ import annotations

from redo_py.executors.api import Failed, JobSpec
from redo_py.executors.processes.system import children
from redo_py.ground.clock import Clock
from redo_py.testing.driver import Driver
from redo_py.testing.holds import Hold, await_begin, await_end, until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

CLOCK = Clock()
SOON = 30.0  # seconds; half of what a job takes that lingers


class ExecutorSuite:
    """The tests; not collected by itself."""

    childless = ""  # why the processes that a job has started go on when it is ended

    def succeed(self, seq: int, label: str) -> JobSpec:
        """A job that prints `label` and a newline and succeeds."""
        raise NotImplementedError

    def fail(self, seq: int, label: str) -> JobSpec:
        """A job that prints `label` and a newline and fails."""
        raise NotImplementedError

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        """A job that would take a minute, but for its timeout."""
        raise NotImplementedError

    def hold(self, seq: int, place: str) -> JobSpec:
        """A job that runs the words of `holds.words_below(place)`."""
        raise NotImplementedError("say how a job starts processes, or why they go on: `childless`")

    def test_success(self, executor: Driver) -> None:
        before = CLOCK.now()
        outcome = executor.success(self.succeed(7, "one"))
        assert (outcome.seq, outcome.output, list(outcome.discovered)) == (7, b"one\n", [])
        assert before - 0.1 <= outcome.started <= outcome.ended <= CLOCK.now() + 0.1

    def test_failure(self, executor: Driver) -> None:
        outcome = executor.failure(self.fail(3, "two"))
        assert (outcome.seq, outcome.output) == (3, b"two\n")
        assert isinstance(outcome.error, BaseException)
        assert outcome.started <= outcome.ended

    def test_many_jobs_have_one_outcome_each_and_their_own_output(self, executor: Driver) -> None:
        specs = [(self.fail if seq % 5 == 0 else self.succeed)(seq, f"job {seq}") for seq in range(60)]
        outcomes = executor.run(*specs)
        assert [outcome.seq for outcome in outcomes] == list(range(60))
        assert [outcome.output for outcome in outcomes] == [f"job {seq}\n".encode() for seq in range(60)]
        assert [isinstance(outcome, Failed) for outcome in outcomes] == [seq % 5 == 0 for seq in range(60)]
        assert executor.inbox.wait(0.05) == []

    def test_a_timeout(self, executor: Driver) -> None:
        started = CLOCK.monotonic()
        outcome = executor.failure(self.linger(1, timeout=0.2))
        assert 0.2 <= CLOCK.monotonic() - started < SOON
        assert "not done after its timeout of 0.2 seconds" in str(outcome.error)
        assert isinstance(outcome.error, TimeoutError)

    def test_a_timeout_that_is_long_enough(self, executor: Driver) -> None:
        spec = self.succeed(1, "x")
        spec.timeout = 30.0
        assert executor.success(spec).output == b"x\n"

    def test_cancel(self, executor: Driver) -> None:
        executor.executor.submit([self.linger(1), self.linger(2)])
        executor.inbox.wait(0.1)
        started = CLOCK.monotonic()
        executor.executor.cancel([1, 2, 99])
        outcomes = executor.outcomes(2)
        assert CLOCK.monotonic() - started < SOON
        for outcome in outcomes:
            assert isinstance(outcome, Failed)
            assert ": ended before it was done" in str(outcome.error)
        executor.executor.cancel([1, 2])
        assert executor.inbox.wait(0.05) == []

    def test_it_goes_on_after_a_cancel_and_a_timeout(self, executor: Driver) -> None:
        executor.run(*(self.linger(seq, timeout=0.1) for seq in range(6)))
        assert executor.success(self.succeed(9, "still here")).output == b"still here\n"

    def test_a_seq_may_be_used_again(self, executor: Driver) -> None:
        executor.failure(self.fail(1, "x"))
        assert executor.success(self.succeed(1, "y")).output == b"y\n"

    def test_stop_ends_and_awaits_what_runs(self, executor: Driver) -> None:
        before = children()
        executor.executor.submit([self.linger(1), self.succeed(2, "x")])
        outcomes = executor.inbox.wait(0.1)
        executor.executor.stop()
        executor.executor.stop()
        outcomes += executor.inbox.wait(0)
        assert sorted(outcome.seq for outcome in outcomes) == [1, 2], "one outcome of each job"
        until(lambda: children() <= before, SOON, "a process runs on after the end")

    def test_stop_ends_what_jobs_have_started(self, executor: Driver, tmp_path: Path) -> None:
        if self.childless:
            return
        hold = Hold(tmp_path / "hold")
        executor.executor.submit([self.hold(1, str(hold.place))])
        await_begin([hold], executor.inbox, SOON)
        executor.executor.stop()
        await_end([hold], SOON)

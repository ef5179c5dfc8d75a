"""An executor by itself: jobs are handed to it and their outcomes awaited, without the rest of redun."""

from __future__ import annotations

from redo_py.executors.api import Failed, Finished
from redo_py.ground.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.executors.api import Executor, JobSpec, Outcome
    from redo_py.executors.inbox import SelectInbox

PATIENCE = 60.0  # seconds that no outcome may take


class Driver:
    """An executor and the inbox that it answers into. It is started when it is first needed, which is in the test
    itself: pytest gives each phase its own sys.stdout."""

    def __init__(self, executor: Executor, inbox: SelectInbox, patience: float = PATIENCE) -> None:
        self._executor = executor
        self._clock = Clock()
        self.patience = patience
        self._is_started = False
        self.inbox = inbox

    @property
    def executor(self) -> Executor:
        """The executor, started."""
        if not self._is_started:
            self._is_started = True
            self._executor.start(self.inbox)
        return self._executor

    def run(self, *specs: JobSpec) -> list[Outcome]:
        """Submit and await all, in the order of their seqs."""
        self.executor.submit(specs)
        return self.outcomes(len(specs))

    def outcomes(self, count: int) -> list[Outcome]:
        """The next `count` outcomes, in the order of their seqs."""
        found: list[Any] = []
        deadline = self._clock.monotonic() + self.patience
        while len(found) < count:
            found += self.inbox.wait(max(0.0, deadline - self._clock.monotonic()))
            assert self._clock.monotonic() < deadline, f"only {len(found)} of {count} outcomes"
        assert len(found) == count
        return sorted(found, key=lambda outcome: outcome.seq)

    def failure(self, spec: JobSpec) -> Failed:
        """Run one job that fails."""
        (outcome,) = self.run(spec)
        assert isinstance(outcome, Failed), outcome
        return outcome

    def success(self, spec: JobSpec) -> Finished:
        """Run one job that succeeds."""
        (outcome,) = self.run(spec)
        if isinstance(outcome, Failed):
            raise outcome.error
        return outcome

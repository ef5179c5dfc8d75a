"""One job that is sent to a process of redun's own which others have had and will have, as its executor sees it."""

from __future__ import annotations

from redo_py.executors.api import NO_TIMER, Failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.api import JobSpec
    from redo_py.ground.errors import RunError


class SentJob:
    """One job, from `submit` to its one outcome."""

    __slots__ = ("error", "spec", "stale", "started", "timer")

    def __init__(self, spec: JobSpec) -> None:
        self.spec = spec
        self.started = 0.0  # wall time; 0 while it waits
        self.stale = 0  # how many processes had other code
        self.error: RunError | None = None  # once set, the job is being ended from outside
        self.timer = NO_TIMER  # of its timeout, with the process that it was sent to last

    def failed(self, error: BaseException, ended: float, printed: bytes) -> Failed:
        """Its outcome: what it is being ended for comes before `error`, which that may have led to."""
        return Failed(self.spec.seq, self.error or error, printed, self.started or ended, ended)

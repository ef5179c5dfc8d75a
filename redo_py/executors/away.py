"""One job that runs elsewhere, as its executor sees it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.api import JobSpec
    from redo_py.executors.backend import Placed, Report
    from redo_py.ground.errors import RunError


class ElsewhereJob:
    """One job, from `submit` to its one outcome."""

    __slots__ = (
        "began", "cancelled", "ended", "error", "is_found", "is_repeatable", "last", "mended", "placed", "result",
        "spec", "started", "wants_tail",
    )  # fmt: skip

    def __init__(self, spec: JobSpec) -> None:
        self.spec = spec
        self.is_repeatable = bool(spec.identity)  # whether it may run once more if its result got lost
        self.mended = 0  # how often it was placed anew because something in the scratch was damaged
        self.placed: Placed | None = None  # once it is ready
        self.started = 0.0  # wall time when it was placed
        self.began = 0.0  # by the monotonic clock: when it was first seen to run
        self.ended = 0.0  # the same: when it was first seen to have ended, and its result has not come
        self.error: RunError | None = None  # once set, the job is being ended from outside
        self.cancelled = 0.0  # by the monotonic clock: when the backend was told
        self.is_found = False  # whether an earlier scheduler has launched it
        self.result: Report | None = None  # how it ended, as the backend says
        self.wants_tail = False
        self.last = b""  # the last line of its log, when somebody asked

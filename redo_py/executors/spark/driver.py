"""One driver as its executor sees it: a process with one Spark session, and the jobs that it has been given."""

from __future__ import annotations

from redo_py.executors.processes import SIGKILL, SIGTERM
from redo_py.executors.workers import Worker
from redo_py.remote.api.spark import DRIVER, NUMBER
from redo_py.values.codec import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    from redo_py.executors.api import Inbox, JobSpec, Timer
    from redo_py.ground.clock import Clock
    from redo_py.ground.errors import RunError
    from redo_py.remote.api.spark import Opened, Plan
else:
    Protocol = object

LAST_BREATH = 10.0  # seconds in which a driver that is dismissed gives its session back
SHOWN_LINES = 12  # of what it printed, if it dies


class SparkJob:
    """One job, from `submit` to its one outcome."""

    __slots__ = ("deaths", "driver", "error", "is_sent", "options", "spec", "stale", "started", "timer")

    def __init__(self, spec: JobSpec, options: Any) -> None:
        self.spec = spec
        self.options = options  # of the executor, with the job's own over them
        self.driver: Driver | None = None  # that has it now
        self.is_sent = False  # whether the driver has been told of it
        self.started = 0.0  # wall time; 0 while it waits
        self.deaths: list[str] = []  # how each driver ended that died with it
        self.stale = 0  # how many drivers had other code
        self.error: RunError | None = None  # once set, the job is being ended from outside
        self.timer: Timer | None = None  # of its timeout, with the driver that it was sent to last

    def drop_timer(self) -> None:
        """Its time is not counted any more."""
        if self.timer is not None:
            self.timer.drop()
            self.timer = None


class Dispatcher(Protocol):
    """What a driver needs of the executor that it belongs to."""

    clock: Clock
    inbox: Inbox

    def opened(self, driver: Driver) -> None:
        """The driver has a session now, or `driver.session.error` says why it has none."""

    def answered(self, driver: Driver, job: SparkJob, reply: bytes) -> None:
        """The driver has answered, and has the job no more."""

    def ended(self, driver: Driver, status: int) -> None:
        """The process is no more, with this wait status; its jobs are still in `driver.jobs`."""


class Driver:
    """A driver process, from its start to its end. Implements workers.Owner."""

    def __init__(self, dispatcher: Dispatcher, plan: Plan, environ: Mapping[str, str], key: Any) -> None:
        """Start it; raises OSError."""
        self.clock = dispatcher.clock
        self.inbox = dispatcher.inbox
        self.key = key  # what tells it from drivers of other plans
        self.session: Opened | None = None  # None while it starts
        self.jobs: dict[int, SparkJob] = {}  # by seq
        self.env: dict[str, str] | None = None  # the environment of commands that it was told last
        self.is_dismissed = False
        self.idle_since = self.clock.monotonic()
        self._dispatcher = dispatcher
        self._plan = plan
        self._worker = Worker(self, plan.root, environ, plan.folders, DRIVER)

    def begin(self) -> None:
        """Tell it what it is to be."""
        self._worker.post(pack(self._plan))

    @property
    def pid(self) -> int:
        """Its process; 0 once it has ended."""
        return self._worker.pid

    @property
    def is_ready(self) -> bool:
        """Whether it has a session, and takes jobs."""
        return self.session is not None and not self.is_dismissed

    def take(self, job: SparkJob) -> None:
        """It has this job from now on."""
        self.jobs[job.spec.seq] = job
        job.driver, job.is_sent = self, False

    def next_waiting(self) -> SparkJob | None:
        """The next of its jobs that it has not been sent, if it can begin one more."""
        waiting = [job for job in self.jobs.values() if not job.is_sent]
        return waiting[0] if waiting and len(self.jobs) - len(waiting) < self._plan.max_workers else None

    def release(self, job: SparkJob) -> None:
        """It has this job no more."""
        self.jobs.pop(job.spec.seq, None)
        job.driver = None
        self.idle_since = self.clock.monotonic()

    def send(self, job: SparkJob, request: bytes) -> None:
        """Let it begin a job that it has."""
        job.is_sent = True
        self._worker.post(NUMBER.pack(job.spec.seq) + request)

    def cancel(self, job: SparkJob) -> None:
        """Ask it to end a job that it was sent."""
        self._worker.post(NUMBER.pack(job.spec.seq))

    def dismiss(self) -> None:
        """Let it end; it must have no jobs. One that is still starting is not waited for."""
        if self.is_dismissed:
            return
        self.is_dismissed = True
        self._worker.dismiss()
        if self.session is None:
            self._worker.signal(SIGTERM)
        self.inbox.call_at(self.clock.monotonic() + LAST_BREATH, self.kill)

    def kill(self) -> None:
        """End it and Spark with it."""
        if self.pid:
            self._worker.signal(SIGKILL)

    def last_line(self) -> bytes:
        """What it has printed last."""
        return self._worker.printed.last_line()

    def last_lines(self) -> list[str]:
        """The same, a few lines."""
        text = self._worker.printed.whole()[-8192:].decode("utf-8", "replace")
        return [line.rstrip() for line in text.split("\n") if line.strip()][-SHOWN_LINES:]

    # ---- what the process tells

    def answered(self, worker: Worker, reply: bytes) -> None:
        """A message of the driver."""
        if self.session is None:
            self.session = unpack(reply)
            self._dispatcher.opened(self)
            return
        (seq,) = NUMBER.unpack_from(reply)
        job = self.jobs.get(seq)
        if job is not None:
            self.release(job)
            self._dispatcher.answered(self, job, reply[NUMBER.size :])

    def ended(self, worker: Worker, status: int) -> None:
        """The process is no more."""
        self.is_dismissed = True
        self._dispatcher.ended(self, status)

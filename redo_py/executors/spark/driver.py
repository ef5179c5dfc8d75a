"""One driver as its executors see it: a process with one Spark session, and the jobs that it has been given.

Jobs of several executors are in it side by side. Each of these says by its own options how many of them run at a time,
how long they wait for the session, and how long the driver stays when they are over.
"""

from __future__ import annotations

from redo_py.executors.api import NO_TIMER
from redo_py.executors.functions.sent_job import SentJob
from redo_py.executors.functions.workers import Worker
from redo_py.executors.processes.system import SIGKILL, SIGTERM, send
from redo_py.remote.api.spark import DRIVER, NUMBER, without_frames
from redo_py.values.codec import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.executors.api import Inbox, JobSpec, Timer
    from redo_py.ground.clock import Clock
    from redo_py.ground.errors import RunError
    from redo_py.remote.api.spark import Opened, Plan
else:
    Protocol = object

LAST_BREATH = 10.0  # seconds in which a driver that is dismissed gives its session back
SHOWN_LINES = 12  # of what it printed, if it dies
READ_BYTES = 32 << 10  # of the end of that, in which they are looked for


class SparkJob(SentJob):
    """One job, from `submit` to its one outcome."""

    __slots__ = ("begun_again", "deaths", "driver", "is_sent", "options", "owner")

    def __init__(self, spec: JobSpec, owner: JobOwner) -> None:
        super().__init__(spec)
        self.owner = owner
        self.options = owner.options  # with the job's own over them
        self.driver: Driver | None = None  # that has it now
        self.is_sent = False  # whether the driver has been told of it
        self.deaths = 0  # how many drivers have died with it
        self.begun_again: list[str] = []  # why it was, each time that it was given to another driver


class JobOwner(Protocol):
    """The executor of a job: it makes outcomes of what drivers tell."""

    options: Any  # of the executor

    def begin(self, driver: Driver, job: SparkJob) -> None:
        """It is the job's turn: it is to be sent, or to be over."""

    def answered(self, driver: Driver, job: SparkJob, reply: bytes) -> None:
        """The driver has answered, and has the job no more."""

    def refused(self, driver: Driver, job: SparkJob, error: RunError) -> None:
        """The driver has no session, as `error` says: the job must be over."""

    def unstarted(self, driver: Driver, job: SparkJob) -> None:
        """The driver has no session yet, and the executor has waited long enough: the job must be over."""

    def bereaved(self, driver: Driver, job: SparkJob, status: int) -> None:
        """The process is no more, with this wait status, and has the job no more."""


class Dispatcher(Protocol):
    """What a driver needs of those that it belongs to."""

    clock: Clock
    inbox: Inbox

    def takes_jobs(self, driver: Driver) -> bool:
        """Whether jobs that want such a driver get this one."""

    def retire(self, driver: Driver) -> None:
        """The driver gets no more jobs, and ends when it has none."""

    def ended(self, driver: Driver) -> None:
        """The process is no more."""


class Driver:
    """A driver process, from its start to its end. Implements workers.Owner."""

    def __init__(
        self, dispatcher: Dispatcher, plan: Plan, environ: Mapping[str, str], program: Sequence[str] = ()
    ) -> None:
        """Start it, in our interpreter or in the one that `program` starts; raises OSError."""
        self.clock = dispatcher.clock
        self.inbox = dispatcher.inbox
        self.plan = plan
        self.key = plan.key, tuple(program)  # what tells it from other drivers of the run
        self.session: Opened | None = None  # None while it starts
        self.jobs: dict[int, SparkJob] = {}  # by seq
        self.users: set[JobOwner] = set()  # whose jobs it has had, if they may have more
        self.env: dict[str, str] | None = None  # the environment of commands that it was told last
        self.is_dismissed = False
        self.is_given_up = False  # killed because a job of it did not end
        self._dispatcher = dispatcher
        self._stays_until = 0.0  # by the monotonic clock: even if it has no jobs
        self._idle_timer = NO_TIMER  # of that
        self._patience: dict[JobOwner, Timer] = {}  # how long each of those still waits for the session
        self._worker = Worker(self, plan.root, environ, plan.folders, DRIVER, program)
        self._group = self._worker.pid  # the process group that it leads

    def begin(self) -> None:
        """Tell it what it is to be."""
        self._worker.post(pack(self.plan))

    @property
    def pid(self) -> int:
        """Its process; 0 once it has ended."""
        return self._worker.pid

    # ---- its jobs

    def take(self, job: SparkJob) -> None:
        """It has this job from now on."""
        owner = job.owner
        self.users.add(owner)
        self.jobs[job.spec.seq] = job
        job.driver, job.is_sent = self, False
        self._idle_timer.drop()
        if self.session is None and owner not in self._patience:
            moment = self.clock.monotonic() + owner.options.start_timeout
            self._patience[owner] = self.inbox.call_at(moment, lambda: self._lose_patience(owner))

    def release(self, job: SparkJob) -> None:
        """It has this job no more."""
        self.jobs.pop(job.spec.seq, None)
        job.driver = None
        self._stays_until = max(self._stays_until, self.clock.monotonic() + job.owner.options.idle)

    def settle(self) -> None:
        """Begin what can begin, and end if there is nothing to do any more."""
        while self.session is not None and not self.is_dismissed and (job := self._next_waiting()) is not None:
            job.owner.begin(self, job)
        if self.jobs or self.session is None or self.is_dismissed:
            return
        if not self._dispatcher.takes_jobs(self):
            self.dismiss()
            return
        self._idle_timer.drop()
        self._idle_timer = self.inbox.call_at(self._stays_until, lambda: self._dispatcher.retire(self))

    def send(self, job: SparkJob, request: bytes) -> None:
        """Let it begin a job that it has."""
        job.is_sent = True
        self._worker.post(NUMBER.pack(job.spec.seq) + request)

    def cancel(self, job: SparkJob) -> None:
        """Ask it to end a job that it was sent."""
        self._worker.post(NUMBER.pack(job.spec.seq))

    def _next_waiting(self) -> SparkJob | None:
        """The first of its jobs that has not been sent and whose owner lets one more run."""
        room: dict[JobOwner, int] = {}
        for job in self.jobs.values():
            room[job.owner] = room.get(job.owner, job.owner.options.max_workers) - job.is_sent
        waiting = (job for job in self.jobs.values() if not job.is_sent and room[job.owner] > 0)
        return next(waiting, None)

    def _lose_patience(self, owner: JobOwner) -> None:
        """`owner` has waited for the session as long as it wanted to."""
        del self._patience[owner]
        self.users.discard(owner)
        for job in [job for job in self.jobs.values() if job.owner is owner]:
            owner.unstarted(self, job)
        if not self.jobs:
            self._dispatcher.retire(self)

    # ---- to its end

    def dismiss(self) -> None:
        """Let it end; it must have no jobs. One that is still starting is not waited for."""
        if self.is_dismissed:
            return
        self.is_dismissed = True
        self._drop_timers()
        self._worker.dismiss()
        if self.session is None:
            self._worker.signal(SIGTERM)
        self.inbox.call_at(self.clock.monotonic() + LAST_BREATH, self.kill)

    def give_up(self) -> None:
        """End it although it has jobs, because one of them does not end."""
        self.is_given_up = True
        self.kill()

    def kill(self) -> None:
        """End it and Spark with it."""
        if self.pid:
            self._worker.signal(SIGKILL)

    def _drop_timers(self) -> None:
        self._idle_timer.drop()
        for timer in self._patience.values():
            timer.drop()
        self._patience.clear()

    # ---- what the process tells

    def last_line(self) -> bytes:
        """What it has printed last."""
        return self._worker.printed.last_line()

    def last_lines(self) -> list[str]:
        """The same, a few lines."""
        return without_frames(self._worker.printed.whole()[-READ_BYTES:].decode("utf-8", "replace"))[-SHOWN_LINES:]

    def answered(self, worker: Worker, reply: bytes) -> None:
        """A message of the driver."""
        if self.session is None:
            self._open(unpack(reply))
            return
        (seq,) = NUMBER.unpack_from(reply)
        job = self.jobs.get(seq)
        if job is not None:
            self.release(job)
            job.owner.answered(self, job, reply[NUMBER.size :])
        self.settle()

    def _open(self, session: Opened) -> None:
        """It has a session now, or says why it has none: then none of its jobs can run."""
        self.session = session
        self._drop_timers()
        if session.error is not None:
            for job in list(self.jobs.values()):
                job.owner.refused(self, job, session.error)
            self._dispatcher.retire(self)
        self.settle()

    def ended(self, worker: Worker, status: int) -> None:
        """The process is no more, and what its calls have started goes with it."""
        send(-self._group, SIGKILL)
        self.is_dismissed = True
        self._drop_timers()
        self._dispatcher.ended(self)
        for job in list(self.jobs.values()):
            self.release(job)
            job.owner.bereaved(self, job, status)

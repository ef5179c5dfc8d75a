"""Jobs of an executor elsewhere on their way there: new ones are put into the scratch, those that lie ready are started
together. What an earlier scheduler has started, or a launch whose answer got lost, is found and not started again.

Each step may meet a fault that passes: then it is tried again, at ever longer intervals, and who has waited for longer
than `patience` fails. The job that met the fault goes behind the others, so that trouble with one does not hold up all.
"""

from __future__ import annotations

from collections import deque

from redo_py.executors.backend import ENDED, Report
from redo_py.executors.elsewhere.arrays import alike
from redo_py.executors.elsewhere.job import relieved, worn_out
from redo_py.executors.elsewhere.parcel import Unsendable
from redo_py.executors.failures import job_failure, mishandled
from redo_py.executors.options import OptionFault, names_of, unheeded, with_job
from redo_py.ground.errors import RedunError
from redo_py.remote.api.scratch import JOB, RESULT, job_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Protocol

    from redo_py.executors.backend import Site
    from redo_py.executors.elsewhere.asked import Asked
    from redo_py.executors.elsewhere.endings import Endings
    from redo_py.executors.elsewhere.job import ElsewhereJob
    from redo_py.executors.elsewhere.parcel import Parcels
    from redo_py.executors.elsewhere.returns import Returns
else:
    Protocol = object

FIRST_LOOK = 0.05  # of `job_monitor_interval`: after how much of it something is first asked again; then ever later
KEEP_EVERY = 3600.0  # seconds after which what jobs need is marked as used again; see app.care.scratches
SLOWER = 1.5  # by what that time grows, up to `job_monitor_interval`


class Desk(Protocol):
    """What departures need of the executor that they belong to."""

    launched: dict[str, ElsewhereJob]  # by key, all that the backend has

    def is_wanted(self, job: ElsewhereJob) -> bool:
        """Whether nobody has put an outcome of it."""

    def fail(self, job: ElsewhereJob, error: BaseException) -> None:
        """The job is over."""

    def look_soon(self) -> None:
        """Something has changed: ask about what is launched soon."""


class Departures:
    """All of one executor's jobs that the backend does not have yet."""

    def __init__(
        self,
        desk: Desk,
        backend: Asked,
        options: Any,
        site: Site,
        returns: Returns,
        parcels: Parcels,
        endings: Endings,
        notice: Callable[[str], None],
    ) -> None:
        self.is_open = False  # whether the backend is
        self.keys: set[str] = set()  # of all jobs that have one and no outcome, those that the backend has included
        self._desk = desk
        self._backend = backend
        self._options = options
        self._scratch = site.scratch
        self._clock = site.clock
        self._returns = returns
        self._parcels = parcels
        self._endings = endings
        self._notice = notice  # who hears that something is tried again
        self._told: set[str] = set()  # codes of faults, and options that change nothing, that it has heard of
        self._name = site.name
        self._new: deque[ElsewhereJob] = deque()
        self._ready: list[ElsewhereJob] = []
        self._launch_at = 0.0  # by the monotonic clock: when what is ready is started
        self._send_at = 0.0  # when what is new is sent
        self._pace = 0.0  # seconds between two tries; 0 while there is no fault
        self._keep_at = self._clock.monotonic() + KEEP_EVERY

    def add(self, jobs: Iterable[ElsewhereJob]) -> None:
        """These are to be sent."""
        self._new.extend(jobs)

    def over(self, key: str) -> None:
        """The job of this key has its outcome."""
        self.keys.discard(key)

    def keep(self) -> None:
        """Let nobody who clears up take what waits or runs for forgotten."""
        now = self._clock.monotonic()
        if now >= self._keep_at:
            self._keep_at = now + KEEP_EVERY
            self._scratch.keep(job_name(key, JOB) for key in self.keys)

    def next_moment(self) -> float | None:
        """When there is something to do, by the monotonic clock; None if there is nothing."""
        moments = [self._send_at] if self._new else []
        moments += [self._launch_at] if self._ready and self._has_room() else []
        return min(moments, default=None)

    def go(self) -> None:
        """Do what is due."""
        now = self._clock.monotonic()
        if self._new and now >= self._send_at:
            self._send()
        if self._ready and self._has_room() and now >= self._launch_at:
            self.launch()

    # ---- new -> ready

    def _send(self) -> None:
        """Put all that is new into the scratch, as far as there is no fault."""
        while self._new:
            job = self._new.popleft()
            if not self._desk.is_wanted(job):
                continue
            if job.error is not None:
                self._desk.fail(job, job.error)
                continue
            job.started = job.started or self._clock.now()
            try:
                self._open()
                self._place(job)
            except OptionFault as error:
                told = f"`{error.name}`: {error.error}"
                self._desk.fail(job, job_failure("job-option", job.spec, error=told, hint=error.hint))
            except Unsendable as error:
                self._desk.fail(job, job_failure("call-unsendable", job.spec, error=str(error)))
            except Exception as error:
                if self._returns.may_pass(error):
                    self._new.append(job)
                    self._send_at = self._bear(error, self._new)
                    return
                if self.is_open and not isinstance(error, (RedunError, OSError)):
                    self._desk.fail(job, mishandled(job.spec, error))
                    continue
                self._desk.fail(job, self._returns.failure_of(error, job.spec))
                if not self.is_open:  # none of them can go
                    self._fail_new(error)

    def _fail_new(self, error: Exception) -> None:
        """All that is new fails for the same reason."""
        while self._new:
            job = self._new.popleft()
            self._desk.fail(job, self._returns.failure_of(error, job.spec))

    def _open(self) -> None:
        """Open the backend if it is not. Raises what that raises."""
        if not self.is_open:
            self._backend.open()
            self.is_open = True

    def _place(self, job: ElsewhereJob) -> None:
        """Put all of the job into the scratch. Raises what that raises."""
        options = with_job(self._options, job.spec.options)
        for name in unheeded(type(self._options), job.spec.options):
            self._tell_unheeded(name, job.spec.label)
        job.placed = self._parcels.place(job.spec, options, self.keys, anew=job.mended > 0)
        if not self._ready:
            self._launch_at = self._clock.monotonic() + self._options.job_stale_time
        self.keys.add(job.placed.key)
        self._ready.append(job)
        self._is_fine([job])

    # ---- ready -> launched

    def _has_room(self) -> bool:
        limit = self._options.max_workers
        return limit is None or len(self._desk.launched) < limit

    def launch(self) -> None:
        """Start what is ready, as far as there is room."""
        ready = [job for job in self._ready if self._desk.is_wanted(job)]
        limit = self._options.max_workers
        room = len(ready) if limit is None else max(0, limit - len(self._desk.launched))
        chosen, self._ready = ready[:room], ready[room:]
        if not chosen:
            return
        try:
            left = self._without_found(chosen)
        except Exception as error:
            self._not_launched(chosen, error)
            return
        by_key = {job.placed.key: job for job in left if job.placed is not None}
        groups = deque(alike(job.placed for job in left if job.placed is not None))  # a bad option is theirs only
        while groups:
            placed = groups.popleft()
            group = [by_key[job.key] for job in placed]
            try:
                self._backend.launch(placed)
            except Exception as error:
                for job in group:
                    job.may_be_there = True
                if not self._not_launched(group, error):
                    continue
                self._ready[:0] = [by_key[job.key] for others in groups for job in others]
                return
            self._are_launched(group)

    def _not_launched(self, jobs: Sequence[ElsewhereJob], error: Exception) -> bool:
        """`jobs` could not be started; whether that is tried again."""
        if self._returns.may_pass(error):
            self._ready += jobs
            self._launch_at = self._bear(error, self._ready)
            return True
        for job in jobs:
            self.give_up(job, self._returns.failure_of(error, job.spec))
        return False

    def _are_launched(self, jobs: Sequence[ElsewhereJob]) -> None:
        """The backend has these."""
        now = self._clock.monotonic()
        for job in jobs:
            assert job.placed is not None
            job.queued = now
            self._desk.launched[job.placed.key] = job
        self._is_fine(jobs)
        self._desk.look_soon()

    def _without_found(self, jobs: Sequence[ElsewhereJob]) -> list[ElsewhereJob]:
        """Those of `jobs` that are to be started: not those that run already, or whose result lies there. What does not
        run when it is looked for has ended before, and its result is looked for behind that. Raises OSError and
        RunError."""
        by_key = {job.placed.key: job for job in jobs if job.placed is not None}
        unheard = [key for key, job in by_key.items() if job.may_be_there]
        earlier = [key for key, job in by_key.items() if job.spec.identity and not job.may_be_there]
        keys = [*unheard, *earlier]  # it may have something to clear up of those that are over, too
        running = set(self._backend.find(keys)) if keys else set()
        unheard = [key for key in unheard if key not in running]
        missing = set(self._scratch.absent([job_name(key, RESULT) for key in unheard])) if unheard else set()
        over = {key for key in unheard if job_name(key, RESULT) not in missing}
        over |= self._returns.left([key for key in earlier if key not in running])
        for key in over | running:
            by_key[key].is_found = not by_key[key].may_be_there
        for key in over:
            by_key[key].result = Report(key, ENDED)
        self._are_launched([by_key[key] for key in keys if key in over or key in running])
        return [job for key, job in by_key.items() if key not in over and key not in running]

    # ---- faults

    def _bear(self, error: Exception, jobs: Iterable[ElsewhereJob]) -> float:
        """When to try again what has raised `error`; those of `jobs` fail that have waited for too long."""
        now, most = self._clock.monotonic(), self._options.job_monitor_interval
        jobs = list(jobs)
        self._tell(self._returns.failure_of(error, jobs[0].spec))
        for job in worn_out(jobs, now, self._options.patience):
            self.give_up(job, self._returns.failure_of(error, job.spec, self._options.patience))
        self._pace = min(most, self._pace * SLOWER or most * FIRST_LOOK)
        return now + self._pace

    def _tell(self, fault: RedunError) -> None:
        """Say once that what has met this fault is tried again."""
        if fault.code not in self._told:
            self._told.add(fault.code)
            self._notice(
                f"{self._name}: {fault.headline}; trying again, for {self._options.patience:g} seconds at most"
            )

    def _tell_unheeded(self, name: str, label: str) -> None:
        """Say once that an option which a job has changes nothing here."""
        if name not in self._told:
            self._told.add(name)
            is_own = name in names_of(type(self._options))
            why = "only the section of the executor can say that" if is_own else "there is no such option"
            self._notice(f"{self._name}: `{name}` of {label} changes nothing: {why}")

    def _is_fine(self, jobs: Sequence[ElsewhereJob]) -> None:
        relieved(jobs)
        self._pace = 0.0

    def give_up(self, job: ElsewhereJob, error: RedunError) -> None:
        """The job fails; if it may have been started, it is ended."""
        if job.may_be_there and job.placed is not None:
            self._endings.add([job.placed.key])
        self._desk.fail(job, error)

"""Runs jobs on other machines, or in other worlds of this one, over a Backend: the Executor that all of them share.

One thread does everything that may take a while: it puts jobs into the scratch, has the backend start them together,
asks from time to time how they are, takes their results back and puts their files in place. A job is one of

    new         submitted, nothing done yet
    ready       lies in the scratch, waits for others to be started with it, or for room under `max_workers`
    launched    the backend has it, or had it for a scheduler that was killed: those are found, and not started again
    over        its outcome was put

What a job has left in the scratch is believed before what the backend says. Faults of network, scratch and backend are
borne for `patience` seconds; then the jobs fail that they concern.
"""

from __future__ import annotations

import threading

from redo_py.executors.api import Failed
from redo_py.executors.away import ElsewhereJob
from redo_py.executors.backend import ENDED, LOST, RUNNING, Report
from redo_py.executors.failures import job_failure
from redo_py.executors.options import OptionFault, with_job
from redo_py.executors.parcel import Parcels, Unsendable
from redo_py.executors.returns import Damaged, NotYet, Returns, copied
from redo_py.executors.threads import begin_thread
from redo_py.ground.errors import RedunError, RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from redo_py.executors.api import Inbox, JobSpec, Outcome
    from redo_py.executors.backend import Backend, Site

FIRST_LOOK = 0.05  # of `job_monitor_interval`: after how much of it jobs are first asked about; then ever more
SLOWER = 1.5  # by what the time between two looks grows, up to `job_monitor_interval`
END_WITHIN = 30.0  # seconds in which a backend must have ended a job
MENDED = 2  # how often a job is placed anew because something in the scratch was damaged
STOP_EVERY = 0.02  # seconds between two looks at what is being ended


class ElsewhereExecutor:
    """The Executor over `backend`, which has `options` as the settings give them."""

    def __init__(self, backend: Backend, options: Any, site: Site) -> None:
        self.inbox: Inbox
        self.site = site
        self.clock = site.clock
        self.backend = backend
        self.options = options
        self._lock = threading.Condition()
        self._new: list[ElsewhereJob] = []  # guarded by the lock, as are the next ones
        self._jobs: dict[int, ElsewhereJob] = {}  # by seq, all that have no outcome yet
        self._to_cancel: list[ElsewhereJob] = []
        self._is_stopping = False
        self._thread: Any = None
        self._ready: list[ElsewhereJob] = []  # of the thread alone, as is all that follows
        self._launched: dict[str, ElsewhereJob] = {}  # by key
        self._keys: set[str] = set()  # of all that are ready or launched
        self._is_open = False
        self._parcels = Parcels(site, site.scratch)
        self._returns = Returns(site, site.scratch)
        self._due = 0.0  # by the monotonic clock: when jobs are looked at
        self._launch_at = 0.0  # when what is ready is started
        self._pace = 0.0  # seconds between two looks
        self._faulty_since = 0.0  # since when backend or scratch cannot be reached; 0 when they can

    # ---- the engine's side

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = inbox

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        with self._lock:
            for spec in specs:
                job = self._jobs[spec.seq] = ElsewhereJob(spec)
                self._new.append(job)
            if self._thread is None:
                self._thread = begin_thread(self._work, f"redun-{self.site.name}")
            self._lock.notify()

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        with self._lock:
            for seq in seqs:
                job = self._jobs.get(seq)
                if job is not None:
                    job.error = job.error or job_failure("job-cancelled", job.spec)
                    self._to_cancel.append(job)
            self._lock.notify()

    def tail(self, seq: int) -> bytes:
        """The last line that the job had printed when it was last asked for; asks again."""
        job = self._jobs.get(seq)
        if job is None:
            return b""
        job.wants_tail = True
        return job.last

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        if self._thread is None:
            return
        self.cancel(list(self._jobs))
        with self._lock:
            self._is_stopping = True
            self._lock.notify()
        self._thread.join()
        self._thread = None

    # ---- the thread's side

    def _work(self) -> None:
        """Its life: one turn after another, until it is told to stop and nothing is left."""
        while True:
            new, to_cancel, is_over = self._await()
            if is_over:
                break
            try:
                self._turn(new, to_cancel)
            except Exception as error:  # a fault of ours or of the backend's author must not leave anybody waiting
                self._fail_all(error)
        if self._is_open:
            self.backend.close()

    def _await(self) -> tuple[list[ElsewhereJob], list[ElsewhereJob], bool]:
        """What was asked for meanwhile, waiting until there is something to do; whether the end has come."""
        with self._lock:
            if not self._new and not self._to_cancel and not self._is_stopping:
                self._lock.wait(self._pause())
            new, to_cancel = self._new, self._to_cancel
            self._new, self._to_cancel = [], []
            is_over = self._is_stopping and not self._jobs
        if self._is_stopping and not is_over:
            self._pace = STOP_EVERY
            self.clock.sleep(STOP_EVERY)
        return new, to_cancel, is_over

    def _pause(self) -> float | None:
        """Seconds until there is something to do by itself; None if there is nothing."""
        moments = [self._launch_at] if self._ready and self._has_room() else []
        moments += [self._due] if self._launched else []
        return max(0.0, min(moments) - self.clock.monotonic()) if moments else None

    def _turn(self, new: list[ElsewhereJob], to_cancel: list[ElsewhereJob]) -> None:
        for job in new:
            self._place(job)
        if self._ready and self.clock.monotonic() >= self._launch_at:
            self._launch()
        self._cancel(to_cancel)
        if self._launched and self.clock.monotonic() >= self._due:
            self._look()

    # ---- new -> ready

    def _place(self, job: ElsewhereJob) -> None:
        """Put all of the job into the scratch."""
        if job.error is not None:
            self._fail(job, job.error)
            return
        job.started = self.clock.now()
        try:
            self._open()
            options = with_job(self.options, job.spec.options)
            job.placed = self._parcels.place(job.spec, options, self._keys)
        except OptionFault as error:
            told = f"`{error.name}`: {error.error}"
            self._fail(job, job_failure("job-option", job.spec, error=told, hint=error.hint))
        except Unsendable as error:
            self._fail(job, job_failure("call-unsendable", job.spec, error=str(error)))
        except RedunError as error:
            self._fail(job, copied(error))
        except OSError as error:
            self._fail(job, self._returns.scratch_failure(job.spec, error))
        else:
            if not self._ready:
                self._launch_at = self.clock.monotonic() + self.options.job_stale_time
            self._keys.add(job.placed.key)
            self._ready.append(job)

    def _open(self) -> None:
        if not self._is_open:
            self.backend.open()
            self._is_open = True

    # ---- ready -> launched

    def _has_room(self) -> bool:
        limit = self.options.max_workers
        return limit is None or len(self._launched) < limit

    def _launch(self) -> None:
        """Start what is ready, as far as there is room; find what an earlier scheduler has started."""
        ready = [job for job in self._ready if self._jobs.get(job.spec.seq) is job]
        room = len(ready) if self.options.max_workers is None else self.options.max_workers - len(self._launched)
        chosen, self._ready = ready[:room], ready[room:]
        if not chosen:
            return
        by_key = {job.placed.key: job for job in chosen if job.placed is not None}
        self._launched.update(by_key)
        self._look_soon()
        try:
            found = self._find([job for job in chosen if job.spec.identity])
            placed = [job.placed for key, job in by_key.items() if key not in found and job.placed is not None]
            if placed:
                self.backend.launch(placed)
        except (OSError, RedunError) as error:
            self._fail_each(by_key.values(), self._failure_of(error))

    def _find(self, jobs: list[ElsewhereJob]) -> set[str]:
        """The keys of those of `jobs` whose result lies there, or that run already. Raises OSError, RunError."""
        keys = [job.placed.key for job in jobs if job.placed is not None]
        left = self._returns.left(keys)
        found = left | set(self.backend.find(keys))  # it may have something to clear up of those that are left, too
        for key in found:
            self._launched[key].is_found = True
        for key in left:
            self._launched[key].result = Report(key, ENDED)
        return found

    def _look_soon(self) -> None:
        self._pace = self.options.job_monitor_interval * FIRST_LOOK
        self._due = self.clock.monotonic() + self._pace

    # ---- launched -> over

    def _look(self) -> None:
        """Ask the backend, and take back what has ended."""
        try:
            running = [key for key, job in self._launched.items() if job.result is None]
            for report in self.backend.poll(running) if running else ():
                self._note(report)
            self._faulty_since = 0.0
        except (RunError, OSError) as error:
            self._bear(error, list(self._launched.values()))
        before = len(self._launched)
        for job in [job for job in self._launched.values() if job.result is not None]:
            self._take_back(job)
        self._expire()
        if len(self._launched) < before:
            self._look_soon()
            if self._ready:
                self._launch()
        else:
            self._pace = min(self._pace * SLOWER, self.options.job_monitor_interval)
            self._due = self.clock.monotonic() + self._pace

    def _note(self, report: Report) -> None:
        """What the backend says of one job."""
        job = self._launched.get(report.key)
        if job is None:
            return
        if report.state in (ENDED, LOST):
            job.result = report
        elif report.state == RUNNING:
            job.began = job.began or self.clock.monotonic()
            if job.wants_tail:
                job.wants_tail = False
                job.last = self.backend.tail(report.key).strip().rpartition("\n")[2].encode()

    def _take_back(self, job: ElsewhereJob) -> None:
        """Its outcome, if it can be had now."""
        assert job.placed is not None
        assert job.result is not None
        key, now = job.placed.key, self.clock.monotonic()
        job.ended = job.ended or now
        if job.error is not None:
            self._returns.clear(key)
            self._fail(job, job.error)
            return
        try:
            may_come = now < job.ended + self.options.latency
            outcome, has_result = self._returns.outcome(job, may_come, self.backend.tail)
        except NotYet:
            return
        except Damaged as damage:
            self._mend(job, damage)
            return
        except (RunError, OSError) as error:
            if isinstance(error, OSError) and self._returns.is_lasting(error):
                self._fail(job, self._returns.scratch_failure(job.spec, error))
            else:
                self._bear(error, [job])
            return
        is_shared = job.is_found or (bool(job.spec.identity) and job.result.exit == 0)
        if is_shared and not has_result:  # another scheduler took it: it is run for this one
            self._run_anew(job)
        else:
            self._put(job, outcome)

    def _mend(self, job: ElsewhereJob, damage: Damaged) -> None:
        """Have what is damaged sent once more and begin again; fail if that is in vain, or if it must not run twice."""
        assert job.placed is not None
        self._returns.clear(job.placed.key)
        if damage.name:
            self._parcels.send_anew(damage.name)
        if job.mended == MENDED or (damage.has_run and not job.is_repeatable):
            self._fail(job, damage.error)
            return
        job.mended += 1
        self._run_anew(job)

    def _run_anew(self, job: ElsewhereJob) -> None:
        assert job.placed is not None
        del self._launched[job.placed.key]
        job.spec.identity = b""
        job.is_found, job.result, job.ended, job.began = False, None, 0.0, 0.0
        self._place(job)

    def _expire(self) -> None:
        """End what has taken too long, and give up what does not end."""
        now = self.clock.monotonic()
        late = []
        for job in list(self._launched.values()):
            timeout = job.spec.timeout
            if timeout is not None and job.began and now >= job.began + timeout and job.error is None:
                job.error = job_failure("timed-out", job.spec, seconds=timeout)
                late.append(job)
            elif job.cancelled and now >= job.cancelled + END_WITHIN and job.error is not None:
                self._fail(job, job.error)
        self._cancel(late)

    def _cancel(self, jobs: Iterable[ElsewhereJob]) -> None:
        """Have these jobs ended, which have their errors."""
        keys = []
        for job in jobs:
            if self._jobs.get(job.spec.seq) is not job or job.cancelled:
                continue
            if job.placed is not None and self._launched.get(job.placed.key) is job:
                job.cancelled = self.clock.monotonic()
                keys.append(job.placed.key)
            elif job.error is not None:
                self._fail(job, job.error)
        if keys:
            self._look_soon()
            try:
                self.backend.cancel(keys)
            except (RunError, OSError) as error:
                self._bear(error, [self._launched[key] for key in keys])

    # ---- faults

    def _bear(self, error: Exception, jobs: list[ElsewhereJob]) -> None:
        """Something cannot be reached: `jobs` fail if that has lasted too long."""
        now = self.clock.monotonic()
        self._faulty_since = self._faulty_since or now
        if now - self._faulty_since < self.options.patience:
            return
        self._faulty_since = 0.0
        self._fail_each(jobs, self._failure_of(error))

    def _failure_of(self, error: Exception) -> Callable[[ElsewhereJob], BaseException]:
        """What makes of `error`, which concerns several jobs, the one of each."""
        if isinstance(error, OSError):
            trouble = error
            return lambda job: self._returns.scratch_failure(job.spec, trouble)
        return lambda job: copied(error)

    def _fail_all(self, error: Exception) -> None:
        def failure(job: ElsewhereJob) -> BaseException:
            made = job_failure(
                "executor-broke", job.spec, name=self.site.name, error=f"{type(error).__name__}: {error}"
            )
            made.__cause__ = error
            return made

        self._ready.clear()
        self._fail_each(list(self._jobs.values()), failure)

    def _fail_each(self, jobs: Iterable[ElsewhereJob], failure: Callable[[ElsewhereJob], BaseException]) -> None:
        for job in list(jobs):
            self._fail(job, failure(job))

    def _fail(self, job: ElsewhereJob, error: BaseException) -> None:
        ended = self.clock.now()
        self._put(job, Failed(job.spec.seq, error, b"", job.started or ended, ended))

    def _put(self, job: ElsewhereJob, outcome: Outcome) -> None:
        """The job is over."""
        with self._lock:
            if self._jobs.get(job.spec.seq) is not job:
                return
            del self._jobs[job.spec.seq]
        if job.placed is not None:
            self._keys.discard(job.placed.key)
            self._parcels.over(job.placed, outcome)
            if self._launched.get(job.placed.key) is job:
                del self._launched[job.placed.key]
        self.inbox.put(outcome)

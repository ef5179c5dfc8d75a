"""Runs jobs on other machines, or in other worlds of this one, over a Backend: the Executor that all of them share.

One thread does everything that may take a while: it puts jobs into the scratch, has the backend start them together,
asks from time to time how they are, takes their results back and puts their files in place. A job is one of

    new         submitted, nothing done yet
    ready       lies in the scratch, waits for others to be started with it, or for room under `max_workers`
    launched    the backend has it, or had it for a scheduler that was killed: those are found, and not started again
    over        its outcome was put

What a job has left in the scratch is believed before what the backend says. Faults of network, scratch and backend are
borne for `patience` seconds; then the jobs fail that they concern. Each job has a patience of its own: that others can
be reached says nothing about it. What fails while the backend has it, is ended there.
"""

from __future__ import annotations

import threading

from redo_py.executors.api import Failed
from redo_py.executors.backend import RUNNING
from redo_py.executors.elsewhere.asked import Asked
from redo_py.executors.elsewhere.departures import FIRST_LOOK, SLOWER, Departures
from redo_py.executors.elsewhere.endings import Endings
from redo_py.executors.elsewhere.job import ElsewhereJob, abandoned, not_begun, relieved, worn_out
from redo_py.executors.elsewhere.parcel import Parcels
from redo_py.executors.elsewhere.returns import Damaged, NotYet, Returns
from redo_py.executors.failures import failed_after, job_failure, mishandled
from redo_py.executors.functions.threads import begin_thread
from redo_py.ground.errors import RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from redo_py.executors.api import Inbox, JobSpec, Outcome
    from redo_py.executors.backend import Backend, Report, Site

END_WITHIN = 30.0  # seconds in which a backend must have ended a job
UNHEARD = 60.0  # seconds after which a job that was to be ended is given up by who waits for it, whatever keeps it
AT_THE_END = 1.0  # the most seconds between two looks while all that runs is being ended
MENDED = 2  # how often a job is placed anew because something in the scratch was damaged


class ElsewhereExecutor:
    """The Executor over `backend`, which has `options` as the settings give them. `notice` hears, from its thread, that
    something is tried again."""

    def __init__(
        self, backend: Backend, options: Any, site: Site, notice: Callable[[str], None] = lambda text: None
    ) -> None:
        self.inbox: Inbox
        self.site = site
        self.clock = site.clock
        self.backend = backend
        self._asked = asked = Asked(backend, site)
        self.options = options
        self._lock = threading.Condition()
        self._new: list[ElsewhereJob] = []  # guarded by the lock, as are the next ones
        self._jobs: dict[int, ElsewhereJob] = {}  # by seq, all that have no outcome yet
        self._to_cancel: list[ElsewhereJob] = []
        self._is_stopping = False
        self._thread: Any = None
        self._stands_still = False  # whether it was, when jobs of it were given up
        self.launched: dict[str, ElsewhereJob] = {}  # by key; of the thread alone, as is all that follows
        self._parcels = Parcels(
            site, site.scratch, getattr(backend, "environments", ""), getattr(backend, "job_variables", ())
        )
        self.without_environments: str = getattr(backend, "without_environments", "")  # why its jobs cannot have any
        self._returns = Returns(site, site.scratch, notice)
        self._endings = Endings(asked)
        self._notice = notice
        self._departures = Departures(self, asked, options, site, self._returns, self._parcels, self._endings, notice)
        self._due = 0.0  # by the monotonic clock: when jobs are looked at
        self._pace = 0.0  # seconds between two looks

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
            jobs = [job for job in map(self._jobs.get, seqs) if job is not None]
            for job in jobs:
                job.error = job.error or job_failure("job-cancelled", job.spec)
            self._to_cancel += jobs
            self._lock.notify()
        if jobs:
            self.inbox.call_at(self.clock.monotonic() + UNHEARD, lambda: self._abandon(jobs))

    def _abandon(self, jobs: Iterable[ElsewhereJob]) -> None:
        """Nobody waits any longer for those of `jobs` that have no outcome: the thread may stand still in a call of the
        backend."""
        for job in jobs:
            with self._lock:
                if not self.is_wanted(job):
                    continue
                del self._jobs[job.spec.seq]
            self._stands_still = True
            self.inbox.put(abandoned(job, self.clock.now()))

    def tail(self, seq: int) -> bytes:
        """The last line that the job had printed when it was last asked for; asks again."""
        job = self._jobs.get(seq)
        if job is None:
            return b""
        job.wants_tail = True
        return job.last

    def waits_for(self, seq: int) -> str:
        """Why the job has not begun, in the backend's words; "" if it has, or nobody knows."""
        job = self._jobs.get(seq)
        return job.waits_for if job is not None and not job.began else ""

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        if self._thread is None:
            return
        self.cancel(list(self._jobs))
        with self._lock:
            self._is_stopping = True
            self._lock.notify()
        self._thread.join(AT_THE_END if self._stands_still else UNHEARD)
        self._abandon(list(self._jobs.values()))
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
            except BaseException as error:  # a fault of ours or of the backend's author must not leave anybody waiting
                self._fail_all(error)
        if self._departures.is_open:
            self._close()

    def _close(self) -> None:
        """Nothing is left: nobody waits for what the backend makes of that."""
        try:
            self._end_abandoned()
            self._asked.close()
        except BaseException as error:
            self._notice(f"{self.site.name}: it could not be closed: {type(error).__name__}: {error}")

    def _await(self) -> tuple[list[ElsewhereJob], list[ElsewhereJob], bool]:
        """What was asked for meanwhile, waiting until there is something to do; whether the end has come."""
        with self._lock:
            if not self._new and not self._to_cancel and (self._jobs or not self._is_stopping):
                self._lock.wait(self._pause())
            new, to_cancel = self._new, self._to_cancel
            self._new, self._to_cancel = [], []
            return new, to_cancel, self._is_stopping and not self._jobs

    def _pause(self) -> float | None:
        """Seconds until there is something to do by itself; None if there is nothing."""
        moments = [self._due] if self.launched or self._endings.is_pending else []
        departure = self._departures.next_moment()
        moments += [departure] if departure is not None else []
        return max(0.0, min(moments) - self.clock.monotonic()) if moments else None

    def _turn(self, new: list[ElsewhereJob], to_cancel: list[ElsewhereJob]) -> None:
        self._departures.add(new)
        self._cancel(to_cancel)
        self._departures.go()
        if (self.launched or self._endings.is_pending) and self.clock.monotonic() >= self._due:
            self._look()

    def is_wanted(self, job: ElsewhereJob) -> bool:
        """Whether nobody has put an outcome of it."""
        return self._jobs.get(job.spec.seq) is job

    def look_soon(self) -> None:
        """Something has changed: ask about what is launched soon."""
        self._pace = self.options.job_monitor_interval * FIRST_LOOK
        self._due = self.clock.monotonic() + self._pace

    # ---- launched -> over

    def _look(self) -> None:
        """Ask the backend, and take back what has ended."""
        self._departures.keep()
        self._endings.tell()
        self._end_abandoned()
        self._ask()
        before = len(self.launched)
        for job in [job for job in self.launched.values() if job.result is not None]:
            try:
                self._take_back(job)
            except Exception as error:  # of ours, or of a class of the project's: no other job has to do with it
                self.fail(job, mishandled(job.spec, error))
        self._expire()
        if len(self.launched) < before:
            self.look_soon()
            self._departures.launch()
        else:
            most = self.options.job_monitor_interval
            self._pace = min(self._pace * SLOWER, min(most, AT_THE_END) if self._is_stopping else most)
            self._due = self.clock.monotonic() + self._pace

    def _end_abandoned(self) -> None:
        """What nobody waits for any more must not run on."""
        left = [key for key, job in self.launched.items() if not self.is_wanted(job)]
        for key in left:
            del self.launched[key]
            self._departures.over(key)
        self._endings.add(left)

    def _ask(self) -> None:
        """Ask the backend about all that may still run."""
        asked = {key: job for key, job in self.launched.items() if job.result is None}
        if not asked:
            return
        try:
            reports = self._asked.poll(list(asked))
        except (RedunError, OSError) as error:
            self._bear(error, list(asked.values()))
            return
        relieved(list(asked.values()))
        for report in reports:
            self._note(report)

    def _note(self, report: Report) -> None:
        """What the backend says of one job."""
        job = self.launched.get(report.key)
        if job is None:
            return
        job.note(report, self.clock.monotonic())
        if report.state == RUNNING and job.wants_tail:
            job.wants_tail = False
            job.last = self._asked.log(report.key).strip().rpartition("\n")[2].encode()

    def _take_back(self, job: ElsewhereJob) -> None:
        """Its outcome, if it can be had now."""
        assert job.placed is not None
        assert job.result is not None
        now = self.clock.monotonic()
        job.ended = job.ended or now
        if job.error is not None:
            self.fail(job, job.error)
            return
        try:
            may_come = now < job.ended + self.options.latency
            outcome, has_result = self._returns.outcome(job, may_come, self._asked.log)
        except NotYet:
            relieved([job])
            return
        except Damaged as damage:
            self._mend(job, damage)
            return
        except (RedunError, OSError) as error:
            if self._returns.may_pass(error):
                self._bear(error, [job])
            else:
                self.fail(job, self._returns.failure_of(error, job.spec))
            return
        is_shared = job.is_found or (bool(job.spec.identity) and job.result.exit == 0)
        if is_shared and not has_result:  # another scheduler took it: it is run for this one
            self._run_anew(job)
        else:
            self._put(job, outcome)

    def _mend(self, job: ElsewhereJob, damage: Damaged) -> None:
        """Begin again, with all sent once more; fail if that is in vain, or if it must not run twice."""
        assert job.placed is not None
        self._returns.clear(job.placed.key)
        if job.mended == MENDED or (damage.has_run and not job.spec.repeatable):
            self.fail(job, damage.error)
            return
        job.mended += 1
        self._run_anew(job)

    def _run_anew(self, job: ElsewhereJob) -> None:
        assert job.placed is not None
        del self.launched[job.placed.key]
        self._departures.over(job.placed.key)
        job.begin_anew()
        self._departures.add([job])

    def _expire(self) -> None:
        """End what has taken too long, and give up what does not end."""
        now = self.clock.monotonic()
        late = []
        for job in list(self.launched.values()):
            if job.error is not None:
                if job.cancelled and now >= job.cancelled + END_WITHIN:
                    self._give_up(job, job.error)
            elif job.is_overdue(now):
                job.error = job_failure("timed-out", job.spec, seconds=job.spec.timeout)
                late.append(job)
            elif job.has_waited(now):
                job.error = not_begun(job)
                late.append(job)
        self._cancel(late)

    def _cancel(self, jobs: Iterable[ElsewhereJob]) -> None:
        """Have these jobs ended, which have their errors."""
        keys = []
        for job in jobs:
            if not self.is_wanted(job) or job.cancelled or job.error is None:
                continue
            if job.placed is not None and self.launched.get(job.placed.key) is job:
                job.cancelled = self.clock.monotonic()
                keys.append(job.placed.key)
            else:
                self._departures.give_up(job, job.error)
        if keys:
            self.look_soon()
            self._endings.add(keys)

    # ---- faults

    def _bear(self, error: RedunError | OSError, jobs: list[ElsewhereJob]) -> None:
        """Something cannot be reached: those of `jobs` fail that have borne it for too long, if they are not being
        ended anyway."""
        for job in worn_out(jobs, self.clock.monotonic(), self.options.patience):
            if job.error is None:
                self._give_up(job, self._returns.failure_of(error, job.spec, self.options.patience))

    def _give_up(self, job: ElsewhereJob, error: RedunError) -> None:
        """The job fails although the backend may still have it: it is ended there, or the error says that it is not."""
        assert job.placed is not None
        self._endings.add([job.placed.key])
        if self._endings.lacks(job.placed.key):
            error.facts = [*error.facts, ("may run on", f"it could not be ended: {self._endings.fault}")]
        self.fail(job, error)

    def _fail_all(self, error: BaseException) -> None:
        """The backend has broken down: nobody knows what it has."""
        launched = list(self.launched)
        for job in list(self._jobs.values()):
            self.fail(job, self._returns.failure_of(error, job.spec))
        try:
            self._endings.add(launched)
        except BaseException:  # what is broken cannot be asked to clean up
            self._endings = Endings(self._asked)

    def fail(self, job: ElsewhereJob, error: BaseException) -> None:
        """The job is over."""
        ended = self.clock.now()
        self._put(job, Failed(job.spec.seq, error, b"", job.started or ended, ended))

    def _put(self, job: ElsewhereJob, outcome: Outcome) -> None:
        """The job is over. Somebody waits for the outcome, whatever happens, and not for what is cleared up behind it:
        a scratch may stand still."""
        with self._lock:
            if self._jobs.get(job.spec.seq) is not job:
                return
            del self._jobs[job.spec.seq]
        is_to_clear = job.placed is not None and self._is_to_clear(job, outcome)
        try:
            outcome = self._forget(job, outcome)
        except Exception as error:
            outcome = failed_after(outcome, mishandled(job.spec, error))
        self.inbox.put(outcome)
        if is_to_clear and job.placed is not None:
            self._returns.clear(job.placed.key)

    def _is_to_clear(self, job: ElsewhereJob, outcome: Outcome) -> bool:
        """Whether something of it lies in the scratch, as far as that can be reached."""
        is_near = self.site.scratch.is_folder or self._is_launched(job)
        return isinstance(outcome, Failed) and not job.faulty_since and is_near

    def _is_launched(self, job: ElsewhereJob) -> bool:
        return job.placed is not None and self.launched.get(job.placed.key) is job

    def _forget(self, job: ElsewhereJob, outcome: Outcome) -> Outcome:
        """Nothing needs what is known of the job any more. What its outcome is then."""
        if job.placed is None:
            return outcome
        self._departures.over(job.placed.key)
        if self._is_launched(job):
            del self.launched[job.placed.key]
        return self._parcels.over(job.spec, job.placed, outcome)

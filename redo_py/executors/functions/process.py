"""Runs jobs that call Python functions in processes of their own, one worker for each job that runs at a time.

A worker is started when there is work for it and lives as long as redun: importing the project costs more than most
calls. It imports the modules by itself and checks that the code of a task is what the job was decided with; one that
has other code is replaced. One that dies, by a signal, a crash or for lack of memory, fails its job and is replaced,
too.
"""

from __future__ import annotations

import os
from collections import deque

from redo_py.executors.api import CallStep
from redo_py.executors.commands.depfile import with_discovered
from redo_py.executors.failures import job_failure, signal_name, system_failure
from redo_py.executors.functions.replies import as_outcome
from redo_py.executors.functions.sending import Sending
from redo_py.executors.functions.sent_job import SentJob
from redo_py.executors.functions.workers import Worker
from redo_py.executors.inbox import wait_out
from redo_py.executors.processes.journal import announce, conclude
from redo_py.executors.processes.strays import end_strays
from redo_py.executors.processes.system import SIGKILL, SIGTERM, WORKER_GRACE
from redo_py.ground.errors import RunError
from redo_py.remote.api import NO_MEMORY, STALE
from redo_py.values.codec import unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redo_py.executors.api import Failed, Inbox, JobSpec, Outcome
    from redo_py.executors.processes.journal import Journal, Unwritten
    from redo_py.ground.clock import Clock
    from redo_py.remote.api import Reply
    from redo_py.tasks.task import Task

LAST_BREATH = 10.0  # seconds in which a worker that is dismissed ends by itself
STALE_AT_MOST = 2  # times a job meets a worker with other code before the module is given up on


class ProcessExecutor:
    """The Executor over a pool of at most `max_workers` workers, for the project at `root`.

    `identify` gives the digest of a task's code. `environ` is what workers are started with; they look for modules in
    `folders` before the root. Paths of jobs are relative to `here`, by default the root. `program` are the words that
    start redo_py in another interpreter than ours; what `identify` gives is then about whole files (`by_files`),
    because other packages may be there.
    """

    def __init__(
        self,
        max_workers: int,
        root: str,
        clock: Clock,
        journal: Journal | Unwritten,
        environ: Mapping[str, str],
        identify: Callable[[Task], bytes],
        folders: Sequence[str] = (),
        here: str = "",
        program: Sequence[str] = (),
        by_files: bool = False,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.jobs: dict[int, SentJob] = {}  # by seq, all that have no outcome yet
        self.inbox: Inbox
        self._max_workers = max_workers
        self._root = root
        self._here = here or root
        self._environ = environ
        self._folders = folders
        self._program = program
        self._sending = Sending(identify, by_files)
        self._waiting: deque[SentJob] = deque()
        self._workers: set[Worker] = set()
        self._leaving: set[Worker] = set()  # dismissed; they have no jobs
        self._idle: list[Worker] = []

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = inbox

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        for spec in specs:
            job = self.jobs[spec.seq] = SentJob(spec)
            self._waiting.append(job)
        self._assign()

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        for seq in seqs:
            job = self.jobs.get(seq)
            if job is not None:
                self._end(job, job_failure("job-cancelled", job.spec))

    def tail(self, seq: int) -> bytes:
        """The last line that the job has printed so far; empty if there is none."""
        job = self.jobs.get(seq)
        worker = self._worker_of(job) if job is not None else None
        return worker.printed.last_line() if worker is not None else b""

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self.cancel(list(self.jobs))
        for worker in [worker for worker in self._workers if worker.job is None]:
            self._let_go(worker)
        wait_out(self, lambda: self._workers or self._leaving)

    # ---- what workers tell

    def answered(self, worker: Worker, reply: bytes) -> None:
        """The worker's job is over, as `reply` says; it is idle."""
        job: SentJob = worker.job
        worker.job = None
        try:
            answer: Reply = unpack(reply)
        except Exception as error:
            outcome: Outcome = self._failed(job, job_failure("result-unreadable", job.spec, error=str(error)))
        else:
            if answer.kind == STALE:
                self._replace(worker, job)
                return
            outcome = self._outcome(job, worker, answer)
        self._finish(job, worker, outcome)
        if worker.was_signalled or lacks_memory(outcome):
            self._let_go(worker)
        else:
            self._idle.append(worker)
        self._assign()

    def ended(self, worker: Worker, status: int) -> None:
        """The worker is no more, with this wait status."""
        self._workers.discard(worker)
        self._leaving.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        job: SentJob | None = worker.job
        worker.job = None
        if job is not None:
            if any(not isinstance(step, CallStep) for step in job.spec.steps):
                end_strays(self.journal.build_id, self.clock, (job.spec.seq,))
            self._finish(job, worker, self._failed(job, worker_failure(job.spec, status), worker.printed.whole()))
        self._assign()

    # ---- from the queue to a worker

    def _assign(self) -> None:
        """Give waiting jobs to idle workers, and to new ones as long as there may be more."""
        while self._waiting:
            job = self._waiting[0]
            if job.error is not None or self.jobs.get(job.spec.seq) is not job:
                self._waiting.popleft()
                continue
            worker = self._idle.pop() if self._idle else self._hire(job)
            if worker is None:
                if self.jobs.get(job.spec.seq) is job:
                    return
                continue  # there is nobody to come back and take the next ones: they are asked for in turn
            self._waiting.popleft()
            if not self._begin(job, worker):
                self._idle.append(worker)

    def _hire(self, job: SentJob) -> Worker | None:
        """One more worker; None if there must be no more now. `job` fails if none can be started at all."""
        if len(self._workers) >= self._max_workers:
            return None
        try:
            worker = Worker(self, self._root, self._environ, self._folders, program=self._program)
        except OSError as error:
            if self._workers or self._leaving:  # when one of them is free or over, it is tried again
                return None
            self._finish(job, None, self._failed(job, system_failure(job.spec, error)))
            return None
        self._workers.add(worker)
        return worker

    def _begin(self, job: SentJob, worker: Worker) -> bool:
        """Send `job` to `worker`; False if it cannot be sent, which fails it."""
        spec = job.spec
        job.started = job.started or self.clock.now()
        env = None if spec.env is worker.env else spec.env
        try:
            request = self._sending.request(spec, env, self.journal.build_id)
            announce(spec, worker.pid, self.journal)
        except RunError as error:
            self._finish(job, None, self._failed(job, error))
            return False
        worker.send(job, request)
        worker.env = spec.env
        if spec.timeout is not None:
            job.timer.drop()
            job.timer = self.inbox.call_at(self.clock.monotonic() + spec.timeout, lambda: self._expire(job))
        return True

    # ---- to its end

    def _expire(self, job: SentJob) -> None:
        self._end(job, job_failure("timed-out", job.spec, seconds=job.spec.timeout))

    def _end(self, job: SentJob, error: RunError) -> None:
        """Begin to end `job` because of `error`, unless it is ending or over already."""
        if job.error is not None or self.jobs.get(job.spec.seq) is not job:
            return
        job.error = error
        worker = self._worker_of(job)
        if worker is None:
            self._finish(job, None, self._failed(job, error))
            return
        worker.signal(SIGTERM)
        self.inbox.call_at(self.clock.monotonic() + WORKER_GRACE, lambda: self._kill(worker, job))

    def _kill(self, worker: Worker, job: SentJob) -> None:
        if worker.job is job:
            worker.signal(SIGKILL)

    def _replace(self, worker: Worker, job: SentJob) -> None:
        """`worker` has loaded other code than `job` was decided with: it is let go, and the job sent to a new one."""
        self._let_go(worker)
        job.stale += 1
        if job.error is not None or job.stale >= STALE_AT_MOST:
            self._finish(job, worker, self._failed(job, job_failure("code-changes", job.spec)))
        else:
            for idle in self._idle:  # they have loaded that code, too
                self._let_go(idle)
            self._idle.clear()
            self._waiting.appendleft(job)
        self._assign()

    def _let_go(self, worker: Worker) -> None:
        """`worker`, which has no job, gets none any more and is to end."""
        worker.dismiss()
        self._workers.discard(worker)
        self._leaving.add(worker)
        self.inbox.call_at(self.clock.monotonic() + LAST_BREATH, lambda: worker.signal(SIGKILL))

    def _outcome(self, job: SentJob, worker: Worker, answer: Reply) -> Outcome:
        """What the worker found, as an outcome of this process."""
        printed = worker.printed.whole()
        found = answer.outcome
        if job.error is not None or found is None:
            return self._failed(job, job.error or job_failure("job-cancelled", job.spec), printed)
        if found.seq != job.spec.seq:  # it could not read what it was sent, the environment included
            worker.env = None
        return as_outcome(found, answer.trace, job.spec.seq, printed)

    def _finish(self, job: SentJob, worker: Worker | None, outcome: Outcome) -> None:
        """Put the outcome."""
        spec = job.spec
        job.timer.drop()
        outcome = with_discovered(spec, outcome, self._here)
        if worker is not None and (spec.outputs or spec.depfiles):
            outcome = conclude(spec, outcome, self.journal)
        del self.jobs[spec.seq]
        self.inbox.put(outcome)

    def _failed(self, job: SentJob, error: BaseException, printed: bytes = b"") -> Failed:
        return job.failed(error, self.clock.now(), printed)

    def _worker_of(self, job: SentJob) -> Worker | None:
        return next((worker for worker in self._workers if worker.job is job), None)


def lacks_memory(outcome: Outcome) -> bool:
    """Whether there was too little memory for a job: its worker may keep what it has got."""
    error = getattr(outcome, "error", None)
    return isinstance(error, MemoryError) or (isinstance(error, RunError) and error.code == "result-memory")


def worker_failure(spec: JobSpec, status: int) -> RunError:
    """The error of a job whose worker has ended with the wait status `status`."""
    if os.WIFSIGNALED(status):
        return job_failure("worker-killed", spec, signal=signal_name(os.WTERMSIG(status)))
    if os.WEXITSTATUS(status) == NO_MEMORY:
        return job_failure("worker-memory", spec)
    return job_failure("worker-ended", spec, status=os.WEXITSTATUS(status))

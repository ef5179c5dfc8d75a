"""Runs jobs that call Python functions, in threads of this process, in the same graph as commands.

What a function prints goes to its job (see printing). The environment of a spec is for its commands: functions share
this process and its environment, but not the current folder (see folders). Threads are made when there is work for
them; they are daemons, because an abandoned one (see calls) must not keep the process from ending, and `stop` awaits
all others. An abandoned function may still write to its outputs when its job has failed and they have been removed:
nothing can be done about that from outside.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue

from redo_py.executors.failures import job_failure
from redo_py.executors.functions.calls import CallJob, MeasuredCall
from redo_py.executors.functions.folders import take_own_folder
from redo_py.executors.functions.printing import Routes
from redo_py.executors.inbox import wait_out
from redo_py.executors.processes.system import GRACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redo_py.executors.api import Inbox, JobSpec
    from redo_py.executors.commands.command import CommandExecutor
    from redo_py.ground.clock import Clock


class ThreadExecutor:
    """The Executor of specs with CallSteps, `max_workers` at a time; their CommandSteps run as those of `commands` do,
    which must be stopped after this. With `passes_on` what they print is seen at once, too; `measures` says whether the
    processor time of functions is measured."""

    def __init__(
        self,
        max_workers: int,
        clock: Clock,
        commands: CommandExecutor,
        passes_on: bool = False,
        measures: bool = False,
    ) -> None:
        self.clock = clock
        self.commands = commands
        self.lock = threading.Lock()  # guards the jobs and their fields
        self.jobs: dict[int, CallJob] = {}  # by seq, all that have no outcome yet
        self.routes = Routes(passes_on)
        self.inbox: Inbox
        self._job = MeasuredCall if measures else CallJob
        self._max_workers = max_workers
        self._queue: SimpleQueue[CallJob | None] = SimpleQueue()  # None ends a thread
        self._threads: dict[int, threading.Thread] = {}  # by identity, those that are not abandoned

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = inbox
        self.routes.install()

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        for spec in specs:
            job = self._job(self, spec)
            with self.lock:
                self.jobs[spec.seq] = job
                job_count = len(self.jobs)
            self._hire_for(job_count)
            if spec.timeout is not None:
                job.timer = self.inbox.call_at(self.clock.monotonic() + spec.timeout, job.check_timeout)
            if self._threads:
                self._queue.put(job)
            else:
                job.end(job_failure("too-many-processes", spec, reason="no thread can be started"), 0.0)

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        for seq in seqs:
            job = self.jobs.get(seq)
            if job is not None:
                job.end(job_failure("job-cancelled", job.spec), GRACE)

    def tail(self, seq: int) -> bytes:
        """The last line that the job has printed so far; empty if there is none."""
        job = self.jobs.get(seq)
        return job.printed.last_line() if job is not None else b""

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self.cancel(list(self.jobs))
        wait_out(self, lambda: self.jobs)
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads.values():
            thread.join()
        self._threads.clear()
        self.routes.remove()

    def replace(self, thread: int) -> None:
        """`thread` was abandoned: it ends by itself some day. Another takes its place if there is work for it."""
        del self._threads[thread]
        self._hire_for(len(self.jobs))

    def _hire_for(self, job_count: int) -> None:
        """One more thread, if so many jobs need it and the system has one."""
        if len(self._threads) >= min(job_count, self._max_workers):
            return
        thread = threading.Thread(target=self._work, name="redun-call", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return
        self._threads[thread.ident or 0] = thread

    def _work(self) -> None:
        """A thread's life: run jobs until there is a None, or it is abandoned."""
        take_own_folder()
        for job in iter(self._queue.get, None):
            if job.run():
                break


def begin_thread(work: Callable[[], None], name: str) -> threading.Thread:
    """A new thread that does `work`; it does not keep the process from ending."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread

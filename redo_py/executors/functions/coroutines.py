"""Runs jobs that call `async def` functions, all of them in one event loop, which has a thread of its own.

An expression that such a function awaits is handed to the engine through the inbox (Asked); the answer comes back by
the loop. So a function that waits for others holds no thread and no place. One that computes for long keeps all others
from going on, as everywhere with asyncio.
"""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar, copy_context
from functools import partial
from selectors import DefaultSelector

from redo_py.executors.api import NO_TIMER, Asked, CallStep, Failed, Finished
from redo_py.executors.commands.capture import Printed
from redo_py.executors.failures import as_failure, job_failure
from redo_py.executors.functions.folders import come_back, take_own_folder
from redo_py.executors.functions.printing import Routes
from redo_py.executors.functions.threads import begin_thread
from redo_py.executors.inbox import wait_out
from redo_py.executors.processes.system import GRACE
from redo_py.ir.awaiting import ASK
from redo_py.values.current import CURRENT, Running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from selectors import SelectorKey
    from typing import Any

    from redo_py.executors.api import Inbox, JobSpec, Outcome
    from redo_py.ground.clock import Clock
    from redo_py.ground.errors import RunError

PRINTED: ContextVar[Printed | None] = ContextVar("redun_printed", default=None)  # what the running job prints into


class CurrentPrinted:
    """What the coroutine that is running prints into; None outside of all."""

    @property
    def printed(self) -> Printed | None:
        """See printing.Current."""
        return PRINTED.get()


class CoroutineJob:
    """One job, from `submit` to its one outcome."""

    __slots__ = ("error", "is_over", "printed", "running", "spec", "started", "task", "timer")

    def __init__(self, spec: JobSpec) -> None:
        self.spec = spec
        self.printed = Printed()
        self.running = Running(spec)
        self.started = 0.0  # wall time; 0 until it is begun
        self.task: asyncio.Task[None] | None = None
        self.error: RunError | None = None  # once set, the job is being ended from outside
        self.is_over = False  # its outcome was put; what comes of it now is dropped
        self.timer = NO_TIMER  # of its timeout


class Selector(DefaultSelector):
    """What the event loop waits with."""

    rests = False  # whether the loop has nothing to do now, no timer, and no file or socket but its own that it watches

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Wait for what is watched. Without a timeout, the loop does so only if it has nothing else to wait for."""
        self.rests = timeout is None and len(self.get_map()) == 1
        try:
            return super().select(timeout)
        finally:
            self.rests = False


class CoroutineExecutor:
    """The Executor of specs whose only step calls an `async def` function of the project at `root`."""

    def __init__(self, root: str, clock: Clock, passes_on: bool = False) -> None:
        self.jobs: dict[int, CoroutineJob] = {}  # by seq, all that have no outcome yet
        self.inbox: Inbox
        self._root = root
        self._clock = clock
        self._routes = Routes(passes_on, CurrentPrinted())
        self._loop: asyncio.AbstractEventLoop | None = None  # there once there was a job
        self._thread: Any = None
        self._selector: Selector | None = None  # of a loop that tells when it rests
        self._posted = 0  # how often the loop was called from outside
        self._arrived = 0  # how many of these calls it has begun

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = inbox
        self._routes.install()

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        if self._loop is None:
            self._loop = self._new_loop()
            self._thread = begin_thread(self._run_loop, "redun-async")
        for spec in specs:
            job = self.jobs[spec.seq] = CoroutineJob(spec)
            if spec.timeout is not None:
                error = job_failure("timed-out", spec, seconds=spec.timeout)
                due = self._clock.monotonic() + spec.timeout
                job.timer = self.inbox.call_at(due, partial(self._end, job, error, 0.0))
            context = copy_context()
            context.run(PRINTED.set, job.printed)
            context.run(ASK.set, partial(self._ask, job))
            context.run(CURRENT.set, job.running)
            self._post(context.run, self._begin, job)

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        for seq in seqs:
            job = self.jobs.get(seq)
            if job is not None:
                self._end(job, job_failure("job-cancelled", job.spec), GRACE)

    def tail(self, seq: int) -> bytes:
        """The last line that the job has printed so far; empty if there is none."""
        job = self.jobs.get(seq)
        return job.printed.last_line() if job is not None else b""

    @property
    def rests(self) -> bool:
        """Whether no job goes on unless something that it awaits is answered: no timer is set, none that ends a job
        either, nothing is left to do, and there is no thread or connection from which anything may come. Asked for by
        the thread that submits and answers. It is False where that cannot be told: in a loop of another kind."""
        return (
            self._posted == self._arrived
            and self._selector is not None
            and self._selector.rests
            and all(job.timer is NO_TIMER for job in self.jobs.values())
            and all(each is threading.main_thread() or each.name.startswith("redun-") for each in threading.enumerate())
        )

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self.cancel(list(self.jobs))
        wait_out(self, lambda: self.jobs)
        if self._loop is not None:
            loop, self._loop = self._loop, None
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join(2 * GRACE)  # a function that blocks keeps it: it is abandoned, and ends with the process
        self._routes.remove()

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        """A loop of the kind that the project wants; the usual one tells when it rests."""
        loop = asyncio.new_event_loop()
        if type(loop) is not asyncio.SelectorEventLoop:
            return loop
        loop.close()
        self._selector = Selector()
        return asyncio.SelectorEventLoop(self._selector)

    def _post(self, act: Callable[..., object], *args: Any) -> None:
        """Let the loop call `act` soon."""
        assert self._loop is not None
        self._posted += 1
        self._loop.call_soon_threadsafe(self._arrive, act, args)

    # ---- in the thread of the loop

    def _arrive(self, act: Callable[..., object], args: tuple[Any, ...]) -> None:
        self._arrived += 1
        act(*args)

    def _run_loop(self) -> None:
        """The thread's life. A SystemExit in a task of asyncio that a job has made ends the loop; it goes on."""
        loop = self._loop
        assert loop is not None
        take_own_folder()
        asyncio.set_event_loop(loop)
        while self._loop is not None:
            try:
                loop.run_forever()
            except (SystemExit, KeyboardInterrupt):
                continue
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=GRACE))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def _begin(self, job: CoroutineJob) -> None:
        assert self._loop is not None
        job.started = self._clock.now()
        job.task = self._loop.create_task(self._run(job))
        if job.error is not None:
            job.task.cancel()

    async def _run(self, job: CoroutineJob) -> None:
        """Run the function; whatever it raises makes the job fail, and nothing else."""
        try:
            value = await self._call(job)
        except BaseException as error:
            shown: BaseException = job.error or as_failure(error, job.spec, __file__)
            printed = self._routes.whole(job.printed)
            outcome: Outcome = Failed(job.spec.seq, shown, printed, job.started, self._clock.now())
        else:
            ended, written = self._clock.now(), tuple(job.running.written)
            outcome = Finished(job.spec.seq, value, self._routes.whole(job.printed), (), job.started, ended, written)
        self._settle(job, outcome)

    async def _call(self, job: CoroutineJob) -> Any:
        [step] = job.spec.steps
        assert isinstance(step, CallStep)
        try:
            value = await step.function(*step.args, **step.kwargs)
        finally:
            stayed = come_back(self._root)
        if not stayed:
            raise job_failure("call-moved", job.spec)
        return value

    def _ask(self, job: CoroutineJob, expression: Any) -> asyncio.Future[Any]:
        """What the coroutine of `job` waits for when it awaits `expression`."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def answer(value: Any, error: BaseException | None) -> None:
            if self._loop is not None:
                self._post(give, future, value, error)

        self.inbox.put(Asked(job.spec.seq, expression, answer))
        return future

    # ---- in either thread

    def _end(self, job: CoroutineJob, error: RunError, grace: float) -> None:
        """End the job with `error`; its function has `grace` seconds to come to an end."""
        if job.is_over:
            return
        job.error = job.error or error
        if self._loop is not None:
            self._post(cancel, job)
        if grace:
            self.inbox.call_at(self._clock.monotonic() + grace, lambda: self._abandon(job))
        else:
            self._abandon(job)

    def _abandon(self, job: CoroutineJob) -> None:
        """Put the outcome now, whatever the function is at."""
        assert job.error is not None
        now = self._clock.now()
        printed = self._routes.whole(job.printed)
        self._settle(job, Failed(job.spec.seq, job.error, printed, job.started or now, now))

    def _settle(self, job: CoroutineJob, outcome: Outcome) -> None:
        """Put the outcome, if the job has none yet. `pop` tells one of two threads that it was the first."""
        if self.jobs.pop(job.spec.seq, None) is job:
            job.is_over = True
            job.timer.drop()
            self.inbox.put(outcome)


def cancel(job: CoroutineJob) -> None:
    """Ask the coroutine to end, if it was begun; else that is seen when it begins."""
    if job.task is not None:
        job.task.cancel()


def give(future: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    """Let the coroutine that waits for `future` go on; it may have been cancelled meanwhile."""
    if future.done():
        return
    if error is None:
        future.set_result(value)
    elif isinstance(error, StopIteration):  # which a future cannot hold
        future.set_exception(RuntimeError(f"StopIteration: {error}"))
    else:
        future.set_exception(error)

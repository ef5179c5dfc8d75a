"""One job of the thread executor: the steps it runs, and how it is ended from outside.

A Python function cannot be stopped. When one takes too long its job fails on time, and its thread is *abandoned*: it
may run on, what it returns or prints is dropped, and another thread takes its place.
"""

from __future__ import annotations

from _thread import get_ident
from types import CoroutineType

from redo_py.executors.api import NO_TIMER, CallStep, CommandStep, Failed, Finished, JobSpec, ScriptStep
from redo_py.executors.commands.capture import Printed
from redo_py.executors.commands.depfile import discover
from redo_py.executors.failures import as_failure, job_failure, system_failure
from redo_py.executors.functions.folders import come_back
from redo_py.executors.functions.scripts import run_script
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import unwritten_end
from redo_py.executors.processes.system import GRACE
from redo_py.executors.processes.usage import together
from redo_py.ground.errors import RunError
from redo_py.ir.made import NOTES, warn_of_forgotten
from redo_py.values.current import CURRENT, Running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Lock
    from typing import Any, Protocol

    from redo_py.executors.api import Inbox, Outcome, Usage
    from redo_py.executors.commands.command import CommandExecutor
    from redo_py.executors.functions.printing import Routes
    from redo_py.ground.clock import Clock
else:
    Protocol = object

QUEUED = 0  # waits for a thread
RUNNING = 1  # a thread runs its steps
OVER = 2  # its outcome was put; a thread that is still at it has been abandoned


class Workshop(Protocol):
    """What a job needs of the executor that it belongs to."""

    clock: Clock
    commands: CommandExecutor
    inbox: Inbox
    routes: Routes
    lock: Lock  # guards the jobs and their fields
    jobs: dict[int, CallJob]  # by seq, all that have no outcome yet

    def replace(self, thread: int) -> None:
        """The thread of this identity was abandoned: another must take its place."""


class CallJob:
    """One job, from `submit` to its one outcome. Fields are written with the executor's lock held."""

    __slots__ = (
        "began", "command_inbox", "error", "executor", "printed", "running", "spec", "started", "state",
        "thread", "timer", "usage",
    )  # fmt: skip

    def __init__(self, executor: Workshop, spec: JobSpec) -> None:
        self.executor = executor
        self.spec = spec
        self.state = QUEUED
        self.thread = 0  # the identity of the one that runs it; 0 while it is queued
        self.printed = Printed()
        self.running = Running(spec)  # tells the function where it is, and us what it writes
        self.started = 0.0  # wall time, and
        self.began = 0.0  # by the monotonic clock; 0 while it is queued
        self.error: RunError | None = None  # once set, the job is being ended from outside
        self.command_inbox: SelectInbox | None = None  # of the command that the thread waits for, if it does
        self.timer = NO_TIMER  # of its timeout
        self.usage: Usage | None = None  # of its commands; None if it is not known of all that it does

    def run(self) -> bool:
        """Called by a thread: run the steps and put the outcome. Has the thread been abandoned meanwhile?"""
        executor = self.executor
        with executor.lock:
            if self.state != QUEUED:
                return False
            self.state = RUNNING
            self.thread = get_ident()
            self.started = executor.clock.now()
            self.began = executor.clock.monotonic()
        executor.routes.current.printed = self.printed
        try:
            outcome = self.outcome()
        finally:
            executor.routes.current.printed = None
        return self.settle(outcome) == OVER

    def outcome(self) -> Outcome:
        """Run the steps; whatever a function raises makes the job fail, and nothing else."""
        CURRENT.set(self.running)
        try:
            value, discovered = self.run_journalled()
        except BaseException as error:
            return self.failed(as_failure(error, self.spec, __file__))
        finally:
            CURRENT.set(None)
        ended = self.executor.clock.now()
        written = tuple(self.running.written)
        return Finished(
            self.spec.seq,
            value,
            self.executor.routes.whole(self.printed),
            discovered,
            self.started,
            ended,
            written,
            self.usage,
        )

    def run_journalled(self) -> tuple[Any, list[str]]:
        """Run the steps; the journal tells what may be half made meanwhile."""
        spec, journal = self.spec, self.executor.commands.journal
        if not spec.outputs and not spec.depfiles:
            return self.run_steps()
        try:
            journal.intend(spec.seq, spec.outputs, spec.depfiles)
        except OSError as error:
            raise system_failure(spec, error) from error
        try:
            result = self.run_steps()
        except BaseException:
            unwritten_end(spec, False, journal)
            raise
        fault = unwritten_end(spec, True, journal)
        if fault is not None:
            raise fault
        return result

    def run_steps(self) -> tuple[Any, list[str]]:
        """The last call's value, and the paths of the depfiles. Raises what a function raises, and RunError."""
        value = None
        for step in self.spec.steps:
            if self.error is not None:
                raise self.error
            if isinstance(step, CallStep):
                value = self.call(step)
            elif isinstance(step, ScriptStep):
                value = run_script(self, step)
            else:
                answer = self.run_command(step)
                value = answer if self.spec.answers else value
        return value, discover(self.spec, self.executor.commands.root) if self.spec.depfiles else []

    def call(self, step: CallStep) -> Any:
        """The value of one call. Raises what the function raises, and RunError if it went to another folder and did not
        come back: what it was given, and what it returns, may be relative to where it began."""
        made: list[Any] = []
        NOTES.calls = made
        try:
            value = step.function(*step.args, **step.kwargs)
        finally:
            NOTES.calls = None
            stayed = come_back(self.executor.commands.root)
        if not stayed:
            raise job_failure("call-moved", self.spec)
        if made:
            warn_of_forgotten(made)
        if type(value) is CoroutineType:
            value.close()
            raise job_failure("call-coroutine", self.spec)
        return value

    def run_command(self, step: CommandStep) -> bytes | None:
        """Run one command and wait for it; what it wrote to its standard output, if that is the job's value. Raises
        RunError if it fails, or is ended with the job."""
        spec = self.spec
        inbox = SelectInbox(self.executor.clock)
        with self.executor.lock:
            self.command_inbox = inbox
        commands = self.executor.commands.sibling(inbox)
        commands.submit([spec.alone(step)])
        outcomes: list[Any] = []
        while not outcomes:
            if self.error is not None:
                commands.cancel([spec.seq])
            outcomes = inbox.wait(None)
        commands.stop()
        with self.executor.lock:
            self.command_inbox = None
        inbox.close()
        self.printed.add(outcomes[0].output)
        self.note_usage(outcomes[0].usage)
        if isinstance(outcomes[0], Failed):
            raise self.error or outcomes[0].error
        return outcomes[0].value  # type: ignore[no-any-return]

    def note_usage(self, usage: Usage | None) -> None:
        """One of its commands took `usage`. What functions take is not measured, so beside them that says nothing."""
        if not any(isinstance(step, CallStep) for step in self.spec.steps):
            self.usage = together(self.usage, usage)

    def check_timeout(self) -> None:
        """Called by the inbox: end the job if its time is over, else look again when it will be."""
        executor, timeout = self.executor, self.spec.timeout
        if self.state == OVER or timeout is None:
            return
        now = executor.clock.monotonic()
        due = (self.began or now) + timeout
        if now < due:
            self.timer = executor.inbox.call_at(due, self.check_timeout)
        else:
            self.end(job_failure("timed-out", self.spec, seconds=timeout), 0.0)

    def end(self, error: RunError, grace: float) -> None:
        """Called by the engine's thread: end the job with `error`; a function may run on for `grace` seconds."""
        executor = self.executor
        with executor.lock:
            if self.error is None:
                self.error = error
            is_queued = self.state == QUEUED
            inbox = self.command_inbox
            if inbox is not None:
                inbox.wake()
        if is_queued or (inbox is None and not grace):
            self.abandon()
        else:  # a command gets TERM and KILL first
            executor.inbox.call_at(executor.clock.monotonic() + (grace if inbox is None else 3 * GRACE), self.abandon)

    def abandon(self) -> None:
        """Put the outcome now, whatever the thread is at."""
        outcome = self.failed(self.error or job_failure("job-cancelled", self.spec))
        if self.settle(outcome) == RUNNING:
            self.executor.replace(self.thread)

    def settle(self, outcome: Outcome) -> int:
        """Put the outcome, if the job has none yet; the state it was in."""
        executor = self.executor
        with executor.lock:
            before = self.state
            if before == OVER:
                return before
            self.state = OVER
            del executor.jobs[self.spec.seq]
        self.timer.drop()
        executor.inbox.put(outcome)
        return before

    def failed(self, error: BaseException) -> Failed:
        """The outcome with `error` and what was printed so far."""
        ended = self.executor.clock.now()
        printed = self.executor.routes.whole(self.printed)
        return Failed(self.spec.seq, error, printed, self.started or ended, ended, self.usage)


class MeasuredCall(CallJob):
    """A job whose functions are measured, too: the processor time of the thread, which is not that of threads and
    processes that they begin. The memory of a thread cannot be told."""

    __slots__ = ()

    def call(self, step: CallStep) -> Any:
        """The value of one call."""
        clock = self.executor.clock
        before = clock.thread_seconds()
        try:
            return super().call(step)
        finally:
            self.usage = together(self.usage, (clock.thread_seconds() - before, 0))

    def note_usage(self, usage: Usage | None) -> None:
        """One of its commands took `usage`."""
        self.usage = together(self.usage, usage)

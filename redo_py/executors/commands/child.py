"""One job as child processes: its life from the first start to its outcome.

`begin` starts its first command, `exited` starts the next one or ends the job. A job that fails, is cancelled or takes
too long is ended with all of its process groups: TERM, after a grace KILL, and its outcome comes when the groups are
gone. What a successful command leaves in the background is left alone.
"""

from __future__ import annotations

import os

from redo_py.executors.api import NO_TIMER, CommandStep, Failed, Finished
from redo_py.executors.commands.capture import Capture
from redo_py.executors.commands.depfile import discover
from redo_py.executors.failures import exit_failure, job_failure, script_failure, step_failure, system_failure
from redo_py.executors.processes.journal import unwritten_end
from redo_py.executors.processes.system import GRACE, SIGKILL, SIGTERM, group_lives, send
from redo_py.executors.processes.usage import together, usage_of
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from redo_py.executors.api import Inbox, JobSpec, Outcome, Usage
    from redo_py.executors.commands.capture import Leftover
    from redo_py.executors.commands.launch import Launcher
    from redo_py.executors.commands.terminal import Terminal
    from redo_py.executors.processes.journal import Journal, Unwritten
    from redo_py.ground.clock import Clock
else:
    Protocol = object

_STOPS_EVERY = 0.2  # seconds between two looks at whether an interactive command was stopped
LOOK_EVERY = 0.01  # seconds between two looks at what cannot be watched


class Workshop(Protocol):
    """What a job needs of the executor that it belongs to."""

    clock: Clock
    hidden: Mapping[str, str]  # variables of redun's own environment
    inbox: Inbox
    jobs: dict[int, CommandJob]  # by seq, all that have no outcome yet
    journal: Journal | Unwritten
    launcher: Launcher
    leftovers: dict[int, Leftover]
    root: str
    terminal: Terminal

    def finish(self, job: CommandJob, outcome: Outcome) -> None:
        """`job` is over: hand in its outcome."""


class CommandJob:
    """One job, from `begin` to the outcome that `finish` puts."""

    __slots__ = (
        "answer",
        "capture",
        "error",
        "executor",
        "groups",
        "index",
        "kill_at",
        "pid",
        "pidfd",
        "script",
        "spec",
        "started",
        "steps",
        "timer",
        "usage",
    )

    def __init__(self, executor: Workshop, spec: JobSpec) -> None:
        self.executor = executor
        self.spec = spec
        self.steps = commands_of(spec)
        self.index = 0  # of the step that runs
        self.pid = 0  # of the process that runs; 0 when there is none to await
        self.pidfd = -1  # readable once it has ended; -1 where there is no such thing
        self.script = ""  # the file that holds its text, if it needs one
        self.groups: list[int] = []  # process groups of this job that may still have members
        self.capture: Capture | None = None  # None for an interactive job
        self.answer: Capture | None = None  # of the standard output alone, if that is the job's value or it is a script
        self.error: RunError | None = None  # once set, the job is being ended
        self.kill_at = 0.0  # when those that are still there get KILL; 0 until they got TERM
        self.started = 0.0  # wall time; 0 while it waits for the terminal
        self.timer = NO_TIMER  # of its timeout
        self.usage: Usage | None = None  # what the steps that are over have taken

    def begin(self) -> None:
        """Start the first step."""
        executor, spec = self.executor, self.spec
        self.started = executor.clock.now()
        try:
            executor.journal.intend(spec.seq, spec.outputs, spec.depfiles)
            if not spec.interactive:
                self.capture = Capture(executor.inbox)
            if spec.answers or spec.script:  # what a script says on its standard error is told apart
                self.answer = Capture(executor.inbox)
        except OSError as error:
            self.error = system_failure(spec, error)
            self.finish()
            return
        if spec.timeout is not None:
            self.timer = executor.inbox.call_at(executor.clock.monotonic() + spec.timeout, self.expire)
        self.start_step()

    def start_step(self) -> None:
        """Start the step at `index`; if it cannot be started the job ends."""
        executor, spec = self.executor, self.spec
        step = self.steps[self.index]
        if self.capture is None:
            executor.terminal.prepare()
        print_fd = -1 if self.capture is None else self.capture.write_fd
        answer_fd = -1 if self.answer is None else self.answer.write_fd
        try:
            self.pid, self.script = executor.launcher.launch(spec, step, print_fd, answer_fd)
        except RunError as error:
            self.error = error
            self.await_groups()
            return
        self.groups.append(self.pid)
        if self.capture is None:
            executor.terminal.lend(self.pid)
            self.heed_stops()
        self.watch()
        try:
            executor.journal.started(spec.seq, self.pid)
        except OSError as error:
            self.end(system_failure(spec, error))

    def watch(self) -> None:
        """Have `look` called when the process has ended."""
        try:
            self.pidfd = os.pidfd_open(self.pid)
        except (AttributeError, OSError):  # macOS, an old kernel, no descriptor left: look now and then
            self.call_in(LOOK_EVERY, self.look)
        else:
            self.executor.inbox.watch(self.pidfd, self.look)

    def look(self) -> None:
        """See whether the process has ended."""
        try:
            pid, status, used = os.wait4(self.pid, os.WNOHANG) if self.pid else (0, 0, None)
        except ChildProcessError:
            self.error = self.error or job_failure("exit-status-lost", self.spec)
            pid, status, used = self.pid, 1, None
        if pid:
            if used is not None:
                usage = usage_of(used)
                self.usage = usage if self.usage is None else together(self.usage, usage)
            self.exited(status)
        elif self.pid and self.pidfd < 0:
            self.call_in(LOOK_EVERY, self.look)

    def heed_stops(self) -> None:
        """Now and then while an interactive command runs: if ^Z stopped it, stop as well, so that the user's shell has
        the terminal, and go on with it afterwards."""
        if not self.pid:
            return
        try:
            is_stopped = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG) is not None
        except ChildProcessError:
            return  # it has ended, which `look` will see
        if is_stopped:
            self.executor.terminal.stop_with(self.pid)
        self.call_in(_STOPS_EVERY, self.heed_stops)

    def exited(self, status: int) -> None:
        """The process is over: go on with the next step, or end the job. Leaves no process to await."""
        executor = self.executor
        self.pid = 0
        if self.pidfd >= 0:
            executor.inbox.unwatch(self.pidfd)
            os.close(self.pidfd)
            self.pidfd = -1
        if self.script:
            executor.launcher.discard(self.script)
        if self.capture is None:
            executor.terminal.take_back()
        if self.error is None and status != 0:
            self.error = exit_failure(self.spec, self.steps[self.index], status, executor.hidden)
        if self.error is not None:
            self.await_groups()
        elif self.index + 1 == len(self.steps):
            self.finish()
        else:
            self.go_on()

    def go_on(self) -> None:
        """Start the next step. A group that has emptied is forgotten: its number may be used again."""
        self.groups = [group for group in self.groups if group_lives(group)]
        self.index += 1
        self.start_step()

    def expire(self) -> None:
        """The timeout has passed."""
        step = self.steps[self.index]
        self.end(step_failure("timed-out", self.spec, step, seconds=self.spec.timeout))

    def end(self, error: RunError) -> None:
        """Begin to end the job because of `error`, unless it is ending or over already."""
        if self.error is not None or self.executor.jobs.get(self.spec.seq) is not self:
            return
        self.error = error
        if self.started:
            self.terminate()
        else:
            self.finish()

    def terminate(self) -> None:
        """TERM to all of the job's processes, and KILL when the grace is over."""
        self.kill_at = self.executor.clock.monotonic() + GRACE
        self.call_in(GRACE, self.kill)
        for group in self.groups:
            send(-group, SIGTERM)

    def kill(self) -> None:
        """The grace is over."""
        if self.executor.jobs.get(self.spec.seq) is self:
            for group in self.groups:
                send(-group, SIGKILL)

    def await_groups(self) -> None:
        """The job has failed and its own process is over: finish once nothing of its groups is left."""
        self.groups = [group for group in self.groups if group_lives(group)]
        if not self.groups or (self.kill_at and self.executor.clock.monotonic() > self.kill_at + GRACE):
            self.finish()
            return
        if not self.kill_at:
            self.terminate()
        self.call_in(LOOK_EVERY, self.await_groups)

    def finish(self) -> None:
        """Put the outcome. Nothing of the job runs any more, but for what a success left in the background."""
        executor, spec = self.executor, self.spec
        self.timer.drop()
        output = b"" if self.capture is None else self.capture.close(executor.leftovers)
        value = None if self.answer is None else self.answer.close(executor.leftovers)
        if spec.answers and self.answer is not None and self.answer.printed.left_out:
            self.error = self.error or step_failure("answer-too-long", spec, self.steps[self.index])
        discovered: Sequence[str] = ()
        if spec.depfiles and self.error is None:
            try:
                discovered = discover(spec, executor.root)
            except RunError as error:
                self.error = error
        self.error = unwritten_end(spec, self.error is None, executor.journal) or self.error
        ended = executor.clock.now()
        if self.error is not None and spec.script:
            self.error = script_failure(self.error, output)
        if value and not (spec.answers and self.error is None):
            output = value + output
        if self.error is None:
            value = value if spec.answers else None
            executor.finish(self, Finished(spec.seq, value, output, discovered, self.started, ended, (), self.usage))
        else:
            executor.finish(self, Failed(spec.seq, self.error, output, self.started or ended, ended, self.usage))

    def call_in(self, seconds: float, act: Callable[[], None]) -> None:
        self.executor.inbox.call_at(self.executor.clock.monotonic() + seconds, act)


def commands_of(spec: JobSpec) -> list[CommandStep]:
    """The steps of a spec for this executor, which has no others than commands."""
    commands = [step for step in spec.steps if isinstance(step, CommandStep)]
    if len(commands) < len(spec.steps):
        raise TypeError(f"{spec.label} has a call among its steps, which the thread executor runs")
    return commands

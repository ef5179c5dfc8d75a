"""Runs the commands of jobs as child processes, watched through the inbox; nothing here waits.

A job's life: `begin` starts its first command, `exited` starts the next one or ends the job. A job that fails, is
cancelled or takes too long is ended with all of its process group: TERM, after a grace KILL, and its outcome comes when
the group is gone. What a successful command leaves in the background is left alone.
"""

from __future__ import annotations

import os

from redo_py.executors.api import CommandStep, Failed, Finished
from redo_py.executors.capture import Capture
from redo_py.executors.depfile import discover
from redo_py.executors.failures import exit_failure, job_failure, reason, step_failure
from redo_py.executors.launch import Launcher
from redo_py.executors.processes import GRACE, SIGKILL, SIGTERM, group_lives, send
from redo_py.executors.terminal import Terminal
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redo_py.executors.api import Inbox, JobSpec, Outcome
    from redo_py.executors.capture import Leftover
    from redo_py.executors.journal import Journal
    from redo_py.ground.clock import Clock

_LOOK_EVERY = 0.01  # seconds between two looks at what cannot be watched


class CommandExecutor:
    """The Executor of specs whose steps are all CommandSteps, for the project at `root` (absolute).

    `scratch` is a folder for command texts that must be files. `hidden` are the variables of redun's own environment,
    so that errors can name those that a command was not given. The journal must be open until `stop`.
    """

    def __init__(
        self,
        root: str,
        clock: Clock,
        journal: Journal,
        scratch: str,
        hidden: Mapping[str, str] | None = None,
        launcher: Launcher | None = None,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.hidden = hidden or {}
        self.scratch = scratch
        self.launcher = launcher or Launcher(root, clock, journal.build_id, scratch)
        self.is_sibling = launcher is not None  # then the launcher is another's
        self.root = root
        self.jobs: dict[int, CommandJob] = {}  # by seq, all that have no outcome yet
        self.leftovers: dict[int, Leftover] = {}
        self.terminal = Terminal()
        self.waiting_for_terminal: list[CommandJob] = []  # interactive jobs; the first of them has it
        self.inbox: Inbox

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = inbox

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        for spec in specs:
            job = CommandJob(self, spec)
            self.jobs[spec.seq] = job
            if spec.interactive:
                self.waiting_for_terminal.append(job)
                if self.waiting_for_terminal[0] is not job:
                    continue
            job.begin()

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        for seq in seqs:
            job = self.jobs.get(seq)
            if job is not None:
                job.end(job_failure("job-cancelled", job.spec))

    def tail(self, seq: int) -> bytes:
        """The last line that the job has printed so far; empty if there is none."""
        job = self.jobs.get(seq)
        return job.capture.printed.last_line() if job is not None and job.capture is not None else b""

    def finish(self, job: CommandJob, outcome: Outcome) -> None:
        """`job` is over: hand in its outcome, and let the next one have the terminal."""
        del self.jobs[job.spec.seq]
        self.inbox.put(outcome)
        if job.spec.interactive:
            had_terminal = self.waiting_for_terminal[0] is job
            self.waiting_for_terminal.remove(job)
            if had_terminal and self.waiting_for_terminal:
                self.waiting_for_terminal[0].begin()

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self.cancel(list(self.jobs))
        arrived = []
        while self.jobs:
            arrived += self.inbox.wait(_LOOK_EVERY)
        for outcome in arrived:
            self.inbox.put(outcome)
        for leftover in list(self.leftovers.values()):
            leftover.close()
        if not self.is_sibling:
            self.launcher.close()

    def sibling(self, inbox: Inbox) -> CommandExecutor:
        """Another executor of the same project, for the thread of `inbox`; must be stopped before this one."""
        made = CommandExecutor(self.root, self.clock, self.journal, self.scratch, self.hidden, self.launcher)
        made.start(inbox)
        return made


class CommandJob:
    """One job, from `begin` to the outcome that `finish` puts."""

    __slots__ = (
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
    )

    def __init__(self, executor: CommandExecutor, spec: JobSpec) -> None:
        self.executor = executor
        self.spec = spec
        self.index = 0  # of the step that runs
        self.pid = 0  # of the process that runs; 0 when there is none to await
        self.pidfd = -1  # readable once it has ended; -1 where there is no such thing
        self.script = ""  # the file that holds its text, if it needs one
        self.groups: list[int] = []  # process groups of this job that may still have members
        self.capture: Capture | None = None  # None for an interactive job
        self.error: RunError | None = None  # once set, the job is being ended
        self.kill_at = 0.0  # when those that are still there get KILL; 0 until they got TERM
        self.started = 0.0  # wall time; 0 while it waits for the terminal

    def begin(self) -> None:
        """Start the first step."""
        executor, spec = self.executor, self.spec
        self.started = executor.clock.now()
        try:
            executor.journal.intend(spec.seq, spec.outputs)
            if not spec.interactive:
                self.capture = Capture(executor.inbox)
        except OSError as error:
            self.error = job_failure("command-not-started", spec, reason=reason(error))
            self.finish()
            return
        if spec.timeout is not None:
            executor.inbox.call_at(executor.clock.monotonic() + spec.timeout, self.expire)
        self.start_step()

    def start_step(self) -> None:
        """Start the step at `index`; if it cannot be started the job ends."""
        executor, spec = self.executor, self.spec
        step = command_of(spec, self.index)
        print_fd = -1 if self.capture is None else self.capture.write_fd
        try:
            self.pid, self.script = executor.launcher.launch(spec, step, print_fd)
        except RunError as error:
            self.error = error
            self.await_groups()
            return
        self.groups.append(self.pid)
        if self.capture is None:
            executor.terminal.lend(self.pid)
        self.watch()
        try:
            executor.journal.started(spec.seq, self.pid)
        except OSError as error:
            self.end(job_failure("command-not-started", spec, reason=reason(error)))

    def watch(self) -> None:
        """Have `look` called when the process has ended."""
        try:
            self.pidfd = os.pidfd_open(self.pid)
        except (AttributeError, OSError):  # macOS, an old kernel, no descriptor left: look now and then
            self.call_in(_LOOK_EVERY, self.look)
        else:
            self.executor.inbox.watch(self.pidfd, self.look)

    def look(self) -> None:
        """See whether the process has ended."""
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG) if self.pid else (0, 0)
        except ChildProcessError:
            self.error = self.error or job_failure("exit-status-lost", self.spec)
            pid, status = self.pid, 1
        if pid:
            self.exited(status)
        elif self.pid and self.pidfd < 0:
            self.call_in(_LOOK_EVERY, self.look)

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
            self.error = exit_failure(self.spec, command_of(self.spec, self.index), status, executor.hidden)
        if self.error is not None:
            self.await_groups()
        elif self.index + 1 == len(self.spec.steps):
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
        step = command_of(self.spec, self.index)
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
        self.call_in(_LOOK_EVERY, self.await_groups)

    def finish(self) -> None:
        """Put the outcome. Nothing of the job runs any more, but for what a success left in the background."""
        executor, spec = self.executor, self.spec
        output = b"" if self.capture is None else self.capture.close(executor.leftovers)
        discovered: Sequence[str] = ()
        try:
            if spec.depfiles and self.error is None:
                discovered = discover(spec, executor.root)
            executor.journal.ended(spec.seq, self.error is None)
        except RunError as error:
            self.error = error
            executor.journal.ended(spec.seq, False)
        except OSError as error:
            self.error = self.error or job_failure("disk-full", spec, path=error.filename)
        ended = executor.clock.now()
        if self.error is None:
            executor.finish(self, Finished(spec.seq, None, output, discovered, self.started, ended))
        else:
            executor.finish(self, Failed(spec.seq, self.error, output, self.started or ended, ended))

    def call_in(self, seconds: float, act: Callable[[], None]) -> None:
        self.executor.inbox.call_at(self.executor.clock.monotonic() + seconds, act)


def command_of(spec: JobSpec, index: int) -> CommandStep:
    """The step at `index`; the specs of this executor have no others than commands."""
    step = spec.steps[index]
    if not isinstance(step, CommandStep):
        raise TypeError(f"{spec.label}: step {index} is a call, which the thread executor runs")
    return step

"""Runs the commands of jobs as child processes, watched through the inbox; nothing here waits."""

from __future__ import annotations

from redo_py.executors.commands.child import CommandJob
from redo_py.executors.commands.launch import Launcher
from redo_py.executors.commands.terminal import Terminal
from redo_py.executors.commands.turns import take_short_turns
from redo_py.executors.failures import job_failure
from redo_py.executors.inbox import wait_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.executors.api import Inbox, JobSpec, Outcome
    from redo_py.executors.commands.capture import Leftover
    from redo_py.executors.commands.sharing import Sharing
    from redo_py.executors.processes.journal import Journal, Unwritten
    from redo_py.ground.clock import Clock


MANY = 32  # jobs after which the time between two of them counts


class CommandExecutor:
    """The Executor of specs whose steps are all CommandSteps, for the project at `root` (absolute).

    `scratch` is a folder for command texts that must be files. `hidden` are the variables of redun's own environment,
    so that errors can name those that a command was not given. `sharing` is the jobserver for those that take part.
    The journal must be open until `stop`.
    """

    def __init__(
        self,
        root: str,
        clock: Clock,
        journal: Journal | Unwritten,
        scratch: str,
        hidden: Mapping[str, str] | None = None,
        launcher: Launcher | None = None,
        sharing: Sharing | None = None,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.hidden: Mapping[str, str] = hidden or {}
        self.scratch = scratch
        self.launcher = launcher or Launcher(root, clock, journal.build_id, scratch, sharing)
        self.is_sibling = launcher is not None  # then the launcher is another's
        self.root = root
        self.jobs: dict[int, CommandJob] = {}  # by seq, all that have no outcome yet
        self.leftovers: dict[int, Leftover] = {}
        self.terminal = Terminal()
        self.submitted = 0  # jobs so far
        self.waiting_for_terminal: list[CommandJob] = []  # interactive jobs; the first of them has it
        self.inbox: Inbox

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = inbox

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        for spec in specs:
            self.submitted += 1
            if self.submitted == MANY:
                take_short_turns()
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
        if job is None or job.capture is None:
            return b""
        said = job.capture.printed.last_line()
        return job.answer.printed.last_line() if not said and job.answer is not None and job.spec.script else said

    def finish(self, job: CommandJob, outcome: Outcome) -> None:
        """`job` is over: hand in its outcome, and let the next one have the terminal."""
        del self.jobs[job.spec.seq]
        self.launcher.over(job.spec.seq)
        self.inbox.put(outcome)
        if job.spec.interactive:
            had_terminal = self.waiting_for_terminal[0] is job
            self.waiting_for_terminal.remove(job)
            if had_terminal and self.waiting_for_terminal:
                self.waiting_for_terminal[0].begin()

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self.cancel(list(self.jobs))
        wait_out(self, lambda: self.jobs)
        for leftover in list(self.leftovers.values()):
            leftover.close()
        if not self.is_sibling:
            self.launcher.close()

    def sibling(self, inbox: Inbox) -> CommandExecutor:
        """Another executor of the same project, for the thread of `inbox`; must be stopped before this one."""
        made = CommandExecutor(self.root, self.clock, self.journal, self.scratch, self.hidden, self.launcher)
        made.start(inbox)
        return made

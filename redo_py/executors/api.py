"""The doors of the executors: a frozen JobSpec goes in, an outcome comes back through the Inbox."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.tasks.task import Task
    from redo_py.values.file import File, Observed, Tool
else:
    Protocol = object

NONE: Mapping[str, Any] = {}  # in place of options; nobody writes to it


class CommandStep:
    """One command of a body."""

    __slots__ = ("cwd", "shell", "stdin", "text")

    def __init__(self, text: str, cwd: str = "", shell: str = "", stdin: str = "") -> None:
        self.text = text  # the effective text, quoted for a POSIX shell
        self.cwd = cwd  # relative to the project's root; "" is the root
        self.shell = shell  # an interpreter with its options, e.g. "python3 -u"; "" is `bash -euo pipefail`
        self.stdin = stdin  # path of a file to read, "" is an empty input


class ScriptStep:
    """One command with what is to be done around it, where it runs: by a thread, which waits for the command."""

    __slots__ = ("after", "before", "command", "errand", "make_way", "tempdir")

    def __init__(
        self,
        command: CommandStep,
        before: Callable[[str], None],
        after: Callable[[str], None],
        tempdir: bool,
        errand: Any = None,
        make_way: Callable[[str], None] | None = None,
    ) -> None:
        self.command = command
        self.before = before  # brings its files; gets the folder that their paths are relative to, "" for the root
        self.after = after  # takes its files away
        self.tempdir = tempdir  # whether it runs in a folder of its own, which is removed afterwards
        self.errand = errand  # the tasks.scripts.Errand behind these, which can be done elsewhere
        self.make_way = make_way  # called before anything that was so made elsewhere is put at a path of the project


class CallStep:
    """One call of a Python function."""

    __slots__ = ("args", "function", "kwargs", "task")

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], task: Task | None = None
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.task = task  # whose function it is, for executors that have to find it elsewhere; None if it is no task's


class JobSpec:
    """Everything an executor needs for one job, with no reference back. Must not be written to."""

    __slots__ = (
        "answers", "depfiles", "env", "environment", "files", "gives", "identity", "interactive", "label", "options",
        "outputs", "repeatable", "script", "seq", "steps", "timeout", "tools",
    )  # fmt: skip

    def __init__(
        self,
        seq: int,
        label: str,
        steps: Sequence[CommandStep | CallStep | ScriptStep],
        env: dict[str, str],
        outputs: Sequence[str] = (),
        depfiles: Sequence[str] = (),
        timeout: float | None = None,
        interactive: bool = False,
        answers: bool = False,
        script: bool = False,
        files: Sequence[Observed] = (),
        tools: Sequence[Tool] = (),
        options: Mapping[str, Any] = NONE,
        identity: bytes = b"",
        gives: Sequence[str] = (),
        repeatable: bool = False,
        environment: tuple[str, Sequence[File]] | None = None,
    ) -> None:
        self.seq = seq
        self.label = label  # what the user calls it: the first output, the action's name, the task's call
        self.steps = steps  # run one after another, the first failure ends it
        self.env = env  # the whole environment of the commands (they get nothing else)
        self.outputs = outputs  # paths that must exist afterwards; told to whoever cleans up after a crash
        self.depfiles = depfiles  # paths of make-style dependency files to read and remove after success
        self.timeout = timeout  # seconds for all steps together; None is no limit
        self.interactive = interactive  # whether the commands get the terminal itself
        self.answers = answers  # whether what the commands write to their standard output is the job's value
        self.script = script  # whether a command that fails is told as a ScriptError
        self.files = files  # what its arguments name, and
        self.tools = tools  # the programs that its commands begin with: for executors that have to bring them elsewhere
        self.gives = gives  # paths beside `outputs` that it leaves behind, globs among them; nobody clears these up
        self.options = options  # all that it was asked for
        self.identity = identity  # the same for a job whose result may be taken for this one's; b"" if it must run
        self.repeatable = repeatable or bool(identity)  # whether it may run once more if what came of it got lost
        self.environment = environment  # the one that it asks for, see tasks.declaration, and the files that it is
        #                                 made of, which are among `files`: for executors elsewhere, which make it there

    def alone(self, step: CommandStep) -> JobSpec:
        """The same job with nothing but one of its commands."""
        return JobSpec(
            self.seq, self.label, [step], self.env, interactive=self.interactive, answers=self.answers,
            script=self.script,
        )  # fmt: skip


# What a job took: seconds of the processors, those of the system included, and the peak of its resident memory in
# bytes, 0 if that is not known.
Usage = tuple[float, int]


class Seen(bytes):
    """What a job printed, if it was seen where it printed it: nobody needs to show it once more."""

    __slots__ = ()


class Finished:
    """A job that ran to its end. `value` is the last CallStep's result; of commands None, or the bytes of their
    standard output if that was asked for."""

    __slots__ = ("discovered", "ended", "lacked", "output", "seq", "started", "tags", "usage", "value", "written")

    def __init__(
        self,
        seq: int,
        value: Any,
        output: bytes,
        discovered: Sequence[str],
        started: float,
        ended: float,
        written: Sequence[str] = (),
        usage: Usage | None = None,
        tags: Sequence[tuple[str, Any]] = (),
        lacked: str = "",
    ) -> None:
        self.seq = seq
        self.value = value
        self.output = output  # everything it printed, stdout and stderr as one stream, but for what is its value
        self.discovered = discovered  # paths read from the depfiles, as written there, outputs left out, no duplicates
        self.started = started  # wall time
        self.ended = ended
        self.written = written  # paths that a function has written through File, beside its declared outputs
        self.usage = usage  # None if it was not measured
        self.tags = tags  # what is recorded with the job of where it ran
        self.lacked = lacked  # a module without which it ran, although that identifies it: it is not remembered


class Failed:
    """A job that did not. `error` is a RunError with a code of catalogue/running.py, or what the function raised."""

    __slots__ = ("ended", "error", "output", "seq", "started", "tags", "usage")

    def __init__(
        self,
        seq: int,
        error: BaseException,
        output: bytes,
        started: float,
        ended: float,
        usage: Usage | None = None,
        tags: Sequence[tuple[str, Any]] = (),
    ) -> None:
        self.seq = seq
        self.error = error
        self.output = output
        self.started = started
        self.ended = ended
        self.usage = usage  # None if it was not measured
        self.tags = tags


class Asked:
    """No outcome: a job that runs on awaits the value of `expression`. `answer(value, None)` or `answer(None, error)`
    is called once, by the engine's thread; or never, when the job is cancelled."""

    __slots__ = ("answer", "expression", "seq")

    def __init__(self, seq: int, expression: Any, answer: Callable[[Any, BaseException | None], None]) -> None:
        self.seq = seq
        self.expression = expression
        self.answer = answer


Outcome = Finished | Failed
Message = Outcome | Asked


class Timer(Protocol):
    """An act that is due some day."""

    def drop(self) -> None:
        """Do not call it any more; may be called from any thread, and when it is over."""


class NoTimer:
    """In the place of a Timer where nothing is due."""

    __slots__ = ()

    def drop(self) -> None:
        """There is nothing that could be called."""


NO_TIMER: Timer = NoTimer()


class Inbox(Protocol):
    """Where outcomes and questions arrive. `put` may be called from any thread; the rest from the engine's thread
    only."""

    def put(self, message: Message) -> None:
        """Hand in a message and wake a waiting engine."""

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        """Call `ready` from `wait` whenever `fd` is readable, until `unwatch`."""

    def watch_room(self, fd: int, ready: Callable[[], None]) -> None:
        """Call `ready` from `wait` whenever `fd` takes what is written, or nobody reads it, until `unwatch`."""

    def unwatch(self, fd: int) -> None:
        """Stop watching `fd`; must be called before it is closed."""

    def call_at(self, moment: float, act: Callable[[], None]) -> Timer:
        """Call `act` from `wait` once the monotonic clock has reached `moment`, unless it is dropped before. What
        is not wanted any more must be dropped: all that it refers to is kept until then."""

    def wait(self, timeout: float | None) -> list[Message]:
        """The messages that have arrived, waiting up to `timeout` seconds (None: for ever) while there is none.
        Returns early, perhaps with nothing, when a signal arrives."""


class Jobserver(Protocol):
    """Who says how many jobs may run at once when other programs want places, too. Used by the engine's thread only.
    One place is always there."""

    def reach(self, count: int) -> int:
        """Try to have `count` places; how many there are now, at most `count`. If they are fewer, the inbox wakes when
        there may be more."""

    def settle(self, count: int) -> None:
        """`count` places are in use, and no more are wanted now: others may have the rest."""


class Executor(Protocol):
    """One way to run jobs. Never blocks, never raises for one job's sake: what goes wrong becomes a Failed."""

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon (TERM, later KILL); their outcome still arrives. Unknown ones are ignored."""

    def tail(self, seq: int) -> bytes:
        """The last line that a job has printed so far; empty if there is none, or no such job."""

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""

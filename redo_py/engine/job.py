"""Cell: where the value of an expression will appear. Job: the cell of a task call."""

from __future__ import annotations

from redo_py.engine.manner import ORDINARY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from typing import Any

    from redo_py.executors.api import Usage
    from redo_py.ir.expression import Expression
    from redo_py.tasks.task import Task
    from redo_py.values.file import File, Observed, Output, Tool


Product = tuple[str, bytes, int]  # what a job leaves behind: path, digest, kind
NOBODY: list[Any] = ()  # type: ignore[assignment]  # an empty list of cells; one for all, and nothing can be added
UNWRITTEN = (b"", "", b"")  # in place of a result as the store keeps it
TOO_MUCH = 1 << 20  # bytes of arguments that are not kept once more as a whole: each is kept by itself
UNASKED = ("", 0)  # in place of an address
NOTHING: dict[str, Any] = {}  # in place of arguments that are not known yet, or no more


class JobState:
    """The states of a cell. `Frontier.set_state` is their only writer. Plain ints: enum costs start-up time.

    WAITING   `missing` of the expressions it uses have no value yet.
    READY     all arguments are values; nothing is decided. Only jobs are READY for longer than one turn of the loop.
    JOINED    the same evaluation is under way in another job, its leader, whose end will be its end.
    QUEUED    decided: a miss; waits for its places, see engine.places.
    RUNNING   an executor has it, and exactly one outcome will arrive; or that is in Frontier.ended.
    REDUCING  its result holds expressions, `missing` of which have no value yet.
    DONE      `value` is final and holds no expression.
    FAILED    `error` is set; so it is for everything that needs the value, unless a form handles it.
    """

    WAITING = 0
    READY = 1
    JOINED = 2
    QUEUED = 3
    RUNNING = 4
    REDUCING = 5
    DONE = 6
    FAILED = 7


STATE_NAMES = ("WAITING", "READY", "JOINED", "QUEUED", "RUNNING", "REDUCING", "DONE", "FAILED")


class Cell:
    """Where the value of `expression` will appear."""

    __slots__ = ("dependents", "error", "expression", "generator", "missing", "parent", "result", "state", "value")

    def __init__(self, expression: Expression | None, parent: Job | None) -> None:
        self.expression = expression  # None for the root of an execution
        self.parent = parent  # the job whose reduction needs it
        self.state = JobState.WAITING
        self.missing = 0  # how many cells it waits for
        self.dependents: list[Cell] = NOBODY  # cells that wait for it
        self.value: Any = None  # once DONE
        self.error: BaseException | None = None  # once FAILED
        self.result: Any = None  # while REDUCING: what it reduced to
        self.generator: Generator[Any, Any, Any] | None = None  # of a special form under way


class Job(Cell):
    """One reduction of one task call."""

    __slots__ = (
        "address", "after", "always", "args_bytes", "args_hash", "arguments", "call_hash", "children", "code",
        "depfiles", "discovered", "ended", "eval_hash", "files", "followers", "input_stamps", "kind", "lazy", "leader",
        "log", "made", "manner", "name", "notable", "options", "origin", "outcome", "outputs", "pieces", "products",
        "reason", "result_written", "seq", "started", "summary", "task", "tools", "tries", "usage", "value_hash",
        "volatile",
    )  # fmt: skip

    def __init__(
        self, expression: Expression, parent: Job | None, seq: int, task: Task, options: dict[str, Any]
    ) -> None:
        super().__init__(expression, parent)
        self.seq = seq
        self.task = task
        self.name: str = task.fullname
        self.options = options  # the call's over the task's
        self.origin: str = self.name
        self.address = UNASKED  # under what its last run is remembered, see engine.address
        self.kind = "task"  # "rule" "action" "check" "task"
        self.lazy = False  # whether its arguments or options hold expressions
        self.manner = ORDINARY
        self.always = False  # whether it has to run whatever is remembered
        self.after: Any = ()
        self.arguments: dict[str, Any] = NOTHING  # bound, all values; once READY
        self.notable: Sequence[Any] = ()  # what is more than data in the arguments: files, outputs, tools, tasks ...
        self.files: Sequence[Observed] = ()  # every File, Dir and FileSet among the arguments
        self.tools: Sequence[Tool] = ()  # every Tool among the arguments
        self.outputs: Sequence[Output] = ()  # every Output among the arguments: what it must leave behind
        self.depfiles: tuple[str, ...] = ()  # they tell what it read
        self.input_stamps: Sequence[Any] = ()  # the stamps that `files` were read under
        self.args_bytes = b""  # the encoding of all arguments; b"" if that is TOO_MUCH
        self.pieces: Sequence[tuple[bytes, bool]] = ()  # the encoding of each argument, and whether it can be decoded
        self.code = b""  # of the classes of the project whose objects are among the arguments, see engine.instances
        self.args_hash = b""  # each hash is set once, in this order
        self.eval_hash = b""
        self.value_hash = b""
        self.call_hash = b""
        self.children: list[Job] = NOBODY  # the calls that its reduction made, in order, joined ones included
        self.products: Sequence[File] = ()  # what it left behind, with digests
        self.made: Sequence[tuple[str, bytes]] = ()  # further Files of its result that came meanwhile: (path, digest)
        self.discovered: tuple[tuple[str, bytes], ...] = ()  # what it read beyond its arguments: (path, digest)
        self.leader: Job | None = None  # while and after JOINED
        self.followers: list[Job] = NOBODY  # those that have joined it
        # how it came to its end: "ran" "adopted" "cached" "restored" "joined" "failed" "stopped" "skipped" "kept"
        self.outcome = ""
        self.reason = ""  # why it ran, in one line
        self.summary = ""  # what `reason` is about: "new" "input" "command" "code" "output" "forced" ...
        self.result_written: tuple[bytes, str, bytes] = UNWRITTEN  # its own result as the store keeps it
        self.log = b""  # what it printed
        self.tries = 0  # how often it was started
        # its inputs are too fresh to be trusted, or its worker lacked a module of that name: used now, not remembered
        self.volatile: bool | str = False
        self.started = 0.0
        self.ended = 0.0  # 0 while it runs
        self.usage: Usage | None = None  # what it took; None if that was not measured
        if options:
            self._heed(options)

    def _heed(self, options: dict[str, Any]) -> None:
        """Be what `options` say."""
        self.origin = options.get("origin") or self.name
        self.kind = options.get("kind") or "task"
        self.always = options.get("always") is True or options.get("cache") is False
        depfile = options.get("depfile") or ()
        self.depfiles = (depfile,) if type(depfile) is str else tuple(depfile)

    def be_followed_by(self, job: Job) -> None:
        """The end of this one will be that of `job`."""
        if self.followers:
            self.followers.append(job)
        else:
            self.followers = [job]

    def settle(self) -> None:
        """Let go of what only its own reduction needed: it is DONE and recorded, and all jobs live to the end."""
        self.arguments = NOTHING
        self.args_bytes = b""
        self.notable = self.pieces = self.input_stamps = ()

    @property
    def has_result(self) -> bool:
        """Whether `result_written` is there: it ran in this execution, or took what another one of it reduced to."""
        return bool(self.result_written[1])

    def __repr__(self) -> str:
        return f"Job({self.seq} {self.origin} {STATE_NAMES[self.state]})"


class Subtree:
    """What lies below a job, itself included."""

    __slots__ = ("reads", "tasks")

    def __init__(self) -> None:
        self.tasks: dict[str, bytes] = {}  # name -> the digest of its code
        self.reads: dict[str, bytes] = {}  # what was read of the context: path -> digest

"""Execution: one run of the engine: its doors, its settings and what it has found out so far."""

from __future__ import annotations

from redo_py.engine.attempts import Handling
from redo_py.engine.frontier import Frontier
from redo_py.engine.manner import ORDINARY, Manner
from redo_py.engine.places import Places
from redo_py.records import Buffer
from redo_py.values.codec import ROOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.engine.job import Cell, Job, Subtree
    from redo_py.engine.manner import Context
    from redo_py.engine.places import Machine
    from redo_py.engine.stage import Stage
    from redo_py.engine.traits import Traits
    from redo_py.executors.api import Executor, Inbox, Jobserver
    from redo_py.files.api import Files, Stamp
    from redo_py.ground.clock import Clock
    from redo_py.ground.errors import RedunError
    from redo_py.ground.events import Events
    from redo_py.ir.expression import Expression
    from redo_py.records import Failed
    from redo_py.store.api import Claims, Store
    from redo_py.tasks.door import Tasks
    from redo_py.values.file import File, Tool
else:
    Protocol = object


class Planner(Protocol):
    """Who makes a path, asked while the graph runs."""

    def producer(self, path: str) -> Expression | None:
        """The call that makes `path`; None when no rule does."""

    def look_up(self, paths: Sequence[str]) -> None:
        """Somebody is about to ask for the producers of all of `paths`."""

    def own_path(self, path: str) -> str:
        """`path`, as a command wrote it, as paths are written here: relative to the root when below it."""

    def missing_input(self, path: str) -> RedunError:
        """The error for a path that nothing makes and that is not there."""


class Tools(Protocol):
    """Executables that commands name, and environments that they and functions run in."""

    def digests(self, tools: list[Tool]) -> list[bytes]:
        """What identifies each tool now; of a tool that PATH does not find, 16 zero bytes."""

    def unchanged(self, tools: list[Tool]) -> list[bool]:
        """Whether each tool, whose digest was asked for, would have the same one now."""

    python: str  # the version of the Python that environments are made with, like "3.13"

    def environment_files(self, environment: str) -> list[str]:
        """The paths of all files that say what is in `environment`. Raises RunError if one is missing."""


class Adopting(Protocol):
    """What `redun adopt` was asked for, see engine.adopt."""

    dry: bool  # only say what would be adopted
    any_age: bool  # adopt outputs that are older than their inputs, too

    def matches(self, paths: Sequence[str]) -> bool:
        """Whether a job with these outputs is to be adopted."""

    def read_depfiles(self, job: Job) -> Sequence[str]:
        """What the depfiles of `job` name, which stay there. Raises RedunError if one is missing or is none."""


class Kept(Protocol):
    """A call that holds, see engine.kept."""

    call: bytes  # its address among all calls

    def products(self) -> list[File]:
        """What it made, with digests."""

    def needs(self) -> list[Expression]:
        """The calls that it rests on by itself, kept ones all of them."""


class Settings:
    """How to run."""

    __slots__ = (
        "adopting", "asks", "context", "dry", "elsewhere", "environment", "executor_options", "force_all", "forces",
        "here", "jobs", "keep_failed", "limits", "max_failures", "options", "repeats", "restores", "room", "tags",
        "terminal",
    )  # fmt: skip

    def __init__(
        self,
        jobs: int = 1,
        max_failures: int | None = 1,
        dry: bool = False,
        force_all: bool = False,
        forces: Callable[[str], bool] | None = None,
        keep_failed: bool = False,
        terminal: bool = False,
        limits: Mapping[str, int] | None = None,
        environment: Mapping[str, str] | None = None,
        adopting: Adopting | None = None,
        restores: bool = True,
        options: Mapping[str, Any] | None = None,
        executor_options: Mapping[str, Mapping[str, Any]] | None = None,
        context: Mapping[str, Any] | None = None,
        tags: Sequence[tuple[str, Any]] = (),
        here: str = "",
        room: int = ROOM,
        elsewhere: Collection[str] = (),
        repeats: bool = True,
    ) -> None:
        self.elsewhere = elsewhere  # names of executors whose jobs take nothing of this machine
        self.adopting = adopting  # takes what is there for what would be made; only in a dry run
        self.jobs = jobs  # how many jobs run at once
        self.max_failures = max_failures  # after so many failures nothing new is started; None: never
        self.dry = dry  # decide, but run and change nothing
        self.asks = False  # but for questions (`stdout`), which change nothing: else their last answers are taken
        self.forces = forces  # whether an origin or output of that name must run; None: none
        self.force_all = force_all  # take no result of an earlier execution
        self.keep_failed = keep_failed  # leave partial outputs of failed jobs where they are
        self.terminal = terminal  # whether there is a terminal that an action can be given
        self.limits = limits or {}  # name -> how many places it has
        self.environment = dict(environment or {})  # what every command gets, in no key
        # of all tasks, whatever they, their calls and the calls above say; in the units of the engine, as all options
        self.options = options or {}
        self.executor_options = executor_options or {}  # by the name of the executor: what its jobs have by default
        self.context = context or {}  # values that are read by name, see engine.context
        self.tags = tags  # (key, value) of the execution
        self.room = room  # bytes that one value may take when it is written down
        self.here = here  # the folder that paths are relative to, itself relative to the root; "" for the root
        self.repeats = repeats  # whether a function under which an input changed runs again, see engine.overtaken
        self.restores = restores  # whether missing products are put back, instead of being made again

    @property
    def records(self) -> bool:
        """Whether anything is written to the store."""
        return not self.dry or (self.adopting is not None and not self.adopting.dry)


class Doors:
    """Everything outside, through protocols."""

    __slots__ = (
        "claims", "clock", "events", "executors", "files", "inbox", "jobserver", "machine", "planner", "store", "tasks",
        "tools",
    )  # fmt: skip

    def __init__(
        self,
        store: Store,
        files: Files,
        tasks: Tasks,
        tools: Tools,
        planner: Planner,
        clock: Clock,
        events: Events,
        inbox: Inbox,
        executors: dict[str, Executor],
        machine: Machine | None = None,
        jobserver: Jobserver | None = None,
        claims: Claims | None = None,
    ) -> None:
        self.store = store
        self.files = files
        self.tasks = tasks
        self.tools = tools
        self.planner = planner
        self.clock = clock
        self.events = events
        self.inbox = inbox
        self.executors = executors  # by name, or "NAME MODE"; "command" and "thread" must be there
        self.machine = machine  # None: without GPUs, with memory for all
        self.jobserver = jobserver  # None: nobody else is to be asked
        self.claims = claims  # None: nobody else can be at work on this store, or nobody cares


class Execution:
    """The state of one run; the verbs of this room work on it."""

    __slots__ = (
        "addressed", "announced", "asked", "assumed", "awaited", "blamed", "borrowed", "buffer", "claimed", "context",
        "contexts", "copies", "doors", "elsewhere", "failed", "failures", "flushed", "forms", "frontier", "given",
        "handling", "id", "interrupted", "kept", "ledger", "links", "looked", "looks_for_circles", "lost", "made_by",
        "manner", "mates", "operated", "overtaken", "places", "progressed", "reads", "requested", "seen_at", "settings",
        "slots", "staged_paths", "stages", "stamps", "stopping", "subtrees", "tasks_recorded", "threads", "tools",
        "traits", "unmaterialised", "volatile", "waited", "written",
    )  # fmt: skip

    def __init__(self, id: bytes, doors: Doors, settings: Settings) -> None:
        self.id = id  # 16 random bytes
        self.doors = doors
        self.settings = settings
        self.frontier = Frontier()
        self.stamps: dict[str, Stamp] = {}  # path -> what was last seen there by this execution
        self.links: dict[str, Stamp] = {}  # path -> a product that is a link, as such
        self.seen_at: dict[str, float] = {}  # path -> wall time at which its stamp was taken
        self.made_by: dict[str, Job] = {}  # path -> the job of this execution whose product it is
        self.kept: Mapping[int, Kept] = {}  # id of a call's expression -> what is known of it, see engine.kept
        self.requested: set[int] = set()  # ids of the calls that were asked for by name: their products stay
        self.unmaterialised: dict[str, tuple[str, bytes, int]] = {}  # temporary products that hold but are not there
        self.ledger: dict[str, tuple[bytes, int] | None] = {}  # what was asked of the store's ledger, or written to it
        self.buffer = Buffer()  # what is not yet written
        self.written: list[Job] = []  # jobs in it for whose results the store can be asked then
        self.flushed = doors.clock.monotonic()  # when the buffer was last written
        self.failures: list[Job] = []  # jobs that failed by themselves or were stopped, in order
        self.blamed: dict[int, Job] = {}  # id of an error -> the job to blame for it, also if it is remembered
        self.handling = Handling()
        self.places = Places(settings.jobs, settings.limits, doors.machine, doors.jobserver, settings.elsewhere)
        self.tools: dict[Any, bytes] = {}  # Tool.key -> digest, of the tools that were asked for
        self.tasks_recorded: set[bytes] = set()  # task hashes whose TASK row was written
        self.announced: set[int] = set()  # seqs of jobs whose rows were written while they ran
        self.failed: dict[tuple[str, bytes], Failed] | None = None  # see engine.failed; None: nobody has asked
        self.addressed: dict[str, int] = {}  # what calls are alike in -> how many there are, see engine.address
        self.asked: dict[int, list[Any]] = {}  # id of a form's expression -> what it asked for, see reach
        # of a dry run: number of each job whose value is assumed -> the one that would run for it, see engine.assume
        self.assumed: dict[int, Job] = {}
        # what the calls that were asked for inherit
        self.manner = Manner() if settings.options or settings.executor_options else ORDINARY
        self.traits: dict[int, Traits] = {}  # id of a task -> what is special about it; they keep the tasks alive
        self.context: Context | None = None  # that of the settings, once somebody has asked for it
        self.contexts: dict[bytes, Context] = {}  # by digest, all that there are
        # (id of a task, id of a context) -> the task's options and lazy defaults for jobs in that context
        self.copies: dict[tuple[int, int], tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
        self.reads: dict[int, dict[str, bytes]] = {}  # seq -> what its job read of the context: path -> digest
        # seq -> cells that its job needs and that another one has had made: what lies below them lies below it, too
        self.borrowed: dict[int, list[Cell]] = {}
        self.subtrees: dict[int, Subtree] = {}  # seq -> what lies below the job, of those for which that was asked
        # seq -> names of the functions, classes and objects' classes of the project that its job is given
        self.given: dict[int, set[str]] = {}
        self.operated: dict[int, set[str]] = {}  # likewise of what was operated with for a job, see `needed_by`
        self.forms: dict[int, set[str]] = {}  # seq -> the forms of users that its reduction called
        self.mates: dict[int, list[Job]] = {}  # seq of a job -> jobs of other circles that wait for what it reduces to
        self.awaited: dict[int, Cell] = {}  # by id: the cells of what async jobs wait for
        self.slots: dict[tuple[int, bytes], bytes] = {}  # (seq, state of a handle) -> its slot, see engine.handles
        self.threads: dict[bytes, Expression] = {}  # what was begun by itself, by its digest, see values.thread
        self.stages: dict[int, Stage] = {}  # seq -> what is copied for its script, see engine.stage
        self.staged_paths: set[str] = set()  # what this execution has copied to
        self.volatile = False  # whether something used is too fresh to be remembered, or changed meanwhile
        self.claimed: dict[int, bytes] = {}  # seq -> the evaluation that other runs leave alone, see engine.claim
        self.elsewhere: dict[int, float] = {}  # seq of each job that another run is at -> since when it waits
        self.looks_for_circles = False  # whether something awaited may be in one that was not there at the last look
        self.waited = 0  # how many jobs have waited for other runs so long that the user was told
        self.lost = 0  # how many files that are not there functions have returned
        self.overtaken = 0  # how many functions have had an input change under them, and did not run again for that
        self.looked = self.flushed  # when other runs were last looked for
        self.progressed = self.flushed  # when something was last decided or came to its end
        self.stopping = False  # nothing new is started any more
        self.interrupted = 0  # the signal that asked to stop, 0 without one

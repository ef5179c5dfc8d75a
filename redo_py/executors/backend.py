"""The door of backends: whoever runs commands somewhere else, on jobs that lie ready in a scratch.

A backend starts a command and says what became of it; everything about code, arguments, files and results is done by
`executors.elsewhere`, which calls it. A job's truth is in its folder of the scratch: the backend only tells when to
look there, and what it knows if nothing is there.

A backend is a class with `Options`, which is made as `Class(options, site)`. See docs/executors.md for one in full.
"""

from __future__ import annotations

from redo_py.ground.errors import RunError
from redo_py.ground.hashing import FILE, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ClassVar, Protocol

    from redo_py.executors.processes.journal import Journal, Unwritten
    from redo_py.ground.clock import Clock
    from redo_py.remote.api.scratch import Scratch
    from redo_py.tasks.task import Task
else:
    Protocol = object

WAITING = "waiting"  # in somebody's queue
RUNNING = "running"
ENDED = "ended"  # its command has ended, however
LOST = "lost"  # nobody knows it, or who ran it is gone
GPUS = "CUDA_VISIBLE_DEVICES"  # the variable that has the names of the GPUs that a process may use


class Unreached(RunError):
    """Whoever runs the jobs does not answer, or is too busy. It is asked again, until that has lasted for a while."""


class Placed:
    """One job that lies ready in the scratch. Must not be written to."""

    __slots__ = ("argv", "attempt", "environments", "gpus", "key", "label", "options", "seq", "timeout")

    def __init__(
        self,
        key: str,
        label: str,
        argv: Sequence[str],
        options: Any,
        timeout: float | None = None,
        gpus: Sequence[str] = (),
        seq: int = 0,
        attempt: str = "",
        environments: str = "",
    ) -> None:
        self.key = key  # [a-z0-9]{32}: the same call with the same code and options has the same one again
        self.label = label  # what the user calls it
        self.argv = argv  # the worker's command
        self.options = options  # an object of the backend's Options: the executor's with the job's own over them
        self.timeout = timeout  # seconds; the job is cancelled after them, this is for who can do that itself; or None
        self.gpus = gpus  # the names of those of this machine that it has, for who runs it here
        self.seq = seq  # its number in this run, by which the journal knows it
        self.attempt = attempt  # what tells the answer of a worker that begins from now on from those of others
        self.environments = environments  # the folder of this machine with environments, if the job wants one of those


class Report:
    """The state of one job as its backend sees it."""

    __slots__ = ("ended", "error", "exit", "key", "reason", "started", "state")

    def __init__(
        self,
        key: str,
        state: str,
        exit: int | None = None,
        reason: str = "",
        started: float | None = None,
        ended: float | None = None,
        error: RunError | None = None,
    ) -> None:
        self.key = key
        self.state = state  # WAITING RUNNING ENDED LOST
        self.exit = exit  # exit status of the worker's command; -9 for one that signal 9 ended; None if it is not known
        self.reason = reason  # the backend's own words, for the error if there is no result; "" if it has none
        self.started = started  # wall time, as the backend has it; None if it does not tell
        self.ended = ended
        self.error = error  # what to tell if there is no result, {label} left open; None for what is told of all jobs


class Backend(Protocol):
    """Runs the commands of jobs. All calls come from one thread, and may block as long as a request takes, but never as
    long as a job does.

    What any of them raises as Unreached or OSError is a fault that may pass: the same is asked again, at ever longer
    intervals, for `patience` seconds, and then the jobs fail that it concerns."""

    Options: ClassVar[Any]  # a model below executors.options.RemoteOptions: names, defaults and docs of its options
    is_here: ClassVar[bool]  # whether its jobs take processors, memory and GPUs of this machine
    # It may have `environments`, the folder of this machine in which its jobs find environments,
    # `without_environments`, why they cannot have any, and `job_variables`, what the names of variables begin with that
    # tell a command about its job where it runs.

    def open(self) -> None:
        """Check that it can work at all, before the first job; raises RunError or UsageError with what is missing."""

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Start these jobs, which have equal options. A RunError fails all of them; what concerns one of them is told
        by `poll`. When it is called again after a fault, those that `find` knows are left out."""

    def poll(self, keys: Sequence[str]) -> Sequence[Report]:
        """The states of these jobs, which were launched or found. One that is left out is as it was. A RunError is a
        fault that may pass."""

    def cancel(self, keys: Sequence[str]) -> None:
        """End these jobs soon; their reports tell when they have ended. Those that it does not know are passed over. A
        RunError is a fault that may pass."""

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those that an earlier process has launched, or a `launch` that raised, and that still wait or run; they can
        be polled from now on."""

    def tail(self, key: str) -> str:
        """The last lines that the job has written to its log so far, for errors; "" if there are none."""

    def close(self) -> None:
        """Give everything back. Jobs have ended or were cancelled."""


class Site:
    """What an executor is told about where it is. Must not be written to."""

    __slots__ = (
        "clock", "config", "environ", "execution", "folder", "folders", "identify", "identify_files", "jobs", "journal",
        "name", "root", "scratch", "shared", "state",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        root: str,
        folder: str,
        state: str,
        environ: Mapping[str, str],
        clock: Clock,
        identify: Callable[[Task], bytes],
        folders: Sequence[str] = (),
        config: Mapping[str, Any] | None = None,
        jobs: int = 1,
        journal: Journal | Unwritten | None = None,
        execution: bytes = b"",
        shared: dict[str, Any] | None = None,
        identify_files: Callable[[Task], bytes] | None = None,
    ) -> None:
        self.name = name  # of the executor, as `executor=` has it
        self.root = root  # of the project, absolute
        self.folder = folder  # that relative paths of files start from, absolute: the root, or where a run was begun
        self.state = state  # the state folder, absolute
        self.environ = environ  # of redun itself
        self.clock = clock
        self.identify = identify  # the digest of a task's code
        self.identify_files = identify_files or identify  # that of whole files, for interpreters with other packages
        self.folders = folders  # where modules are looked for before the root
        self.config = config or {}  # settings that change what code means: {"packages": [...], "redun": "ours"}
        self.jobs = jobs  # -j
        self.journal = journal  # of what may be half made
        self.execution = execution  # the id of the one that it is made for, 16 bytes; b"" if there is none
        self.shared = {} if shared is None else shared  # what executors of one run keep for each other, by its name
        self.scratch: Scratch  # set before a backend is made

    def array(self, jobs: Sequence[Placed], variable: str) -> list[str]:
        """The command that runs the one of `jobs` whose number, from 0, the environment variable says, where it runs:
        for backends that start many with one request. Raises OSError."""
        keys = "".join(f"{job.key}\n" for job in jobs).encode()
        name = digest(FILE, keys).hex()
        self.scratch.write(f"arrays/{name}", keys)
        return [*jobs[0].argv[:-1], self.scratch.url, "--array", name, "--index", variable]

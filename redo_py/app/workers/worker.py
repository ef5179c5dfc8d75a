"""A worker: the process that runs calls for `executors.functions.process`. It loads the project's modules itself."""

from __future__ import annotations

import atexit
import os
import signal

from redo_py.app.settings import read_settings
from redo_py.app.tasks import ProjectTasks
from redo_py.config.environment import environment, set_variable
from redo_py.config.root import STATE
from redo_py.executors.api import CallStep, Failed, Finished, JobSpec, ScriptStep
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.functions.calls import CallJob
from redo_py.executors.functions.orphans import end_with_parent
from redo_py.executors.functions.printing import Straight, flush_streams
from redo_py.executors.functions.threads import ThreadExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Unwritten
from redo_py.executors.processes.usage import Meter
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.front.modules import Project as Modules
from redo_py.ground.alias.finder import install
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RedunError, RunError, UsageError
from redo_py.ground.frames import said, trace_of
from redo_py.remote.api import DONE, NO_MEMORY, STALE, Reference, RemoteCall, RemoteScript, RemoteSpec, Reply
from redo_py.remote.serve import serve
from redo_py.tasks.task import REGISTRY, Task
from redo_py.values.codec import pack, unpack
from redo_py.values.errors import Carried

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, NoReturn

    from redo_py.config.settings import Settings
    from redo_py.executors.api import CommandStep

GPUS = "CUDA_VISIBLE_DEVICES"


class Stale(Exception):
    """The code that is loaded here is not what the job was decided with."""


class Ended(BaseException):
    """Whoever asked wants no answer any more: unwinds the function that runs."""


class KeptElsewhere(Unwritten):
    """In place of a journal: it is kept by the process that sends the jobs."""

    def intend(self, seq: int, outputs: object, depfiles: object = ()) -> None:
        """Known there already."""


def work(requests: int, replies: int, root: str, folders: Sequence[str] = ()) -> NoReturn:
    """Serve until nobody asks any more, and end this process. Modules are looked for in `folders` before `root`."""
    for fd in (requests, replies):
        os.set_inheritable(fd, False)
    try:
        Shop(root, folders).serve(requests, replies)
    except MemoryError:
        os._exit(NO_MEMORY)
    leave()


def leave(status: int = 0) -> NoReturn:
    """End this process with `status` as Python does, but wait for no thread that a function has left behind, which may
    run for ever."""
    try:
        atexit._run_exitfuncs()
        flush_streams()
    finally:
        os._exit(status)


class Shop:
    """What the calls of one worker share."""

    def __init__(
        self,
        root: str,
        folders: Sequence[str] = (),
        meaning: Mapping[str, Any] | None = None,
        passed: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        self.folders = folders
        self.passed = passed or {}  # variables that commands get here if nobody sends others
        self.meaning = meaning  # the settings that change what code means; None: as those of the project say
        self.clock = Clock()
        self.inbox = SelectInbox(self.clock)
        environ = environment()
        self.gpus = environ.get(GPUS)
        here = os.getcwd()  # where whoever began the run stands; of a build the root
        commands = CommandExecutor(here, self.clock, KeptElsewhere(), f"{root}/{STATE}/tmp", environ)
        commands.start(self.inbox)
        self.launcher = commands.launcher
        self.executor = ThreadExecutor(0, self.clock, commands)
        self.executor.inbox = self.inbox
        self.modules: Modules | None = None
        self.tasks = ProjectTasks(self.opened_modules)
        self.functions: dict[tuple[str, str, str], tuple[Callable[..., Any], bytes]] = {}
        self.env: dict[str, str] = {}
        self.job: CallJob | None = None
        self.meter = Meter(self.clock)
        self.lacks = ""  # a module that could not be imported and changes what the steps reach
        self.within: Callable[[Callable[..., Any]], Callable[..., Any]] | None = None  # what calls are surrounded with
        self.adapted: Callable[[dict[str, str]], dict[str, str]] | None = None  # what the variables of commands become

    def serve(self, requests: int, replies: int) -> None:
        """Answer what comes."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked decides
        signal.signal(signal.SIGTERM, self.be_ended)
        end_with_parent(requests)
        serve(requests, replies, self.perform)

    def opened_modules(self) -> Modules:
        """The modules of the project at the root."""
        if self.modules is None:
            meaning = self.meaning
            if meaning is None:
                settings = self.settings()
                meaning = {"redun": settings.redun, "packages": settings.packages}
            if meaning["redun"] == "ours":
                install()
            packages = meaning["packages"]
            self.modules = Modules(self.root, lambda value: isinstance(value, Task), packages, takes_in=True).open()
            for folder in reversed(self.folders):
                self.modules.lead(folder)
        return self.modules

    def settings(self) -> Settings:
        """Those of the project."""
        state = f"{self.root}/{STATE}"
        files = LocalFiles(self.root, StatMemo(f"{state}/memo"), None, self.clock)
        return read_settings(files, state, environment(), "")[0]

    def be_ended(self, *_: object) -> None:
        """SIGTERM: end the command that runs, or the function, or, with nothing to do, the worker."""
        job = self.job
        if job is None:
            os._exit(0)
        if job.command_inbox is None:
            raise Ended
        job.error = RunError("job-cancelled", label=job.spec.label)
        job.command_inbox.wake()

    def perform(self, request: bytes) -> bytes:
        """The answer to one request."""
        try:
            reply = self.reply_to(request)[0]
        except Stale:
            return pack(Reply(STALE))
        flush_streams()
        return self.packed(reply)

    def reply_to(self, request: bytes) -> tuple[Reply, RemoteSpec | None]:
        """What comes of one request, and the request, if it could be read. Raises Stale."""
        remote = None
        try:
            self.opened_modules()  # the arguments may be of the project's classes
            remote = unpack(request)
            return self.reply(remote), remote
        except Stale:
            raise
        except Exception as error:  # the request itself cannot be read: a class is missing here
            return Reply(DONE, self.unreadable(error), traced(error)), remote

    def reply(self, remote: RemoteSpec) -> Reply:
        """Run the job."""
        if remote.env is not None:
            self.take_gpus(remote.env)
            self.env = {**self.passed, **remote.env} if self.passed else remote.env
            if self.adapted is not None:
                self.env = self.adapted(self.env)
        self.lacks = ""
        steps = tuple(self.step(each) for each in remote.steps)
        if remote.build_id:
            self.launcher.work_for(remote.build_id)
        answers, script = remote.answers, remote.script
        job = CallJob(self.executor, JobSpec(remote.seq, remote.label, steps, self.env, answers=answers, script=script))
        job.printed = Straight()
        job.started = self.clock.now()
        self.job = job
        self.meter.begin()
        try:
            outcome = job.outcome()
            outcome.usage = self.meter.end()
            if isinstance(outcome, Finished):
                outcome.lacked = self.lacks
        finally:
            self.job = None
        return Reply(DONE, outcome, traced(outcome.error) if isinstance(outcome, Failed) else "")

    def take_gpus(self, env: dict[str, str]) -> None:
        """Let functions see the GPUs that are in `env`; without any there, those that there are."""
        set_variable(GPUS, env.get(GPUS, self.gpus))

    def step(self, step: CommandStep | RemoteCall | RemoteScript) -> CommandStep | CallStep | ScriptStep:
        """A step as it runs here; raises Stale, and what importing the module raises."""
        if isinstance(step, RemoteScript):
            return script_step(step)
        if not isinstance(step, RemoteCall):
            return step
        if isinstance(step.function, Reference):
            self.take_in(step.modules, step.function.module)
            function = self.function(step.function)
        else:
            function = unpack(step.function)
            self.take_in(step.modules)
        if self.within is not None:
            function = self.within(function)
        return CallStep(function, step.args, step.kwargs)

    def take_in(self, changing: Sequence[str], module: str = "") -> None:
        """Import what changes what a function of `module` reaches, after that, as it was where the job was decided.
        What cannot be imported here leaves the result in doubt."""
        if not changing:
            return
        modules = self.opened_modules()
        if module:
            modules.load(module)
        for name in changing:
            if name == "__main__":
                self.lacks = name
                continue
            try:
                modules.load(name)
            except UsageError:
                self.lacks = name

    def function(self, reference: Reference) -> Callable[..., Any]:
        """What `reference` means here. Raises Stale if it is not what was meant."""
        key = (reference.module, reference.member, reference.name)
        known = self.functions.get(key)
        if known is None:
            known = self.functions[key] = self.found(reference)
        function, code = known
        if reference.code and code != reference.code:
            raise Stale
        return function

    def found(self, reference: Reference) -> tuple[Callable[..., Any], bytes]:
        """The function, and the digest of the task that it is of."""
        modules = self.opened_modules()
        modules.load(reference.module)
        task = REGISTRY.get(reference.name)
        if reference.converts or task is None:
            options = {} if reference.version is None else {"version": reference.version}
            task = self.tasks.use(reference.module, reference.member, options).task
        identify = self.tasks.digest_of_files if reference.by_files else self.tasks.digest_alone
        return (task.caller if reference.converts else task.func), identify(task)

    def unreadable(self, error: Exception) -> Failed:
        """The outcome of a request that nobody here understands; who asked knows which job it is."""
        now = self.clock.now()
        return Failed(-1, error, b"", now, now)

    def packed(self, reply: Reply) -> bytes:
        """`reply` as it travels. What cannot travel fails the job, with the reason."""
        outcome = reply.outcome
        try:
            packed = pack(reply)
            if isinstance(outcome, Failed):
                try:
                    unpack(packed)
                except Exception:  # its class wants other arguments than those that it keeps
                    carried: Any = Carried(outcome.error)
                    same = Failed(outcome.seq, carried, outcome.output, outcome.started, outcome.ended, outcome.usage)
                    packed = pack(Reply(DONE, same, reply.trace))
                    unpack(packed)
            return packed
        except Exception as error:
            assert outcome is not None
            if isinstance(outcome, Finished):
                kind, told = type(outcome.value).__name__, f"{type(error).__name__}: {error}"
                code = "result-memory" if isinstance(error, MemoryError) else "result-unsendable"
                failure = RunError(code, kind=kind, error=told)
            else:
                failure = RunError("error-unsendable", error=said(outcome.error))
            failed = Failed(outcome.seq, failure, outcome.output, outcome.started, outcome.ended, outcome.usage)
            return pack(Reply(DONE, failed, reply.trace))


def traced(error: BaseException) -> str:
    """What the traceback of an error tells, as it travels; "" for errors of redun's own, which say all themselves."""
    return "" if isinstance(error, RedunError) else "".join(f"{line}\n" for line in trace_of(error))


def script_step(step: RemoteScript) -> ScriptStep:
    """A script as it runs here: nothing of the user's can be in the way of its copies."""
    from redo_py.files import public as public

    errand = step.errand

    def put(source: Any, target: Any) -> None:
        source.copy_to(target)

    return ScriptStep(
        step.command,
        lambda folder: errand.bring(folder, put),
        lambda folder: errand.take_away(folder, put),
        errand.tempdir,
        errand,
    )

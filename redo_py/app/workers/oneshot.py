"""`redun oneshot`, the worker's end of the remote protocol: from a job's folder in a scratch to its result there."""

from __future__ import annotations

import os
import signal
import sys
from errno import EBADF, EMFILE, ENFILE, ENOMEM

from redo_py.app.workers.lacks import explain_import
from redo_py.app.workers.leavings import Leavings, as_there
from redo_py.app.workers.lodging import Lodging
from redo_py.app.workers.workplace import Workplace
from redo_py.config.settings import PASSED
from redo_py.executors.api import Finished, JobSpec
from redo_py.executors.backend import GPUS
from redo_py.executors.commands.depfile import discover
from redo_py.executors.environments.recipes import variables
from redo_py.executors.functions.tee import Tee
from redo_py.executors.processes.first_process import work_as_second
from redo_py.ground.errors import RunError
from redo_py.remote.api import BESIDE, NO_RESULT, stage, wire
from redo_py.remote.api.packages import differing
from redo_py.remote.api.scratch import JOB, RESULT, Scratch, job_name
from redo_py.remote.api.spark import session_in_use
from redo_py.tasks.declaration.environments import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.app.workers.worker import Shop
    from redo_py.remote.api import RemoteSpec, Reply
    from redo_py.remote.api.packages import Differing, Used

FAILED = 1  # exit status: the job has failed; its result says how
NO_JOB = 2  # there is nothing to do
TERMINATED = 143
ARCHIVE = "code.zip"  # what Spark's executors are sent
OF_PROCESS = (EBADF, EMFILE, ENFILE, ENOMEM)  # errors that tell nothing of the path that they name


class Ended(BaseException):
    """Somebody wants this job to end: there will be no result."""


class Fault(Exception):
    """The job cannot be run here; `code` and `words` are of the error that says so."""

    def __init__(self, code: str, **words: Any) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def oneshot(words: Sequence[str], environ: Mapping[str, str], tell: Callable[[str], None]) -> int:
    """Carry out `redun oneshot SCRATCH/jobs/KEY`, or the job of an array: `SCRATCH --array NAME --index VARIABLE`; with
    `--within FD` where it is in its environment. The exit status; what keeps a result from being left is told."""
    place = words[0]
    scratch_url, _, key = place.rpartition("/jobs/")
    if words[1:2] == ["--array"]:
        scratch_url = place
        key = key_in_array(Scratch(place), words[2], environ.get(words[4], ""))
    if not key:
        tell(f"redun: there is no job at {' '.join(words)}\n")
        return NO_JOB
    job = OneJob(Scratch(scratch_url), key, environ, tell)
    if words[1:2] == ["--within"]:
        os.set_inheritable(int(words[2]), False)
        job.is_within = True
    return job.run() if os.getpid() != 1 else work_as_second(job.run)


def key_in_array(scratch: Scratch, name: str, index: str) -> str:
    """The key of job `index` (from 0) of an array; "" if there is none."""
    keys = (scratch.read(f"arrays/{name}") or b"").decode().split()
    return keys[int(index)] if index.isdecimal() and int(index) < len(keys) else ""


class OneJob:
    """One job on its way."""

    def __init__(self, scratch: Scratch, key: str, environ: Mapping[str, str], tell: Callable[[str], None]) -> None:
        self.tell = tell
        self.scratch = scratch
        self.key = key
        self.environ = environ
        self.shop: Shop | None = None
        self.folder = ""  # of this process, in which the project is laid out
        self.root = ""
        self.attempt = ""  # which of the tries at this job this is, as who sent it says
        self.has_run = False  # whether any of what it is to do has begun
        self.used: Used = {}  # the packages that the project imports where the job was decided
        self.differing: Differing = {}  # those of them that are here in another version, or not at all
        self.is_ended = False  # whether somebody wants it to end
        self.is_within = False  # whether this is the Python of the environment that the job asks for
        self.adapted: Callable[[dict[str, str]], dict[str, str]] | None = None  # what variables become in that

    def run(self) -> int:
        """Do it; the exit status."""
        lodging = None
        try:
            signal.signal(signal.SIGTERM, self.be_ended)
            lodging = Lodging()
            return self._run(lodging)
        except (Ended, KeyboardInterrupt):
            return TERMINATED
        except OSError as error:
            self.tell(f"redun: {self.unusable(error, lodging)}: {error}\n")
            return NO_RESULT
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends
            if lodging is not None:
                os.chdir("/")
                lodging.leave()

    def unusable(self, error: OSError, lodging: Lodging | None) -> str:
        """What cannot be used, as `error` shows by the path that it names."""
        if lodging is None:
            return "no temporary folder can be made"
        if is_of_process(error):
            return f"the worker on {os.uname().nodename} cannot go on"
        is_here = is_at(error, lodging.folder) or is_at(error, self.root)
        if is_here and not is_at(error, self.scratch.url):  # which may lie in the project
            return f"the folder of the job on {os.uname().nodename} cannot be used"
        return f"the scratch {self.scratch.url} cannot be used"

    def be_ended(self, *_: object) -> None:
        """SIGTERM."""
        self.is_ended = True
        if self.shop is None or self.shop.job is None or self.shop.job.command_inbox is None:
            raise Ended
        self.shop.be_ended()

    def _run(self, lodging: Lodging) -> int:
        content = self.scratch.read(job_name(self.key, JOB))
        if content is None:
            self.tell(f"redun: there is no job at {self.scratch.at(f'jobs/{self.key}')}\n")
            return NO_JOB
        try:
            header, payload = wire.read(content)
            self.attempt = header.get("attempt", "")
            self.used = header.get("packages", {})
            self.scratch.access = header.get("access", self.scratch.access)
            if words := wire.misfit(header):
                raise Fault("worker-differs", **words)
            workplace = self._begin(lodging.folder, header)
            if header["environment"] is not None:
                self._enter(header, workplace, lodging)
            self._prepare(workplace, header)
            result = self._result(header, payload)
        except wire.Torn as error:
            result = self._told_fault("job-torn", {"error": str(error)}, True)
        except Fault as error:
            result = self._told_fault(error.code, error.words)
        except stage.StagingError as error:
            result = self._told_fault(error.code, error.words, error.is_damage)
        except MemoryError:
            result = self._told_fault("worker-memory", {})
        except OSError as error:
            if not self.has_run or not is_of_process(error):
                raise
            result = self._told_fault("worker-broke", {"host": os.uname().nodename, "error": str(error)})
        if BESIDE not in self.environ:
            self.scratch.write(job_name(self.key, RESULT), result)
        return 0 if wire.read(result)[0].get("ok") else FAILED

    def _told_fault(self, code: str, words: Mapping[str, Any], is_damage: bool = False) -> bytes:
        """A result that says why there is none, and whether that is for damage in the scratch."""
        told = {
            "fault": (code, words), "damaged": is_damage, "ran": self.has_run, "attempt": self.attempt,
            "packages": self.differing,
        }  # fmt: skip
        return wire.written(told, b"")

    def _begin(self, folder: str, header: Mapping[str, Any]) -> Workplace:
        """Where the project is to be, below `folder`."""
        self.folder = folder
        self.root = root = header["root"] if header["in_place"] else folder + header["root"]
        os.makedirs(os.path.join(root, header["here"]), exist_ok=True)
        return Workplace(self.scratch, folder, root)

    def _enter(self, header: Mapping[str, Any], workplace: Workplace, lodging: Lodging) -> None:
        """Go on in the environment that the job asks for; its functions in another program, which begins it anew."""
        from redo_py.app.workers import within_environment as within

        wanted = header["environment"]
        scheme = split(wanted["name"])[0]
        if self.is_within:
            self.adapted = lambda environ: variables(scheme, sys.prefix, environ)
            return
        workplace.bring([stage.Entry(*each) for each in wanted["files"]])
        here = os.path.join(self.root, header["here"])
        try:
            made = within.made_for(wanted, here, lodging.folder, self.environ, self.key, self.tell)
        except RunError as error:
            raise Fault(error.code, **error.words, facts=[*error.facts, ("for", wanted["label"])]) from None
        if wanted["calls"]:
            lodging.leave()
            within.go_on(made, self.scratch.at(f"jobs/{self.key}"), self.environ)
        self.adapted = lambda environ: variables(scheme, made.folder, environ)

    def _prepare(self, workplace: Workplace, header: Mapping[str, Any]) -> None:
        """Lay the project out and go to where the job begins."""
        if header["code"]:
            workplace.bring_code(header["code"])
        workplace.bring([stage.Entry(*each) for each in header["inputs"]])
        os.chdir(os.path.join(self.root, header["here"]))
        for path in (*header["outputs"], *header["depfiles"], *header["gives"]):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)

    def _result(self, header: Mapping[str, Any], payload: bytes) -> bytes:
        """Run what is to be run; the bytes that tell of it."""
        tee = Tee()
        self.has_run = True
        try:
            reply, shop = self._reply(header, payload)
        finally:
            printed = tee.end()
        if self.is_ended:  # what the function or command made of it is no result
            raise Ended
        outcome = reply.outcome
        assert outcome is not None
        outcome.output = printed
        left = Leavings(self.root, header)
        if isinstance(outcome, Finished):
            left.note(outcome)
        packed = shop.packed(reply)
        if len(packed) > header["max_result"]:
            from redo_py.ground.units import shown_size

            sizes = {"size": shown_size(len(packed)), "room": shown_size(header["max_result"])}
            raise Fault("result-too-large", **sizes)
        if BESIDE not in self.environ:
            stage.send(self.scratch, self.root, left.to_send(), set(), header["anew"])
        told = {"ok": isinstance(outcome, Finished), "outputs": [entry.told() for entry in left.entries]}
        told |= {"seconds": outcome.ended - outcome.started, "attempt": self.attempt, "packages": self.differing}
        return wire.written(told, packed)

    def _reply(self, header: Mapping[str, Any], payload: bytes) -> tuple[Reply, Shop]:
        """The job's reply, and who made it."""
        from redo_py.app.workers.worker import Shop, Stale

        folders = [os.path.normpath(os.path.join(self.root, each)) for each in header["folders"]]
        of_job = tuple(header["variables"])
        passed = {
            name: value for name, value in self.environ.items() if name in (*PASSED, GPUS) or name.startswith(of_job)
        }
        self.shop = shop = Shop(self.root, folders, header["config"], passed)
        if session_in_use() is not None:
            shop.within = self._within_spark(header, folders)
        shop.adapted = self.adapted
        shop.launcher.work_for(self.key)  # whoever ends this worker on its machine finds its commands by that
        self.differing = differing(self.used)
        try:
            reply, remote = shop.reply_to(payload)
        except Stale:
            raise Fault("code-elsewhere") from None
        outcome = reply.outcome
        if remote is not None and isinstance(outcome, Finished):
            self._discover(remote, outcome)
        else:
            reply.trace = reply.trace.replace(f"{self.root}/", f"{header['root']}/")  # where that is for who asked
            explain_import(reply, self.used, self.differing, (header["environment"] or {}).get("name", ""))
        return reply, shop

    def _within_spark(self, header: Mapping[str, Any], folders: Sequence[str]) -> Callable[..., Any]:
        """What calls are surrounded with in an application of Spark, whose executors get the code that came here."""
        from redo_py.app.workers.within_spark import send_project, surroundings
        from redo_py.remote.spark_mark import Mark

        session = session_in_use()
        if header["code"]:
            send_project(session, f"{self.folder}/{ARCHIVE}", self.root, folders, header["config"])
        return surroundings(Mark(session, f"redun-{self.key}", self.key), self.scratch.at("datasets"))

    def _discover(self, remote: RemoteSpec, outcome: Finished) -> None:
        """What its depfiles say, which are here."""
        if not remote.depfiles:
            return
        spec = JobSpec(remote.seq, remote.label, remote.steps, {}, remote.outputs, remote.depfiles)  # type: ignore[arg-type]
        try:
            found = discover(spec, os.getcwd())
        except RunError as error:
            raise Fault(error.code, **error.words) from None
        outcome.discovered = [as_there(self.root, path) for path in found]


def is_of_process(error: OSError) -> bool:
    """Whether `error` is one of this process, and of nothing that lies somewhere: what the scratch cannot do, and what
    cannot be done in a folder, names a path."""
    return error.filename is None or error.errno in OF_PROCESS


def is_at(error: OSError, folder: str) -> bool:
    """Whether `error` is one of a path at `folder` or below it."""
    return bool(folder) and isinstance(error.filename, str) and stage.is_below(error.filename, folder)

"""A JobSpec as it lies in the scratch: what is to be done, with the code and the files that it takes."""

from __future__ import annotations

import os
import posixpath

from redo_py.executors.api import CallStep, CommandStep, ScriptStep
from redo_py.executors.backend import GPUS, Placed
from redo_py.executors.failures import job_failure
from redo_py.executors.functions.sending import Sending
from redo_py.executors.processes.journal import conclude
from redo_py.ground import hashing
from redo_py.remote.api import RemoteSpec, stage, wire
from redo_py.remote.api.package import Package
from redo_py.remote.api.packages import UsedPackages
from redo_py.remote.api.scratch import JOB, code_name, job_name
from redo_py.tasks.scripts import words_of
from redo_py.values.codec import pack
from redo_py.values.encoding import encode
from redo_py.values.filing import filing
from redo_py.values.folder import FileSet
from redo_py.values.spelling import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from redo_py.executors.api import JobSpec, Outcome
    from redo_py.executors.backend import Site
    from redo_py.remote.api.scratch import Scratch

OF_THE_MACHINE = ("PATH", "HOME", "USER", "TMPDIR", "TERM", GPUS)  # variables that each machine has its own values of
LOOKS = 3  # how often files are looked at that change while they are sent


class Unsendable(Exception):
    """What a job is given cannot be packed."""


class Parcels:
    """Puts jobs of one executor into its scratch."""

    def __init__(self, site: Site, scratch: Scratch, environments: str = "", job_variables: Sequence[str] = ()) -> None:
        self._site = site
        self._job_variables = job_variables  # see executors.backend
        self._scratch = scratch
        self._environments = environments  # the folder of this machine in which jobs find environments; "" if none
        self._sending = Sending(site.identify)
        self._sending_apart = Sending(site.identify_files, by_files=True)  # to interpreters with other packages
        self._packages: dict[Any, str] = {}  # what is included and excluded -> the digest of the code, once it is sent
        self._used = UsedPackages(site.root)
        self._sent: set[str] = set()  # digests of files
        here = os.path.relpath(site.folder, site.root)
        self._here = "" if here == "." else here

    def place(self, spec: JobSpec, options: Any, taken: Collection[str], anew: bool = False) -> Placed:
        """Put all of a job into the scratch, with `anew` also what is there already, because it may be damaged. Its key
        is none of those `taken`. Raises OSError for what can be neither read nor written, RunError for what never stays
        as it is, and Unsendable."""
        if options.is_in_place:
            self._announce(spec)
            code, inputs = "", []
        else:
            code, inputs = self._sent_code(spec, options, anew), self._sent_inputs(spec, anew)
        header = {
            "root": self._site.root, "here": self._here, "code": code, "in_place": options.is_in_place,
            "folders": [os.path.relpath(folder, self._site.root) for folder in self._site.folders],
            "inputs": [entry.told() for entry in inputs], "outputs": list(spec.outputs), "gives": list(spec.gives),
            "depfiles": list(spec.depfiles), "config": dict(self._site.config), "max_result": options.max_result,
            "absent": self._absent(spec), "attempt": os.urandom(16).hex(), "access": self._scratch.access,
            "anew": anew, "environment": self._environment(spec, options), "variables": list(self._job_variables),
            "packages": self._used.now() if calls_functions(spec) and spec.environment is None else {},
        }  # fmt: skip
        key = self.key_of(spec, options, inputs)
        if key in taken:
            key = os.urandom(16).hex()
        self._scratch.write(job_name(key, JOB), wire.written(header, self._packed(spec)))
        argv = [options.python, "-u", "-P", "-m", "redo_py", "oneshot", self._scratch.at(f"jobs/{key}")]
        environments = self._environments if spec.environment is not None and not options.environments else ""
        return Placed(
            key, spec.label, argv, options, spec.timeout, gpus_of(spec), spec.seq, header["attempt"], environments
        )

    def over(self, spec: JobSpec, placed: Placed, outcome: Outcome) -> Outcome:
        """The job is over: what it has made in place is whole, or not. What its outcome is then."""
        if placed.options.is_in_place and self._site.journal is not None:
            return conclude(spec, outcome, self._site.journal)
        return outcome

    def _announce(self, spec: JobSpec) -> None:
        """A job is about to write into the project itself. Nobody may find it later: it is ended with this run."""
        spec.identity = b""
        if self._site.journal is not None:
            self._site.journal.intend(spec.seq, spec.outputs, spec.depfiles)

    def _sent_code(self, spec: JobSpec, options: Any, anew: bool) -> str:
        """The digest of the code that a job needs; "" for none. Raises OSError."""
        is_wanted = calls_functions(spec) or spec.options.get("code_package")
        return self._code(options, anew) if options.code_package and is_wanted else ""

    def _sent_inputs(self, spec: JobSpec, anew: bool) -> list[stage.Entry]:
        """What a job finds in its folder. Raises OSError, and RunError for what never stays as it is."""
        inputs = self._sent_files(spec, anew)
        folders = [posixpath.normpath(each.cwd) for each in commands_of(spec) if each.cwd]
        return inputs + [stage.Entry(self._from_root(folder), stage.FOLDER) for folder in folders]

    def _sent_files(self, spec: JobSpec, anew: bool) -> list[stage.Entry]:
        """The files among that. One that changes on its way is looked at again: whether the job was decided with it is
        asked when the job has ended."""
        looks = 0
        while True:
            looks += 1
            inputs = stage.entries_at(self._site.root, dict.fromkeys(self._paths(spec)))
            brought = [entry for entry in inputs if not os.path.isabs(entry.path)]
            try:
                stage.send(self._scratch, self._site.root, brought, set() if anew else self._sent, anew)
            except stage.StagingError as error:
                if looks == LOOKS:
                    raise job_failure(error.code, spec, **error.words) from None
            else:
                return inputs

    def _environment(self, spec: JobSpec, options: Any) -> dict[str, Any] | None:
        """What the worker is told of the environment that a job asks for: its name, what it is made of, in which
        folder, and what tells its system from others that see the same folder."""
        if spec.environment is None:
            return None
        name, files = spec.environment
        paths = [self._from_root(file.path) for file in files]
        entries = [] if options.is_in_place else stage.entries_at(self._site.root, paths)
        return {
            "name": name, "label": spec.label, "files": [entry.told() for entry in entries],
            "calls": calls_functions(spec), "place": options.environments or self._environments,
            "image": getattr(options, "image", ""),
        }  # fmt: skip

    def _absent(self, spec: JobSpec) -> list[str]:
        """The paths among its arguments at which nothing is."""
        paths = (file.path for file in spec.files if not isinstance(file, FileSet) and not is_url(file.path))
        return [path for path in paths if not os.path.exists(os.path.join(self._site.folder, path))]

    def key_of(self, spec: JobSpec, options: Any, inputs: Sequence[stage.Entry] = ()) -> str:
        """What names the job: the same again for the same job, if its result may be taken for this one's. It must have
        been given the very bytes of `inputs`, which may have changed since it was decided, and its outputs are relative
        to this project and folder."""
        if not spec.identity:
            return os.urandom(16).hex()
        place = (self._site.root, self._here, options.model_dump_json(), tuple(entry.told() for entry in inputs))
        return hashing.digest(hashing.REMOTE, spec.identity + encode(place)).hex()

    def _code(self, options: Any, anew: bool) -> str:
        """The digest of the project's code, which is in the scratch. Raises OSError."""
        asked = (tuple(options.code_includes), tuple(options.code_excludes))
        known = self._packages.get(asked)
        if known is None or anew:
            made = Package(self._site.root, *asked)
            name = code_name(made.digest)
            if anew or self._scratch.absent([name]):
                self._scratch.write(name, made.content)
            else:
                self._scratch.keep([name])
            known = self._packages[asked] = made.digest
        return known

    def _packed(self, spec: JobSpec) -> bytes:
        try:
            sending = self._sending if spec.environment is None else self._sending_apart
            steps = [sending.step(step) for step in spec.steps]
            given = gpus_of(spec)  # the worker is told of them by its backend
            env = {
                name: value
                for name, value in spec.env.items()
                if name not in OF_THE_MACHINE
                or (value != self._site.environ.get(name) and not (given and name == GPUS))
            }
            if not any(True for _ in commands_of(spec)):  # what others can read holds nothing that nobody needs
                env = {GPUS: env[GPUS]} if GPUS in env else {}
            return pack(
                RemoteSpec(
                    spec.seq, spec.label, steps, env, spec.outputs, spec.depfiles, spec.answers, spec.script
                )
            )  # fmt: skip
        except BaseException as error:  # classes of the project have their say in it
            raise Unsendable(f"{type(error).__name__}: {error}") from error

    def _paths(self, spec: JobSpec) -> Iterator[str]:
        """The paths of all that the job takes, relative to the root; what is elsewhere already is left out."""
        for file in spec.files:
            paths = filing().matching(file.pattern) if isinstance(file, FileSet) else [file.path]
            yield from (self._from_root(path) for path in paths if not is_url(path))
        for tool in spec.tools:
            if "/" in tool.name and not tool.name.startswith("/"):
                yield self._from_root(posixpath.join(tool.cwd, tool.name))
        yield from (self._from_root(step.stdin) for step in commands_of(spec) if step.stdin)
        yield from self._named(spec)

    def _named(self, spec: JobSpec) -> Iterator[str]:
        """The files of the project that words of a script or variables of a command name: they count like inputs, and
        so they are brought."""
        written = {self._from_root(path) for path in (*spec.outputs, *spec.gives)}
        named = list(spec.options.get("offered", ()))
        for step in spec.steps if spec.script else ():
            text = step.command.text if isinstance(step, ScriptStep) and not step.tempdir else ""
            text = step.text if isinstance(step, CommandStep) else text
            named += sorted(words_of(text))
        for path in map(self._from_root, named):
            is_inside = not stage.is_outside(path) and stage.LEFT_OUT.isdisjoint(path.split("/"))
            if is_inside and path not in written and os.path.isfile(os.path.join(self._site.root, path)):
                yield path

    def _from_root(self, path: str) -> str:
        if path.startswith("/"):
            return path
        return posixpath.normpath(posixpath.join(self._here, path))


def gpus_of(spec: JobSpec) -> Sequence[str]:
    """The names of the GPUs of this machine that the job was given."""
    return spec.env.get(GPUS, "").split(",") if spec.options.get("gpus") and spec.env.get(GPUS) else ()


def calls_functions(spec: JobSpec) -> bool:
    """Whether a job needs the project's code."""
    return any(isinstance(step, CallStep) for step in spec.steps)


def commands_of(spec: JobSpec) -> Iterator[CommandStep]:
    """The commands among the steps of a job."""
    for step in spec.steps:
        if isinstance(step, CommandStep):
            yield step
        elif isinstance(step, ScriptStep):
            yield step.command

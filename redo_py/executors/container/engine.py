"""Asking docker or podman: one command of theirs for each question."""

from __future__ import annotations

import os
import subprocess

from redo_py.executors.commands.programs import find
from redo_py.executors.container.argv import MOUNTED_LABEL, OWNER_LABEL, SCRATCH_LABEL
from redo_py.executors.processes.system import GRACE, SIGKILL, send
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from redo_py.executors.backend import Site
    from redo_py.ground.clock import Clock

ENGINES = ("docker", "podman")  # in the order in which they are looked for
PATIENCE = 60.0  # seconds that no answer may take
_DOCKER_ROOTLESS, _PODMAN_ROOTLESS = "{{.SecurityOptions}}", "{{.Host.Security.Rootless}}"
_LABELS = "|".join(f'{{{{index .Config.Labels "{label}"}}}}' for label in (OWNER_LABEL, MOUNTED_LABEL))
_STATE = "{{.Name}}|{{.State.Status}}|" + _LABELS
_END = "{{.State.ExitCode}}|{{.State.OOMKilled}}|{{.HostConfig.Memory}}"
ENDED = frozenset(("exited", "dead", "stopped"))
UNSTARTED = frozenset(("created", "configured", "initialized"))


class Container:
    """What an engine tells of a container."""

    __slots__ = ("mounted", "name", "owner", "status")

    def __init__(self, name: str, status: str, owner: str, mounted: str) -> None:
        self.name = name
        self.status = status  # the engine's word: created, running, paused, exited ...
        self.owner = owner  # the process that began it
        self.mounted = mounted  # the root of the project that it works in; "" if it works in a folder of its own

    @property
    def has_ended(self) -> bool:
        """Whether its command is over."""
        return self.status in ENDED

    @property
    def is_unstarted(self) -> bool:
        """Whether its command has not begun: it will not if whoever began the container is gone."""
        return self.status in UNSTARTED


class End:
    """How a container has ended."""

    __slots__ = ("is_starved", "memory", "status")

    def __init__(self, status: int | None = None, is_starved: bool = False, memory: int = 0) -> None:
        self.status = status  # the exit status of its command; None if nobody knows it
        self.is_starved = is_starved  # whether it needed more memory than it had
        self.memory = memory  # bytes that it might use; 0 is all


class Engine:
    """One engine, with the words that follow its name."""

    def __init__(self, name: str, path: str, words: Sequence[str], environ: Mapping[str, str]) -> None:
        self.name = name
        self.path = path
        self.environ = environ
        self.is_podman = False  # known after `check`, like the next one
        self.is_rootless = False  # whether root of a container is the caller outside
        self.words = [path, *words]

    def check(self) -> None:
        """Raises RunError if it cannot run containers for us."""
        self.is_podman = "podman" in self.asked("--version")  # some call podman docker
        told = self.asked("info", "--format", _PODMAN_ROOTLESS if self.is_podman else _DOCKER_ROOTLESS)
        self.is_rootless = told == "true" or "rootless" in told

    def asked(self, *words: str) -> str:
        """What it answers; raises RunError if it does not."""
        status, answer, said = self.call(*words)
        if status:
            told = last_line(said) or f"status {status}"
            raise RunError("container-engine", engine=self.name, reason=told, command=f"{self.name} {words[0]}")
        return answer

    def call(self, *words: str) -> tuple[int, str, str]:
        """Run one of its commands: status, output, what it says otherwise."""
        try:
            done = subprocess.run(
                [*self.words, *words], capture_output=True, check=False, env=dict(self.environ),
                stdin=subprocess.DEVNULL, timeout=PATIENCE, encoding="utf-8", errors="replace",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, "", silence()
        except OSError as error:
            return -1, "", str(error)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start one of its commands and do not wait for it."""
        return subprocess.Popen(
            [*self.words, *words], env=dict(self.environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def removal(self, names: Sequence[str]) -> list[str]:
        """The command that removes these containers, whatever they do; podman would let them take their time."""
        return ["rm", "--force", "--volumes", *(["--time", "0"] if self.is_podman else []), *names]

    def has_image(self, image: str) -> bool:
        """Whether the image is on this machine."""
        return self.call("image", "inspect", "--format", "{{.Id}}", image)[0] == 0

    def containers(self, scratch: str) -> Iterator[Container]:
        """All containers of that scratch, those that have ended included. Raises RunError."""
        found = self.asked(
            "ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={SCRATCH_LABEL}={scratch}"
        ).split()
        if not found:
            return
        _, answer, _ = self.call("container", "inspect", "--format", _STATE, *found)  # some may be gone by now
        for line in answer.splitlines():
            name, status, owner, mounted = line.split("|", 3)
            yield Container(name.removeprefix("/"), status, owner, mounted)

    def end_of(self, name: str) -> End:
        """How an ended container has ended."""
        status, answer, _ = self.call("container", "inspect", "--format", _END, name)
        parts = answer.split("|")
        if status or len(parts) != 3 or not parts[0].isdecimal():
            return End()
        return End(int(parts[0]), parts[1] == "true", int(parts[2]) if parts[2].isdecimal() else 0)


def engine_for(name: str, words: Sequence[str], site: Site) -> Engine:
    """The engine `name`, checked, or the first that works if it is "": a client of docker alone, whose daemon does not
    run, hides no podman. Raises RunError if there is none."""
    faults: list[RunError] = []
    for each in (name,) if name else ENGINES:
        path = find(site.folder, each, site.environ.get("PATH"))[0]
        if not path:
            continue
        engine = Engine(each, os.path.join(site.folder, path), words, site.environ)
        try:
            engine.check()
        except RunError as error:
            faults.append(error)
        else:
            return engine
    if not faults:
        raise RunError("container-engine-missing", name=site.name, engine=name or " or ".join(ENGINES))
    first = faults[0]
    first.facts = [*first.facts, *((str(other.words["engine"]), str(other.words["reason"])) for other in faults[1:])]
    raise first


def silence() -> str:
    """What is said of an engine that does not answer."""
    return f"no answer within {PATIENCE:g} seconds"


def await_all(commands: Iterable[subprocess.Popen[bytes]], clock: Clock) -> bool:
    """Wait for commands that lead groups of their own, for all together as long as for one answer. Those that take
    longer are killed; whether there were none."""
    latest = clock.monotonic() + PATIENCE
    is_answered = True
    for command in commands:
        if not _has_ended(command, max(0.0, latest - clock.monotonic())):
            is_answered = False
            send(-command.pid, SIGKILL)
            _has_ended(command, GRACE)  # what is not ours to kill is left
    return is_answered


def _has_ended(command: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it ends within so many seconds."""
    try:
        command.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def last_line(text: str) -> str:
    """The last line of what an engine says, without its `Error: `."""
    lines = text.strip().splitlines()
    return lines[-1].removeprefix("Error: ").removeprefix("docker: ") if lines else ""

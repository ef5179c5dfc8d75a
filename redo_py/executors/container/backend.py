"""Runs jobs in containers of this machine, one for each, by the client of docker or podman.

A client stays with its container and writes what that prints into a log; its end is the container's. Containers are
told by labels: whose scratch, and which process began it. When that is killed, client and container go on, and the
next run finds them. A container is removed when its job has ended; those that a killed run has left, when the next one
begins.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from redo_py.executors.backend import ENDED, LOST, RUNNING, WAITING, Report
from redo_py.executors.commands.terminal import Terminal
from redo_py.executors.container.argv import REFUSED, Surroundings, handed_on, kept_apart, name_of, run_words
from redo_py.executors.container.engine import Container, End, Engine, await_all, engine_for, silence
from redo_py.executors.container.failures import failure
from redo_py.executors.container.options import ContainerOptions, DockerOptions, PodmanOptions
from redo_py.executors.elsewhere.logs import end_of_file
from redo_py.executors.failures import reason
from redo_py.executors.processes.system import GRACE, SIGKILL, is_gone, send, this_process
from redo_py.ground.errors import RunError
from redo_py.tasks.declaration.environments import ENVIRONMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, ClassVar

    from redo_py.executors.backend import Placed, Site

LOG = "log"  # the file that has what a container prints
VARIABLES = "variables"  # the file with those that the engine must not take for its own
OOM = "oom"  # the file by which podman's monitor notes that the kernel took a process for its memory
KEPT = 24 * 3600.0  # seconds after which folders of logs are removed
AT_ONCE = 50  # names that one command of the engine gets


class Contained:
    """One container, from its launch to its end."""

    __slots__ = ("client", "ends_by", "is_ours", "job", "key")

    def __init__(self, key: str, client: subprocess.Popen[bytes], job: Placed | None) -> None:
        self.key = key
        self.client = client  # the process whose end is the container's
        self.job = job  # None for one that an earlier process has begun
        self.is_ours = job is not None  # whether the client's status is the container's
        self.ends_by = 0.0  # when it is killed if it has not ended by then; 0 while it may run


class ContainerBackend:
    """Containers of this machine, one for each job."""

    Options: ClassVar[Any] = ContainerOptions
    is_here: ClassVar[bool] = True

    def __init__(self, options: ContainerOptions, site: Site) -> None:
        self._options = options
        self._site = site
        self._folder = f"{site.state}/containers"  # of the logs, a folder for each job
        self.environments = f"{site.state}/{ENVIRONMENTS}"  # those of this machine
        self._engine: Engine
        self._around: Surroundings
        self._running: dict[str, Contained] = {}  # by key
        self._failed: dict[str, RunError] = {}  # what could not even be started, by key
        self._waiting: list[Placed] = []  # for the terminal
        self._refused: set[str] = set()  # keys of jobs that the engine did not start
        self._stops: list[subprocess.Popen[bytes]] = []  # commands of the engine that nobody waits for
        self._removals: dict[str, subprocess.Popen[bytes]] = {}  # those that remove containers, by key
        self._terminal = Terminal()

    def open(self) -> None:
        """Check the engine, and remove what killed runs have left. Raises RunError."""
        site, options = self._site, self._options
        self._engine = engine_for(options.engine, options.engine_args, site)
        os.makedirs(self._folder, exist_ok=True)
        scratch, owner = site.scratch, this_process().replace("\t", " ")
        folders = [scratch.url] if scratch.is_folder else []
        if options.project == "mounted":
            folders.append(site.root)
        self._around = Surroundings(scratch.url, owner, site.root, folders, site.environ, self._engine.is_rootless)
        self._sweep()

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Start these jobs; what cannot be started is told by `poll`."""
        for job in jobs:
            if job.options.interactive and self._has_lent_terminal():
                self._waiting.append(job)
            else:
                self._try(job)

    def poll(self, keys: Sequence[str]) -> Sequence[Report]:
        """The states of these jobs."""
        reports, ended = [], []
        for key in keys:
            contained = self._running.get(key)
            if contained is None:
                reports.append(self._not_running(key))
            elif (status := self._status(contained)) is None:
                reports.append(Report(key, RUNNING))
            else:
                reports.append(self._report(contained, status))
                ended.append(key)
                del self._running[key]
        self._remove(ended)
        if self._waiting and not self._has_lent_terminal():
            self._try(self._waiting.pop(0))
        return reports

    def cancel(self, keys: Sequence[str]) -> None:
        """End these jobs soon."""
        self._waiting = [job for job in self._waiting if job.key not in keys]
        running = [contained for key in keys if (contained := self._running.get(key)) is not None]
        for contained in running:
            contained.ends_by = contained.ends_by or self._site.clock.monotonic() + 2 * GRACE
        self._stops = [command for command in self._stops if command.poll() is None]
        for some in portions([name_of(contained.key) for contained in running]):
            self._stops.append(self._engine.begin("stop", "-t", f"{GRACE:.0f}", *some))

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those that an earlier process has begun, and that still run."""
        wanted = {name_of(key): key for key in keys}
        found = set()
        for container in self._engine.containers(self._around.scratch):
            key = wanted.get(container.name)
            if key is None or key in self._running:
                continue
            if container.has_ended or (container.is_unstarted and was_begun_by_the_dead(container)):
                self._engine.call(*self._engine.removal([container.name]))
                continue
            self._running[key] = Contained(key, self._engine.begin("wait", container.name), None)
            found.add(key)
        return found

    @property
    def uses(self) -> str:
        """The engine that was found to work, and whether tasks must name an image; it must be open."""
        return f"by {self._engine.path}" + ("" if self._options.image else ", for tasks and rules that say `image`")

    def tail(self, key: str) -> str:
        """The end of what the job's container has printed; "" if that are only words of an engine which did not start
        it, because its error has the last of them."""
        return "" if key in self._refused else end_of_file(f"{self._folder_of(key)}/{LOG}")

    def close(self) -> None:
        """Remove what is left. What an engine that does not answer has kept is removed by the next run."""
        for contained in self._running.values():
            self._force(contained)
        clients = [contained.client for contained in self._running.values()]
        await_all([*clients, *self._stops, *self._removals.values()], self._site.clock)
        self._running.clear()
        self._stops.clear()
        self._removals.clear()

    # ---- one job

    def _try(self, job: Placed) -> None:
        """Start the container of `job`; what keeps it from starting is told by the next `poll`."""
        try:
            self._begin(job)
        except RunError as error:
            self._failed[job.key] = error
        except OSError as error:
            engine = self._engine.name
            self._failed[job.key] = RunError("container-refused", engine=engine, reason=reason(error))

    def _not_running(self, key: str) -> Report:
        """What is known of a job that has no container."""
        if any(job.key == key for job in self._waiting):
            return Report(key, WAITING)
        error = self._failed.pop(key, None)
        return Report(key, ENDED, error=error) if error is not None else Report(key, LOST)

    def _has_lent_terminal(self) -> bool:
        """Whether a job has the terminal."""
        return any(each.job is not None and each.job.options.interactive for each in self._running.values())

    def _begin(self, job: Placed) -> None:
        """Start the container of `job`, or let it wait for the terminal. Raises RunError or OSError."""
        options: ContainerOptions = job.options
        if not options.image:
            raise RunError("container-without-image")
        self._refused.discard(job.key)
        folder = self._folder_of(job.key)
        words = run_words(self._engine.words, job, self._around, job.gpus, f"{folder}/{VARIABLES}")
        environ = {**self._site.environ, **handed_on(options)}
        if job.environments:
            os.makedirs(job.environments, exist_ok=True)
        removal = self._removals.pop(job.key, None)  # of the same name
        if removal is not None and not await_all([removal], self._site.clock):
            name = self._engine.name
            raise RunError("container-engine", engine=name, reason=silence(), command=f"{name} rm")
        shutil.rmtree(folder, ignore_errors=True)  # an earlier run may have left notes about the same job
        os.makedirs(folder, 0o700)
        if apart := kept_apart(options):
            with open(f"{folder}/{VARIABLES}", "w") as file:
                file.writelines(f"{name}={value}\n" for name, value in apart.items())
        if options.interactive:
            client = self._begun_at_terminal(words, folder, environ)
        else:
            with open(f"{folder}/{LOG}", "wb") as log:
                client = subprocess.Popen(
                    words, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip
        if options.is_in_place and self._site.journal is not None:
            self._site.journal.started(job.seq, client.pid)
        self._running[job.key] = Contained(job.key, client, job)

    def _begun_at_terminal(
        self, words: Sequence[str], folder: str, environ: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """The client of a job that gets the terminal, which must be free."""
        if not os.isatty(0):
            raise RunError("container-no-terminal")
        self._terminal.prepare()
        client = subprocess.Popen(words, cwd=folder, env=environ, process_group=0)
        self._terminal.lend(client.pid)
        return client

    def _status(self, contained: Contained) -> int | None:
        """The exit status of the client, None while it lives. One that somebody has killed is replaced: its container
        lives on."""
        status = contained.client.poll()
        if status is None:
            if contained.ends_by and self._site.clock.monotonic() > contained.ends_by:
                self._force(contained)
            return None
        if status < 0 and not contained.ends_by:
            contained.client = self._engine.begin("wait", name_of(contained.key))
            contained.is_ours = False
            return None
        return status

    def _report(self, contained: Contained, status: int) -> Report:
        """What is known of a job whose client has ended with `status`."""
        key, job = contained.key, contained.job
        if job is not None and job.options.interactive:
            self._terminal.take_back()
        end = End()
        if not contained.is_ours or status not in (0, REFUSED):
            end = self._engine.end_of(name_of(key))
        if not contained.is_ours:
            if end.status is None:
                return Report(key, LOST)
            status = end.status
        if not status or contained.ends_by:
            return Report(key, ENDED, exit=status)
        end.is_starved = end.is_starved or os.path.exists(f"{self._folder_of(key)}/{OOM}")
        error = failure(job, self._engine, status, end, self.tail(key))
        if status == REFUSED and error is not None:
            self._refused.add(key)
        return Report(key, ENDED, exit=status, error=error)

    def _force(self, contained: Contained) -> None:
        """End a container that does not want to, and its client."""
        self._removals[contained.key] = self._engine.begin(*self._engine.removal([name_of(contained.key)]))
        send(-contained.client.pid, SIGKILL)

    def _remove(self, keys: Sequence[str]) -> None:
        """Remove the containers of ended jobs, without waiting for it."""
        for some in portions(keys):
            removal = self._engine.begin(*self._engine.removal([name_of(key) for key in some]))
            self._removals.update(dict.fromkeys(some, removal))
        for key in [key for key, removal in self._removals.items() if removal.poll() is not None]:
            del self._removals[key]

    def _sweep(self) -> None:
        """Remove the containers that killed runs have left: those that have ended, and, as they would write into it at
        any time, those that have this project mounted. What else runs will be found, or belongs to another checkout."""
        left = [
            container.name
            for container in self._engine.containers(self._around.scratch)
            if (container.has_ended or container.is_unstarted or container.mounted == self._site.root)
            and was_begun_by_the_dead(container)
        ]
        for some in portions(left):
            self._engine.call(*self._engine.removal(some))
        oldest = self._site.clock.now() - KEPT
        for entry in os.scandir(self._folder):
            if entry.stat().st_mtime < oldest:
                shutil.rmtree(entry.path, ignore_errors=True)

    def _folder_of(self, key: str) -> str:
        """The folder of a container's log, where its client runs: engines may leave a note there, see OOM."""
        return f"{self._folder}/{key}"


def was_begun_by_the_dead(container: Container) -> bool:
    """Whether the process that began a container has ended."""
    return container.owner != "" and is_gone(container.owner.replace(" ", "\t"))


def portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """`names`, so many at a time as one command takes."""
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]


class DockerBackend(ContainerBackend):
    """Containers of docker, one for each job."""

    Options: ClassVar[Any] = DockerOptions


class PodmanBackend(ContainerBackend):
    """Containers of podman, one for each job."""

    Options: ClassVar[Any] = PodmanOptions

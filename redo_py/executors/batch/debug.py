"""`debug = true`: the jobs of a Batch executor in containers of this machine, from the same image, to look at them."""

from __future__ import annotations

from redo_py.executors.backend import Placed
from redo_py.executors.container.backend import ContainerBackend
from redo_py.executors.container.options import ContainerOptions
from redo_py.executors.options import OptionFault, checked
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.executors.backend import Report, Site
    from redo_py.executors.batch.options import BatchOptions


PRIVILEGED = "--privileged"  # of the engine's `run`


class LocalJobs:
    """The jobs that run here. The engine is asked for when there is the first."""

    def __init__(self, options: BatchOptions, site: Site) -> None:
        self._options = options
        self._site = site
        self._keys: set[str] = set()
        self._backend: ContainerBackend | None = None

    def has(self, key: str) -> bool:
        """Is a job one of them?"""
        return key in self._keys

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Start these, but for those that an earlier process has started here. Raises RunError."""
        keys = [job.key for job in jobs]
        self._keys.update(keys)
        found = self.opened().find(keys)
        self.opened().launch([in_container(job) for job in jobs if job.key not in found])

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those that an earlier process has started here. Raises RunError."""
        found = self.opened().find(keys)
        self._keys |= found
        return found

    def poll(self, keys: Sequence[str]) -> Sequence[Report]:
        """The states of those of the keys that are here."""
        ours = [key for key in keys if key in self._keys]
        return self.opened().poll(ours) if ours else []

    def cancel(self, keys: Sequence[str]) -> None:
        """End those of the keys that are here."""
        ours = [key for key in keys if key in self._keys]
        if ours:
            self.opened().cancel(ours)

    def tail(self, key: str) -> str:
        """The last lines that a job has printed."""
        return self.opened().tail(key)

    def close(self) -> None:
        """Give everything back."""
        if self._backend is not None:
            self._backend.close()

    def opened(self) -> ContainerBackend:
        """The backend of the containers. Raises RunError if there is no engine."""
        if self._backend is None:
            backend = ContainerBackend(container_options(self._options), self._site)
            backend.open()
            self._backend = backend
        return self._backend


def in_container(job: Placed) -> Placed:
    """The same job, for a container of this machine."""
    return Placed(job.key, job.label, job.argv, container_options(job.options), job.timeout, job.gpus, job.seq)


def container_options(options: BatchOptions) -> ContainerOptions:
    """What a container of Batch has, as far as one of this machine can have it: the credentials are the user's own.
    Raises UsageError for what `debug_options` cannot say."""
    given: dict[str, Any] = {
        "scratch": options.scratch,
        "image": options.image,
        "python": options.python,
        "cpus": options.cpus,
        "memory": options.memory,
        "include_aws_env": True,
    }
    if options.shared_memory is not None:
        given["shared_memory"] = options.shared_memory
    if options.privileged:
        given["run_args"] = [PRIVILEGED]
    try:
        found: ContainerOptions = checked(ContainerOptions, {**given, **options.debug_options})
    except OptionFault as error:
        told = f"`debug_options.{error.name}`: {error.error}"
        raise UsageError("batch-debug-option", error=told, hint=error.hint) from None
    return found

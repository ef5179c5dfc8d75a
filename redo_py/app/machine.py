"""What the machine has beside processors, for jobs that ask for it: looked at when the first one does."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.config.settings import Settings

CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container
_UNKNOWN = 1 << 60  # bytes; where the system does not tell how much there is, memory limits nothing


class ProjectMachine:
    """The Machine door: what the settings say, else what the system says."""

    def __init__(self, settings: Settings, environ: Mapping[str, str], devices: str = "/dev") -> None:
        self._settings = settings
        self._environ = environ
        self._devices = devices
        self._memory = settings.memory
        self._gpus: Sequence[str] | None = settings.gpus

    @property
    def memory(self) -> int:
        """Bytes that jobs may take together."""
        if self._memory is None:
            self._memory = min([system_memory(), *map(limit_in, CGROUP_LIMITS)])
        return self._memory

    @property
    def gpus(self) -> Sequence[str]:
        """The names of the GPUs: those that CUDA_VISIBLE_DEVICES leaves, else those that have a device."""
        if self._gpus is None:
            visible = self._environ.get("CUDA_VISIBLE_DEVICES")
            self._gpus = devices_in(self._devices) if visible is None else visible_in(visible)
        return self._gpus


def visible_in(text: str) -> list[str]:
    """The devices that CUDA_VISIBLE_DEVICES lists; as CUDA reads it, nothing behind -1 counts."""
    names: list[str] = []
    for name in text.split(","):
        if not name.strip() or name.strip() == "-1":
            break
        names.append(name.strip())
    return list(dict.fromkeys(names))


def devices_in(folder: str) -> list[str]:
    """The numbers of the devices nvidia0, nvidia1 ..."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = [name[6:] for name in names if name.startswith("nvidia")]
    return sorted((number for number in found if number.isascii() and number.isdecimal()), key=int)


def system_memory() -> int:
    """The bytes that the machine has."""
    try:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return _UNKNOWN
    return size if size > 0 else _UNKNOWN


def limit_in(path: str) -> int:
    """The bytes that the file at `path` limits this container to."""
    try:
        with open(path, encoding="ascii") as stream:
            return int(stream.read())
    except (OSError, ValueError):  # no container, or "max"
        return _UNKNOWN

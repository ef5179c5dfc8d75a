"""A real podman with a store of its own, and an image that runs the Python of these tests.

The image has nothing but folders: programs and Python come from this machine, as volumes that cannot be written.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redo_py.testing import Bench

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGE = "localhost/redun-test:1"
LINKS = ("bin", "lib", "lib64", "sbin")  # those that are links into /usr here are so there
ETC = {"passwd": "root:x:0:0:root:/root:/bin/sh\n", "group": "root:x:0:\n", "hosts": "127.0.0.1 localhost\n"}
VARIABLES = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
ULIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"]  # what a machine without more allows
LIMITS = (  # of either version of cgroups
    "cd /sys/fs/cgroup && if test -f memory.max; then cat memory.max cpu.max; "
    "else cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us; fi"
)


CDI = Path("/var/run/cdi")  # where podman looks for what says which devices there are
NUMBERS = itertools.count()


@contextmanager
def gpus(count: int) -> Iterator[list[str]]:
    """The names of so many GPUs, which podman finds: each is /dev/null, and is called /dev/NAME in a container. Only
    root can say so, to all of this machine: the names are nobody else's."""
    if os.geteuid():
        pytest.skip("only root can tell podman of devices")
    kind = f"redun-{os.getpid()}-{next(NUMBERS)}"
    names = [f"{kind}-{number}" for number in range(count)]
    null = {"type": "c", "major": 1, "minor": 3, "permissions": "rw"}
    devices = [{"name": name, "containerEdits": {"deviceNodes": [{"path": f"/dev/{name}", **null}]}} for name in names]
    CDI.mkdir(parents=True, exist_ok=True)
    file = CDI / f"{kind}.json"
    file.write_text(json.dumps({"cdiVersion": "0.3.0", "kind": "nvidia.com/gpu", "devices": devices}))
    try:
        yield names
    finally:
        file.unlink()


def limits_of(bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
    """What the kernel allows the container of a job: processors, bytes of memory."""
    memory, quota, period = bench.driver.success(bench.command(1, LIMITS, options=options)).output.split()
    return int(quota) / int(period), int(memory)


class Podman:
    """One engine with its own store in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = [
            "--runtime",
            "runc",
            "--root",
            f"{folder}/store",
            "--runroot",
            f"{folder}/run",
            "--storage-driver",
        ]
        self.words += ["vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none"]

    def call(self, *words: str, given: bytes = b"") -> str:
        """What podman answers; it must succeed."""
        done = subprocess.run(
            ["podman", *self.words, *words], input=given, capture_output=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def names(self) -> list[str]:
        """The names of all containers."""
        return self.call("ps", "--all", "--format", "{{.Names}}").split()

    def as_docker(self, folder: Path, base: str) -> Path:
        """A command `docker` in the new `folder`, which is this engine. It has an image `base` like the one of these
        tests, with their Python first on its PATH."""
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        changes = [f"ENV {name}={value}" for name, value in {"PATH": path, **VARIABLES}.items()]
        words = [word for change in changes for word in ("--change", change)]
        self.call("import", *words, "-", base, given=root_file_system())
        options = self.options()
        words = [*options["run_args"], "--network", options["network"]]
        words += [word for volume in options["volumes"] for word in ("--volume", volume)]
        folder.mkdir()
        command = folder / "docker"
        command.write_text(
            f'#!/bin/sh\ncase $1 in run|build) verb=$1; shift; set -- "$verb" {shlex.join(words)} "$@";; esac\n'
            f'exec podman {shlex.join(self.words)} "$@"\n'
        )
        command.chmod(0o755)
        return command

    def options(self, **more: Any) -> dict[str, Any]:
        """The options of an executor whose jobs run in the image."""
        folders = dict.fromkeys(("/usr", "/etc/ssl", sys.prefix, sys.base_prefix, str(ROOT)))
        needed = [each for each in folders if os.path.isdir(each) and not each.startswith("/usr/")]
        return {
            "engine": "podman",
            "engine_args": self.words,
            "run_args": ULIMITS,
            "network": "host",
            "image": IMAGE,
            "python": sys.executable,
            "volumes": [f"{folder}:{folder}:ro" for folder in needed],
            "variables": json.dumps(VARIABLES),
            **more,
        }


def root_file_system() -> bytes:
    """A tar of the folders that a process needs."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in LINKS:
            if os.path.islink(f"/{name}"):
                link = tarfile.TarInfo(name)
                link.type, link.linkname = tarfile.SYMTYPE, os.readlink(f"/{name}")
                archive.addfile(link)
        for name in ("usr", "etc", "tmp", "root", "proc", "dev", "sys"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            archive.addfile(folder)
        for name, text in ETC.items():
            file = tarfile.TarInfo(f"etc/{name}")
            file.size = len(text)
            archive.addfile(file, io.BytesIO(text.encode()))
    return content.getvalue()


@pytest.fixture(scope="session")
def podman() -> Iterator[Podman]:
    """podman with the image, for the session."""
    if shutil.which("podman") is None or shutil.which("runc") is None:
        pytest.skip("podman and runc are not installed")
    folder = Path(tempfile.mkdtemp(prefix="podman-", dir="/tmp"))  # podman wants less than 50 characters
    engine = Podman(folder)
    engine.call("import", "-", IMAGE, given=root_file_system())
    yield engine
    engine.call("rm", "--all", "--force", "--time", "0")
    engine.call("rmi", "--all", "--force")
    shutil.rmtree(folder)

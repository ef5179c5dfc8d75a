"""`type = "subprocess"`: the whole remote protocol on this machine, each job in a Python process of its own.

It is the smallest backend there is, and the pattern of others: what takes an hour to learn in a cloud fails here in a
second. Logs and process ids lie in the state folder, so that a scheduler finds what a killed one has started.
"""

from __future__ import annotations

import os
import subprocess
import sys

from pydantic import Field

from redo_py.executors.backend import ENDED, GPUS, LOST, RUNNING, Report
from redo_py.executors.commands.programs import find
from redo_py.executors.failures import reason
from redo_py.executors.options import RemoteOptions, Seconds
from redo_py.executors.processes.strays import end_strays
from redo_py.executors.processes.system import SIGKILL, SIGTERM, WORKER_GRACE, is_alive, latest_start, send
from redo_py.ground.errors import RunError
from redo_py.tasks.declaration.environments import ENVIRONMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from redo_py.executors.backend import Placed, Site

LOG_END = 8192  # bytes of a log in which its last lines are looked for


class Child:
    """One worker."""

    __slots__ = ("kill_at", "pid", "process", "start")

    def __init__(self, pid: int, start: str, process: subprocess.Popen[bytes] | None = None) -> None:
        self.pid = pid  # it leads a process group of the same number
        self.start = start  # see processes.is_alive
        self.process = process  # None if an earlier scheduler has started it
        self.kill_at = 0.0  # by the monotonic clock: when it is killed, because it was told to end; 0 while it may live


class SubprocessBackend:
    """Python processes on this machine, each job sent to one of its own as to a cloud."""

    class Options(RemoteOptions):
        """Those of `type = "subprocess"`."""

        python: str = Field(default=sys.executable, description="the Python of the worker; that of redun by default")
        job_monitor_interval: Seconds = Field(default=0.2, description="seconds between two looks at the jobs")

    is_here: ClassVar[bool] = True

    def __init__(self, options: Options, site: Site) -> None:
        self._site = site
        self.environments = f"{site.state}/{ENVIRONMENTS}"  # those of this machine
        self._python = options.python
        self._folder = f"{site.state}/tmp/executors/{site.name}"
        self._children: dict[str, Child] = {}

    def open(self) -> None:
        """Make the folder of the logs, and look for the worker's Python; raises RunError."""
        site = self._site
        if not find(site.folder, self._python, site.environ.get("PATH"))[0]:
            error = f"its `python` is {self._python}, which is no program here"
            raise RunError("executor-unusable", name=site.name, error=error)
        try:
            os.makedirs(self._folder, exist_ok=True)
        except OSError as error:
            raise RunError("executor-unusable", name=site.name, error=reason(error)) from error

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Start a process for each."""
        for job in jobs:
            try:
                self._children[job.key] = self._start(job)
            except OSError as error:
                raise RunError(
                    "executor-unusable", name=self._site.name, error=f"{job.argv[0]}: {reason(error)}"
                ) from error

    def _start(self, job: Placed) -> Child:
        with open(self._path(job.key, "log"), "wb") as log:
            process = subprocess.Popen(
                job.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environ(job),
                start_new_session=True,
            )  # fmt: skip
        child = Child(process.pid, latest_start(process.pid, self._site.clock), process)
        with open(self._path(job.key, "pid"), "w", encoding="ascii") as note:
            note.write(f"{child.pid} {child.start}\n")
        return child

    def _environ(self, job: Placed) -> dict[str, str]:
        return {**self._site.environ, **({GPUS: ",".join(job.gpus)} if job.gpus else {})}

    def poll(self, keys: Sequence[str]) -> list[Report]:
        """How each of them is."""
        return [self._report(key) for key in keys]

    def _report(self, key: str) -> Report:
        child = self._children.get(key)
        if child is None:
            return Report(key, LOST)
        status = child.process.poll() if child.process is not None else None
        is_over = status is not None or (child.process is None and not is_alive(child.pid, child.start))
        if not is_over:
            if child.kill_at and self._site.clock.monotonic() >= child.kill_at:
                send(-child.pid, SIGKILL)
            return Report(key, RUNNING)
        if child.kill_at or (status or 0) < 0:  # it may have died before it has ended its command
            end_strays(key, self._site.clock)
        return Report(key, ENDED, status)

    def cancel(self, keys: Sequence[str]) -> None:
        """TERM to the whole group, later KILL."""
        for key in keys:
            child = self._children.get(key)
            if child is not None:
                send(-child.pid, SIGTERM)
                child.kill_at = self._site.clock.monotonic() + WORKER_GRACE

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those whose process lives."""
        found = set()
        for key in keys:
            try:
                with open(self._path(key, "pid"), encoding="ascii") as note:
                    pid, _, start = note.read().strip().partition(" ")
            except OSError:
                continue
            if not pid.isdecimal() or not is_alive(int(pid), start):
                end_strays(key, self._site.clock)
            else:
                self._children[key] = Child(int(pid), start)
                found.add(key)
        return found

    def tail(self, key: str) -> str:
        """The last lines of its log."""
        try:
            with open(self._path(key, "log"), "rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_END))
                return log.read().decode("utf-8", "replace")
        except OSError:
            return ""

    def close(self) -> None:
        """Forget logs and notes of what has ended."""
        for key in self._children:
            for part in ("log", "pid"):
                if os.path.exists(self._path(key, part)):
                    os.unlink(self._path(key, part))
        self._children.clear()

    def _path(self, key: str, part: str) -> str:
        return f"{self._folder}/{key}.{part}"

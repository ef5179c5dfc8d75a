"""An executor of one's own: each job in a Python process that leaves the machine to others, by `nice`."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from redo_py.executors.backend import ENDED, LOST, RUNNING, Placed, Report, Site
from redo_py.executors.options import RemoteOptions
from redo_py.ground.errors import RunError


class PoliteBackend:
    """Python processes of low priority on this machine."""

    class Options(RemoteOptions):
        """What `[executors.NAME]` can say, beside what all executors have."""

        niceness: int = Field(
            default=10, ge=0, le=19, description="how nice a job is", json_schema_extra={"per_job": True}
        )

    is_here: ClassVar[bool] = True  # jobs take processors of this machine

    def __init__(self, options: Options, site: Site) -> None:
        self.environ = dict(site.environ)
        self.name = site.name
        self.logs = Path(site.state, "tmp", site.name)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def open(self) -> None:
        """Called before the first job: is all there that jobs need?"""
        self.logs.mkdir(parents=True, exist_ok=True)
        if not any(os.access(f"{folder}/nice", os.X_OK) for folder in os.get_exec_path(self.environ)):
            raise RunError("executor-unusable", name=self.name, error="there is no program `nice`")

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Start them. What a job needs lies in the scratch: the backend only has its command run."""
        for job in jobs:
            with open(self.logs / job.key, "wb") as log:
                self.processes[job.key] = subprocess.Popen(
                    ["nice", "-n", str(job.options.niceness), *job.argv],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self.environ,
                    start_new_session=True,
                )

    def poll(self, keys: Sequence[str]) -> list[Report]:
        """How they are."""
        return [self.report(key) for key in keys]

    def report(self, key: str) -> Report:
        """How one of them is."""
        process = self.processes.get(key)
        if process is None:
            return Report(key, LOST)
        status = process.poll()
        return Report(key, RUNNING) if status is None else Report(key, ENDED, status)

    def cancel(self, keys: Sequence[str]) -> None:
        """End them, and all that they have started."""
        for key in keys:
            process = self.processes.get(key)
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those that an earlier redun, which was killed, has started: this backend keeps no account of them."""
        return set()

    def tail(self, key: str) -> str:
        """The end of a job's log."""
        log = self.logs / key
        return log.read_text(errors="replace")[-4000:] if log.exists() else ""

    def close(self) -> None:
        """Give everything back."""
        for key in self.processes:
            (self.logs / key).unlink(missing_ok=True)

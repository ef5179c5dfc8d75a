"""Driving a Backend by hand: jobs with commands of our own, until they have ended."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redo_py.executors.backend import ENDED, LOST, Placed, Report, Site
from redo_py.executors.options import checked
from redo_py.ground.clock import Clock
from redo_py.remote.api.scratch import Scratch

RUNNER = b"""\
folder="$1"
if [ "$2" = --array ]; then
    key="$(sed -n "$(($(printenv "$5") + 1))p" "$1/arrays/$3")"
    folder="$1/jobs/$key"
fi
exec sh "$folder/text"
"""
PATIENCE = 120.0  # seconds that no job may take


def site_at(folder: Path, **variables: str) -> Site:
    """A project in `folder`, whose scratch is beside it."""
    root = folder / "project"
    (root / ".redun").mkdir(parents=True, exist_ok=True)
    (folder / "scratch").mkdir(exist_ok=True)
    environ = {**os.environ, **variables}
    site = Site("far", str(root), str(root), f"{root}/.redun", environ, Clock(), lambda task: b"")
    site.scratch = Scratch(str(folder / "scratch"))
    return site


class Bench:
    """A Backend of the class `made_of`, open."""

    def __init__(self, made_of: Any, site: Site, options: dict[str, Any]) -> None:
        self.site = site
        self.options = options
        self.made_of = made_of
        self.patience = PATIENCE
        self.backend = made_of(checked(made_of.Options, options), site)

    def open(self) -> Bench:
        """Open it."""
        self.backend.open()
        return self

    def job(self, number: int, *argv: str, **options: Any) -> Placed:
        """A job that runs `argv`."""
        return Placed(
            f"{number:032x}", f"job {number}", argv, checked(self.made_of.Options, {**self.options, **options})
        )

    def shell(self, number: int, text: str, **options: Any) -> Placed:
        """A job that runs a text in a shell. It lies in the scratch, as jobs do, so that an array finds it."""
        job = self.job(number, "sh", f"{self.site.scratch.url}/runner", "", **options)
        job.argv = [*job.argv[:-1], self.site.scratch.at(f"jobs/{job.key}")]
        self.site.scratch.write(f"jobs/{job.key}/text", text.encode())
        self.site.scratch.write("runner", RUNNER)
        return job

    def run(self, *jobs: Placed) -> list[Report]:
        """Launch these and await their ends."""
        self.backend.launch(jobs)
        return self.ends(*jobs)

    def end(self, job: Placed) -> Report:
        """Launch one and await its end."""
        (report,) = self.run(job)
        return report

    def ends(self, *jobs: Placed) -> list[Report]:
        """Await the ends of what was launched."""
        found: dict[str, Report] = {}
        deadline = time.monotonic() + self.patience
        while waiting := [job.key for job in jobs if job.key not in found]:
            found.update((report.key, report) for report in self.backend.poll(waiting) if report.state in (ENDED, LOST))
            assert time.monotonic() < deadline, waiting
            time.sleep(0.05)
        return [found[job.key] for job in jobs]

    def await_state(self, job: Placed, state: str) -> Report:
        """Wait until the job is in that state."""
        deadline = time.monotonic() + self.patience
        while True:
            reports: Sequence[Report] = self.backend.poll([job.key])
            if reports and reports[0].state == state:
                return reports[0]
            assert time.monotonic() < deadline, reports[0].state if reports else "nothing"
            time.sleep(0.05)


def text_of(report: Report, label: str) -> str:
    """The error of a report, as it is shown of a job that is called `label`."""
    assert report.error is not None, (report.exit, report.reason)
    report.error.words["label"] = label
    return str(report.error)

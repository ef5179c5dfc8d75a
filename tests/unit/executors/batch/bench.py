"""A workbench for tests of the Batch backend: the backend over the server, with jobs that are shell scripts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from redo_py.executors.backend import ENDED, Placed, Report, Site
from redo_py.executors.batch.backend import BatchBackend
from redo_py.executors.batch.options import BatchOptions
from redo_py.executors.options import checked, with_job
from redo_py.ground.clock import Clock
from redo_py.remote.api.scratch import Scratch
from tests.aws.batch_model import Job
from tests.aws.server import LocalAws

WAIT = 120.0  # seconds that nothing may take
# What stands for `redun oneshot`: finds out which job it is, and sources the script that lies there.
WORKER = """\
place=$1
if [ "${2-}" = --array ]; then
  eval index=\\$$5
  place=$1/jobs/$(sed -n "$((index + 1))p" "$1/arrays/$3")
fi
. "$place"
"""


def text_of(report: Report) -> str:
    """The error of a report, as that of a job called `one`."""
    assert report.error is not None, report.reason
    report.error.words = {"label": "one", **report.error.words}
    return str(report.error)


class Bench:
    """The backend, its scratch and its site."""

    def __init__(self, aws: LocalAws, folder: Path, **options: Any) -> None:
        self.aws = aws
        self.folder = folder
        (folder / "jobs").mkdir(parents=True, exist_ok=True)
        if not (folder / "worker.sh").exists():  # a job may be about to read it
            (folder / "worker.sh").write_text(WORKER)
        given = {"image": "worker:1", "scratch": str(folder), "memory": 64 << 20, "role": "none", **options}
        given.setdefault("queue", "")
        given["queue"] = given["queue"] or aws.create_queue()
        self.options: BatchOptions = checked(BatchOptions, given)
        environ = {"USER": "someone"}
        self.site = Site("batch", "/somewhere/project", "/", str(folder), environ, Clock(), lambda _: b"")
        self.site.scratch = Scratch(str(folder))
        self.backend = BatchBackend(self.options, self.site)

    def job(self, key: str, script: str, label: str = "", timeout: float | None = None, **options: Any) -> Placed:
        """A job that lies ready; its key is filled up."""
        key = key.ljust(32, "0")
        place = self.folder / "jobs" / key
        place.write_text(script)
        argv = ["sh", str(self.folder / "worker.sh"), str(place)]
        return Placed(key, label or f"task({key[:4]})", argv, with_job(self.options, options), timeout)

    def jobs(self, count: int, script: str, **more: Any) -> list[Placed]:
        """So many equal jobs."""
        return [self.job(f"{number:04d}", script, **more) for number in range(count)]

    def until(self, keys: Sequence[str], holds: Callable[[Report], bool]) -> dict[str, Report]:
        """Poll until something holds of all reports; the last ones."""
        deadline = time.monotonic() + WAIT
        found: dict[str, Report] = {}
        while True:
            open_ones = [key for key in keys if key not in found or found[key].state != ENDED]
            found |= {report.key: report for report in self.backend.poll(open_ones)}
            if len(found) == len(keys) and all(map(holds, found.values())):
                return found
            assert time.monotonic() < deadline, [(each.key, each.state, each.reason) for each in found.values()]
            time.sleep(0.02)

    def ended(self, jobs: Sequence[Placed]) -> list[Report]:
        """The last reports of jobs, in their order."""
        keys = [job.key for job in jobs]
        found = self.until(keys, lambda report: report.state == ENDED)
        return [found[key] for key in keys]

    def run(self, *jobs: Placed) -> list[Report]:
        """Launch jobs and await their end."""
        self.backend.launch(jobs)
        return self.ended(jobs)

    def submitted(self) -> list[dict[str, Any]]:
        """The requests that have arrived."""
        return self.aws.asked("SubmitJob")

    def there(self) -> list[Job]:
        """The jobs of the queue, as the server has them."""
        return self.aws.batch.queues[self.options.queue].jobs

    def again(self) -> Bench:
        """What a new process has: the same scratch and options, nothing in memory."""
        given = {name: getattr(self.options, name) for name in self.options.model_fields_set}
        return Bench(self.aws, self.folder, **given)

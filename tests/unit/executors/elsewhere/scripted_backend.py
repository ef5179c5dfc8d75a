"""An executor elsewhere over a backend that does what the test says."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from redo_py.executors.api import CommandStep, Finished, JobSpec
from redo_py.executors.backend import ENDED, RUNNING, Placed, Report, Site
from redo_py.executors.elsewhere.executor import ElsewhereExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.options import RemoteOptions
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError
from redo_py.remote.api import DONE, Reply, wire
from redo_py.remote.api.scratch import JOB, RESULT, Scratch, job_name
from redo_py.testing import Driver
from redo_py.values.codec import pack

QUICK: dict[str, Any] = {"job_monitor_interval": 0.01, "job_stale_time": 0.02}


class Scripted:
    """A backend whose jobs do nothing by themselves."""

    Options: ClassVar[Any] = RemoteOptions
    is_here: ClassVar[bool] = False

    def __init__(self, scratch: Scratch) -> None:
        self.scratch = scratch
        self.launched: list[list[Placed]] = []  # one list for each call
        self.states: dict[str, Report] = {}
        self.alive: set[str] = set()  # keys that an earlier scheduler has launched
        self.cancelled: list[str] = []
        self.faults: list[Exception] = []  # what the next calls of poll raise
        self.find_faults: list[Exception] = []  # the same of find
        self.poll_fault: Exception | None = None  # what each call of poll raises
        self.cancel_fault: Exception | None = None  # the same of cancel
        self.refuses: Exception | None = None  # what launch raises
        self.loses: list[Exception] = []  # what the next launches raise after they have started the jobs
        self.refuses_options: Callable[[Any], bool] = lambda options: False  # whose launch raises
        self.unusable: Exception | None = None  # what open raises
        self.unusable_times = -1  # how often; for ever if negative
        self.opened = 0  # how often it was
        self.answers = True  # whether jobs end at once, with their seq as value
        self.initially = lambda key: Report(key, RUNNING)
        self.on_launch: Callable[[int, str], object] | None = None  # is told of the how manieth launch of which key
        self.log = ""
        self.is_closed = False
        self.has_launched = threading.Event()
        self.has_cancelled = threading.Event()
        self.has_missed_cancel = threading.Event()

    def open(self) -> None:
        self.opened += 1
        if self.unusable is not None and self.unusable_times:
            self.unusable_times -= 1
            raise self.unusable

    def launch(self, jobs: Sequence[Placed]) -> None:
        if self.refuses is not None:
            raise self.refuses
        if any(self.refuses_options(job.options) for job in jobs):
            raise RunError("executor-unusable", name="far", error="no such queue")
        self.launched.append(list(jobs))
        for job in jobs:
            self.states.setdefault(job.key, self.initially(job.key))
            if self.on_launch is not None:
                self.on_launch(len(self.launched), job.key)
            elif self.answers:
                self.answer(job.key, job.label)
        if self.loses:
            self.alive.update(job.key for job in jobs)
            raise self.loses.pop()
        self.has_launched.set()

    def answer(self, key: str, value: Any, **header: Any) -> None:
        """The job leaves a result."""
        reply = Reply(DONE, Finished(-1, value, b"printed\n", [], 0.0, 0.0))
        told = {"ok": True, "outputs": [], "seconds": 0.0, "attempt": self.attempt(key), **header}
        self.scratch.write(job_name(key, RESULT), wire.written(told, pack(reply)))
        self.states[key] = Report(key, ENDED, 0)

    def attempt(self, key: str) -> str:
        """Which try at the job a worker would take it for that begins now."""
        content = self.scratch.read(job_name(key, JOB))
        return wire.read(content)[0]["attempt"] if content else "of an earlier scheduler"

    def poll(self, keys: Sequence[str]) -> list[Report]:
        if self.faults:
            raise self.faults.pop()
        if self.poll_fault is not None:
            raise self.poll_fault
        return [self.states[key] for key in keys if key in self.states]

    def cancel(self, keys: Sequence[str]) -> None:
        if self.cancel_fault is not None:
            self.has_missed_cancel.set()
            raise self.cancel_fault
        self.cancelled += keys
        self.states.update({key: Report(key, ENDED, 143) for key in keys})
        self.has_cancelled.set()

    def find(self, keys: Sequence[str]) -> set[str]:
        if self.find_faults:
            raise self.find_faults.pop()
        found = self.alive & set(keys)
        for key in found:
            self.states.setdefault(key, Report(key, RUNNING))
        return found

    def tail(self, key: str) -> str:
        return self.log

    def close(self) -> None:
        self.is_closed = True


class Place:
    """An executor over a Scripted, in a folder."""

    def __init__(self, root: Path, scratch: Scratch | None = None, **options: Any) -> None:
        clock = Clock()
        self.root = root
        self.site = Site("far", str(root), str(root), str(root / ".redun"), dict(os.environ), clock, lambda _: b"code")
        self.scratch = self.site.scratch = scratch or Scratch(str(root / ".redun/scratch"))
        self.backend = Scripted(self.scratch)
        self.inbox = SelectInbox(clock)
        self.told: list[str] = []  # notices
        checked = RemoteOptions(**{**QUICK, **options})
        self.executor = ElsewhereExecutor(self.backend, checked, self.site, self.told.append)
        self.driver = Driver(self.executor, self.inbox)

    def key(self, spec: JobSpec) -> str:
        """What the job is called in the scratch, if it is the same each time."""
        return self.executor._parcels.key_of(spec, self.executor.options)

    def close(self) -> None:
        self.executor.stop()
        self.inbox.close()


def spec(seq: int, **rest: Any) -> JobSpec:
    return JobSpec(seq, f"job {seq}", [CommandStep("true")], {}, **rest)

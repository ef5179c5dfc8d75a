"""`--trace`: where the time of a build went, in the format of Chrome's trace viewer, which Perfetto reads as well.

Each job that ran is a bar in the lane of the place that it took; what it waited for a place is a bar of its own; the
phases of the build and the critical path have lanes too. Times are microseconds from the start of the build.
"""

from __future__ import annotations

import json
from heapq import heappop, heappush

from redo_py.app.times.critical_path import CriticalPath, measured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

    Event = dict[str, Any]

PROCESS = 1
PHASES, PATH, FIRST_LANE = 0, 1, 2  # lanes


class Trace:
    """A listener that remembers when jobs were queued, and afterwards tells all as a trace."""

    def __init__(self, execution: Execution, started: float) -> None:
        self._execution = execution
        self._started = started  # the build, wall time
        self._planned = execution.doors.clock.now()
        self._queued: dict[int, float] = {}  # seq -> wall time

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        if kind == "queued":
            self._queued[subject.seq] = self._execution.doors.clock.now()

    def as_json(self, wanted: Any) -> bytes:
        """The trace of the execution, which is over and was asked for `wanted`."""
        jobs = sorted((job for job in self._execution.frontier.jobs if job.tries), key=lambda job: job.started)
        path = CriticalPath(self._execution, wanted, measured)
        critical = {job.seq for job in path.jobs}
        lanes = lanes_of(jobs)
        events = self._names(max(lanes.values(), default=FIRST_LANE))
        events += self._phases(jobs)
        for job in jobs:
            events += self._job(job, lanes[job.seq], job.seq in critical)
        events += [self._bar(job.origin, job.started, job.ended, PATH, "critical path") for job in path.jobs]
        facts = {"execution": self._execution.id.hex(), "critical path seconds": round(path.seconds, 6)}
        trace = {"traceEvents": events, "displayTimeUnit": "ms", "otherData": facts}
        return json.dumps(trace, separators=(",", ":")).encode() + b"\n"

    def _names(self, last_lane: int) -> list[Event]:
        names = {PHASES: "phases", PATH: "critical path"}
        names |= {lane: f"place {lane - FIRST_LANE + 1}" for lane in range(FIRST_LANE, last_lane + 1)}
        told = [metadata("process_name", 0, {"name": "redun build"})]
        for lane, name in names.items():
            told.append(metadata("thread_name", lane, {"name": name}))
            told.append(metadata("thread_sort_index", lane, {"sort_index": lane}))
        return told

    def _phases(self, jobs: list[Job]) -> list[Event]:
        """Reading and planning; deciding until the first job starts; running, among which deciding goes on."""
        now = self._execution.doors.clock.now()
        first = jobs[0].started if jobs else now
        phases = [("plan", self._started, self._planned), ("decide", self._planned, first)]
        if jobs:
            phases.append(("run", first, now))
        return [self._bar(name, start, end, PHASES, "phase") for name, start, end in phases]

    def _job(self, job: Job, lane: int, is_critical: bool) -> list[Event]:
        category = f"{job.kind},critical path" if is_critical else job.kind
        bar = self._bar(job.origin, job.started, job.ended, lane, category)
        bar["args"] = {
            "seq": job.seq, "task": job.name, "outcome": job.outcome, "because": job.reason, "tries": job.tries,
            "critical": is_critical,
        }  # fmt: skip
        if job.usage is not None:
            bar["args"] |= {"cpu": job.usage[0], "memory": job.usage[1] or None}
        queued = self._queued.get(job.seq)
        return [bar] if queued is None else [bar, *self._wait(job, queued)]

    def _wait(self, job: Job, queued: float) -> list[Event]:
        """That the job waited for a place: a pair of events that need no lane."""
        pair = {"name": f"wait: {job.origin}", "cat": "wait", "id": job.seq, "pid": PROCESS, "tid": PHASES}
        begin, end = self._microseconds(queued), self._microseconds(job.started)
        return [{**pair, "ph": "b", "ts": begin}, {**pair, "ph": "e", "ts": max(begin, end)}]

    def _bar(self, name: str, start: float, end: float, lane: int, category: str) -> Event:
        begin = self._microseconds(start)
        length = max(0.0, self._microseconds(end) - begin)
        return {"name": name, "cat": category, "ph": "X", "ts": begin, "dur": length, "pid": PROCESS, "tid": lane}

    def _microseconds(self, moment: float) -> float:
        return round(max(0.0, moment - self._started) * 1e6, 1)


def metadata(name: str, lane: int, args: dict[str, Any]) -> Event:
    """How a viewer is to show a lane."""
    return {"name": name, "ph": "M", "pid": PROCESS, "tid": lane, "args": args}


def lanes_of(jobs: list[Job]) -> dict[int, int]:
    """A lane for each job by its seq, the lowest that is free when it starts. `jobs` must be sorted by that."""
    lanes: dict[int, int] = {}
    free: list[int] = []
    busy: list[tuple[float, int]] = []  # (until when, lane)
    for job in jobs:
        while busy and busy[0][0] <= job.started:
            heappush(free, heappop(busy)[1])
        lane = heappop(free) if free else FIRST_LANE + len(busy)
        lanes[job.seq] = lane
        heappush(busy, (max(job.started, job.ended), lane))
    return lanes

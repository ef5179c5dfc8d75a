"""Past jobs: those of one execution as a tree, and each by itself."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from redo_py.ground.job_ids import job_id
from redo_py.records import JOB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.query.log.executions import Past
    from redo_py.store.api import Reader

STATUSES = {
    "ran": "DONE", "adopted": "ADOPTED", "cached": "CACHED", "restored": "CACHED", "joined": "JOINED",
    "failed": "FAILED", "stopped": "STOPPED", "running": "RUNNING",
}  # fmt: skip
KILLED = "KILLED"  # the status of a job that is recorded as running, in an execution that runs no more
ALWAYS_COUNTED = ("DONE", "CACHED", "FAILED")
COUNTED = (*ALWAYS_COUNTED, "ADOPTED", "STOPPED", "RUNNING", KILLED)  # in this order
PAGE = 5000  # jobs that are read at once
NOWHERE = -1


def status_of(state: str, is_under_way: bool) -> str:
    """The status of a job in `state`, whose execution `is_under_way` or not."""
    return STATUSES.get(state, state.upper()) if state != "running" or is_under_way else KILLED


class Job:
    """One job."""

    __slots__ = (
        "call", "cpu", "ended", "execution", "memory", "origin", "parent", "reason", "seq", "started", "state",
        "status", "task",
    )  # fmt: skip

    def __init__(self, row: tuple[Any, ...], is_under_way: bool) -> None:
        place = JOB.positions
        self.execution: bytes = row[place["execution"]]
        self.seq: int = row[place["seq"]]
        self.parent: int | None = row[place["parent"]]
        self.call: bytes | None = row[place["call"]]  # None when it did not come to be a call, or that is not recorded
        self.task: str = row[place["task"]]
        self.origin: str = row[place["origin"]]
        self.state: str = row[place["state"]]
        self.status = status_of(self.state, is_under_way)
        self.reason: str = row[place["reason"]]
        self.started: float = row[place["started"]]
        self.ended: float = row[place["ended"]]
        self.cpu: float | None = row[place["cpu"]]  # seconds; None when it was not measured
        self.memory: int | None = row[place["memory"]]  # bytes at most; None when that is not known

    @property
    def id(self) -> str:
        """Its id, as a UUID."""
        return job_id(self.execution, self.seq)

    @property
    def digest(self) -> bytes:
        """The 16 bytes of its id, by which tags name it."""
        return bytes.fromhex(self.id.replace("-", ""))

    @property
    def seconds(self) -> float:
        """How long it took by itself, without what it called."""
        return max(0.0, self.ended - self.started)


def job_of(store: Reader, execution: bytes, seq: int, is_under_way: bool) -> Job | None:
    """That job; None when it is not recorded."""
    for row in store.rows(JOB, {"execution": execution, "seq": seq}):
        return Job(row, is_under_way)
    return None


class Tree:
    """The jobs of one execution, but for joined ones, as a tree of numbers: some 50 bytes for each. Siblings stand in
    the order in which they began. A job whose parent is not recorded stands at the top."""

    def __init__(self, store: Reader, past: Past) -> None:
        self._seqs = array("q")
        self._parents = array("q")  # places of parents, NOWHERE for those at the top
        self._ended = array("d")
        self._first = array("q")  # the first child
        self._next = array("q")  # the next sibling
        self._top = NOWHERE
        self._statuses: list[str] = []
        self._is_under_way = past.status == "RUNNING"
        started = array("d")
        self._read(store, past.digest, started)
        self._link(started)

    def _read(self, store: Reader, execution: bytes, started: array[float]) -> None:
        columns = ("seq", "parent", "state", "started", "ended")
        after = None
        while True:
            rows = list(store.rows(JOB, {"execution": execution}, "seq", False, PAGE, columns, after))
            for seq, parent, state, began, ended in rows:
                self._seqs.append(seq)
                self._parents.append(NOWHERE if parent is None or parent >= seq else self._place(parent))
                self._statuses.append(status_of(state, self._is_under_way))
                started.append(began)
                self._ended.append(ended)
            if len(rows) < PAGE:
                return
            after = rows[-1][0]

    def _place(self, seq: int) -> int:
        """Where the job `seq` stands among those read so far; NOWHERE if it is not among them."""
        count = len(self._seqs)
        place = seq if seq < count and self._seqs[seq] == seq else bisect_left(self._seqs, seq)
        return place if place < count and self._seqs[place] == seq else NOWHERE

    def _link(self, started: array[float]) -> None:
        count = len(self._seqs)
        self._first = array("q", [NOWHERE]) * count
        self._next = array("q", [NOWHERE]) * count
        # From the last one to the first; of those that began at one moment the one called last comes first, too.
        for place in sorted(range(count - 1, NOWHERE, -1), key=started.__getitem__, reverse=True):
            if self._statuses[place] == "JOINED":
                continue
            parent = self._parents[place]
            if parent == NOWHERE:
                self._next[place], self._top = self._top, place
            else:
                self._next[place], self._first[parent] = self._first[parent], place

    @property
    def counts(self) -> dict[str, int]:
        """How many jobs have each status of COUNTED: those of ALWAYS_COUNTED, and those there are."""
        found = dict.fromkeys(ALWAYS_COUNTED, 0)
        for status in self._statuses:
            if status != "JOINED":
                found[status] = found.get(status, 0) + 1
        return {status: found[status] for status in (*COUNTED, *sorted({*found} - {*COUNTED})) if status in found}

    def walk(self) -> Iterator[tuple[int, int, str]]:
        """(seq, depth, status) of every job, each before those that it called."""
        place, depth = self._top, 0
        while place != NOWHERE:
            yield self._seqs[place], depth, self._statuses[place]
            if self._first[place] != NOWHERE:
                place, depth = self._first[place], depth + 1
                continue
            while place != NOWHERE and self._next[place] == NOWHERE:
                place, depth = self._parents[place], depth - 1
            if place != NOWHERE:
                place = self._next[place]

    def callers(self, seq: int) -> list[int]:
        """The seqs of the jobs that led to the job `seq`, the outermost first."""
        found = []
        place = self._place(seq)
        while place != NOWHERE and self._parents[place] != NOWHERE:
            place = self._parents[place]
            found.append(self._seqs[place])
        return found[::-1]

    def called(self, seq: int) -> list[int]:
        """The seqs of the jobs that the job `seq` called itself."""
        found = []
        place = self._place(seq)
        place = self._first[place] if place != NOWHERE else NOWHERE
        while place != NOWHERE:
            found.append(self._seqs[place])
            place = self._next[place]
        return found

    def ended(self, seq: int) -> float:
        """When the last one of the job `seq` and all that it led to had ended."""
        root = self._place(seq)
        last, stack = self._ended[root], [self._first[root]]
        while stack:
            place = stack.pop()
            while place != NOWHERE:
                last = max(last, self._ended[place])
                stack.append(self._first[place])
                place = self._next[place]
        return last

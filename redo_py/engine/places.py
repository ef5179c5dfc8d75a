"""places: what running jobs hold of the machine, and which job may start beside them.

Jobs start in the order in which they were queued, as far as they fit. One that does not fit is put aside, with others
that need the same, and later ones that fit may overtake it; nothing waits for what it does not need itself. But who
was overtaken PATIENCE times claims what it lacks: nothing else that needs it starts before. So a large job waits for a
bounded number of small ones, and it fits once what runs has ended: nobody needs more than there is, because a need
that is larger is taken for all there is.
"""

from __future__ import annotations

from collections import deque

from redo_py.engine.job import Job, JobState
from redo_py.ground.errors import UsageError
from redo_py.ground.units import shown_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.executors.api import Jobserver
else:
    Protocol = object

PATIENCE = 20  # jobs
WHOLE = 1000  # one processor, in the unit of `cpus` here
CPUS, MEMORY, GPUS = range(3)  # names of resources, beside the texts that are names of limits
_OPTIONS = frozenset(("cpus", "memory", "gpus", "pool", "limits", "executor"))


class Machine(Protocol):
    """What there is beside processors. Asked for when the first job wants some of it."""

    @property
    def memory(self) -> int:
        """Bytes."""

    @property
    def gpus(self) -> Sequence[str]:
        """The names of the GPUs, as CUDA_VISIBLE_DEVICES lists them."""


class Need:
    """What a job takes while it runs. One object for all jobs that need the same."""

    __slots__ = ("cpus", "gpus", "limits", "memory")

    def __init__(self, cpus: int, memory: int = 0, gpus: int = 0, limits: Mapping[str, int] | None = None) -> None:
        self.cpus = cpus  # in thousandths
        self.memory = memory  # bytes
        self.gpus = gpus
        self.limits = limits or {}


class Held:
    """What a running job has."""

    __slots__ = ("cpus", "gpus", "need")

    def __init__(self, need: Need, cpus: int, gpus: Sequence[str]) -> None:
        self.need = need
        self.cpus = cpus  # less than it needs if a jobserver gave no more
        self.gpus = gpus  # names


class Aside:
    """QUEUED jobs that need the same and did not fit, each with a number that tells their order."""

    __slots__ = ("jobs", "need", "overtaken")

    def __init__(self, need: Need) -> None:
        self.need = need
        self.jobs: deque[tuple[int, Job]] = deque()
        self.overtaken = 0  # how many jobs behind the first one have started before it


class Places:
    """What there is, and who holds how much of it."""

    __slots__ = (
        "_aside", "_count", "_elsewhere", "_gpus_free", "_held", "_jobserver", "_limits", "_limits_used", "_machine",
        "_memory_used", "_needs", "_ordinary", "_passing", "_total", "_used", "_usual", "_waiting", "notes",
        "told_of_jam",
    )  # fmt: skip

    def __init__(
        self,
        jobs: int,
        limits: Mapping[str, int] | None = None,
        machine: Machine | None = None,
        jobserver: Jobserver | None = None,
        elsewhere: Collection[str] = (),
    ) -> None:
        self._elsewhere = elsewhere  # executors whose jobs take nothing of this machine but places of limits
        self._total = jobs * WHOLE
        self._used = 0
        self._limits = limits or {}  # name -> places; one that is not there has a single one
        self._limits_used: dict[str, int] = {}
        self._memory_used = 0
        self._gpus_free: list[str] | None = None  # None until the first job wants one
        self._machine = machine
        self._jobserver = jobserver  # who else must agree that one more job runs
        self._held: dict[int, Held] = {}  # by seq
        self._ordinary = Need(WHOLE)
        self._usual = Held(self._ordinary, WHOLE, ())  # what jobs with that have, but for a jobserver that gives less
        self._waiting = Need(0)
        self._needs: dict[Any, Need] = {}
        self._aside: dict[Need, Aside] = {}
        self._count = 0  # of jobs that were put aside so far
        self._passing = False  # whether jobs that need no processor are looked for while all are taken
        self.notes: list[str] = []  # what the user should know, to be taken away
        self.told_of_jam = False  # whether the user knows that jobs seem to wait for ever, see engine.jams

    # ---- who starts next

    def next_job(self, queue: deque[Job]) -> Job | None:
        """The next job that fits, with its places taken; None if there is none now. `queue` is emptied into what is
        put aside, as far as its jobs do not fit. Raises NoPlace for a job that never will."""
        if self._used >= self._total and not self._elsewhere and not self._passing:
            return None
        claimed: set[int | str] = set()
        job = self._next_aside(claimed) if self._aside else None
        while job is None and queue:
            first = queue.popleft()
            if first.state != JobState.QUEUED:
                continue
            need = self._need(first)
            if self._lacks(need, claimed):
                self._put_aside(first, need)
            else:
                self._take(first, need)
                self._overtake(self._aside.values())
                job = first
        return job

    def share(self, jobserver: Jobserver) -> None:
        """From now on ask `jobserver` before a job starts. May be called by another thread: if a job starts meanwhile,
        the next one that starts makes up for it."""
        self._jobserver = jobserver

    @property
    def whole_used(self) -> int:
        """How many places are in use, each begun one counted; at least one."""
        return max(1, _whole(self._used))

    def settle(self) -> None:
        """No more jobs start now: what the jobserver gave beyond what is used goes back."""
        if self._jobserver is not None:
            self._jobserver.settle(_whole(self._used))

    def _next_aside(self, claimed: set[int | str]) -> Job | None:
        """The first job of those put aside that fits. `claimed` gets what the ones before it wait for no longer."""
        older: list[Aside] = []
        for aside in sorted(self._aside.values(), key=_order):
            while aside.jobs and aside.jobs[0][1].state != JobState.QUEUED:
                aside.jobs.popleft()
            if not aside.jobs:
                del self._aside[aside.need]
                continue
            lacking = self._lacks(aside.need, claimed)
            if not lacking:
                return self._start_first(aside, older)
            if aside.overtaken >= PATIENCE:
                claimed.update(lacking)
            older.append(aside)
        return None

    def _start_first(self, aside: Aside, older: list[Aside]) -> Job:
        _, job = aside.jobs.popleft()
        aside.overtaken = 0
        if not aside.jobs:
            del self._aside[aside.need]
        self._take(job, aside.need)
        self._overtake(older)
        return job

    def _put_aside(self, job: Job, need: Need) -> None:
        aside = self._aside.get(need)
        if aside is None:
            aside = self._aside[need] = Aside(need)
        self._count += 1
        aside.jobs.append((self._count, job))

    def _overtake(self, waiting: Iterable[Aside]) -> None:
        for aside in waiting:
            aside.overtaken += 1

    @property
    def has_waiting(self) -> bool:
        """Whether jobs were put aside."""
        return bool(self._aside)

    def waiting(self, queue: deque[Job]) -> list[tuple[Job, list[int | str], set[int]]]:
        """The jobs that wait, each with what it lacks and the seqs of those that hold some of that: of nobody here if
        it is the jobserver that does not give it. Raises NoPlace for a job that never will start."""
        asides = [(aside.need, job) for aside in sorted(self._aside.values(), key=_order) for _, job in aside.jobs]
        known: dict[Need, tuple[list[int | str], set[int]]] = {}
        found = []
        for need, job in [*asides, *((self._need(job), job) for job in queue if job.state == JobState.QUEUED)]:
            if job.state != JobState.QUEUED:
                continue
            if need not in known:
                lacking = self._lacks(need, set())
                is_outside = CPUS in lacking and need.cpus <= self._total - self._used
                held = () if is_outside else self._held.items()
                known[need] = lacking, {seq for seq, held in held if _holds(held, lacking)}
            found.append((job, *known[need]))
        return found

    def let_pass(self) -> None:
        """Those that hold places wait for jobs that would fit: what others claim, or that all processors are taken,
        keeps none of these from starting now."""
        self._passing = True
        for aside in self._aside.values():
            aside.overtaken = 0

    # ---- what a job needs

    def _need(self, job: Job) -> Need:
        options = job.options
        if _OPTIONS.isdisjoint(options):
            return self._waiting if job.manner.is_async else self._ordinary
        limits = dict(options.get("limits") or {})
        if options.get("pool"):
            limits[options["pool"]] = limits.get(options["pool"], 0) + 1
        least = 0 if job.manner.is_async else 1  # who waits for others needs no processor of its own
        if options.get("executor") in self._elsewhere:
            asked: tuple[float, int, int] = (0, 0, 0)
        else:
            asked = (options.get("cpus") or least, options.get("memory") or 0, options.get("gpus") or 0)
        key = (*asked, *sorted(limits.items()))
        need = self._needs.get(key)
        if need is None:
            need = self._needs[key] = self._fitting(job, *asked, limits)
        return need

    def _fitting(self, job: Job, cpus: float, memory: int, gpus: int, limits: dict[str, int]) -> Need:
        """The need, cut down to what there is."""
        thousandths = min(max(1, round(cpus * WHOLE)), self._total) if cpus else 0
        if memory and self._machine is not None and memory > self._machine.memory:
            self.notes.append(
                f"{job.origin} needs more memory ({shown_size(memory)}) than there is "
                f"({shown_size(self._machine.memory)}): it runs alone"
            )
            thousandths, memory = self._total, self._machine.memory
        there = self._machine.gpus if gpus and self._machine is not None else ()
        if gpus > len(there):
            raise NoPlace(job, too_few_gpus(job, gpus, len(there)))
        places = {name: min(count, self._limits.get(name, 1)) for name, count in limits.items()}
        return Need(thousandths, memory, gpus, places)

    def _lacks(self, need: Need, claimed: set[int | str]) -> list[int | str]:
        """What keeps a job with this need from starting; nothing if it fits. What is `claimed` counts as gone."""
        lacking: list[int | str] = []
        if need.cpus and (need.cpus > self._total - self._used or CPUS in claimed):
            lacking.append(CPUS)
        if need is not self._ordinary:
            lacking += self._lacks_special(need, claimed)
        if not lacking and self._used and self._jobserver is not None:
            wanted = _whole(self._used + need.cpus)
            if self._jobserver.reach(wanted) < wanted:
                lacking.append(CPUS)
        return lacking

    def _lacks_special(self, need: Need, claimed: set[int | str]) -> list[int | str]:
        lacking: list[int | str] = []
        if need.memory and (MEMORY in claimed or not self._has_memory(need.memory)):
            lacking.append(MEMORY)
        if need.gpus and (need.gpus > len(self._free_gpus()) or GPUS in claimed):
            lacking.append(GPUS)
        for name, count in need.limits.items():
            if count > self._limits.get(name, 1) - self._limits_used.get(name, 0) or name in claimed:
                lacking.append(name)
        return lacking

    # ---- taking and giving back

    def _take(self, job: Job, need: Need) -> None:
        if need is self._ordinary and self._jobserver is None:
            self._used += WHOLE
            self._held[job.seq] = self._usual
            return
        cpus = need.cpus
        if cpus and not self._used and self._jobserver is not None:  # it starts with what there is
            cpus = min(cpus, self._jobserver.reach(_whole(cpus)) * WHOLE)
        self._used += cpus
        self._memory_used += need.memory
        gpus: Sequence[str] = ()
        if need.gpus:
            free = self._free_gpus()
            gpus, free[: need.gpus] = free[: need.gpus], []
        for name, count in need.limits.items():
            self._limits_used[name] = self._limits_used.get(name, 0) + count
        self._held[job.seq] = Held(need, cpus, gpus)

    def leave(self, job: Job) -> None:
        """`job` runs no more, or did not come to run: what it holds is free."""
        held = self._held.pop(job.seq)
        self._used -= held.cpus
        if held is self._usual:
            return
        self._memory_used -= held.need.memory
        if held.gpus:
            self._gpus_free = sorted([*self._free_gpus(), *held.gpus], key=self._all_gpus().index)
        for name, count in held.need.limits.items():
            self._limits_used[name] -= count

    def cpus_of(self, job: Job) -> int:
        """How many processors the running `job` may keep busy, here or elsewhere: a whole number, at least one."""
        if job.options.get("executor") in self._elsewhere:
            return _whole(round((job.options.get("cpus") or 1) * WHOLE)) or 1
        return _whole(self._held[job.seq].cpus)

    def gpu_count_of(self, job: Job) -> int:
        """How many GPUs the running `job` has, here or elsewhere."""
        if job.options.get("executor") in self._elsewhere:
            return job.options.get("gpus") or 0
        return len(self._held[job.seq].gpus)

    def gpus_of(self, job: Job) -> Sequence[str]:
        """The names of the GPUs of this machine that the running `job` has."""
        return self._held[job.seq].gpus

    def used(self) -> tuple[int, int, int, dict[str, int]]:
        """(thousandths of processors, bytes, GPUs, places of limits) that running jobs hold."""
        gpus = sum(len(held.gpus) for held in self._held.values())
        return self._used, self._memory_used, gpus, {name: count for name, count in self._limits_used.items() if count}

    def _has_memory(self, size: int) -> bool:
        return self._machine is None or size <= self._machine.memory - self._memory_used

    def _free_gpus(self) -> list[str]:
        if self._gpus_free is None:
            self._gpus_free = list(self._all_gpus())
        return self._gpus_free

    def _all_gpus(self) -> Sequence[str]:
        return () if self._machine is None else self._machine.gpus


class NoPlace(Exception):
    """`job` can never start, for the reason that `error` tells."""

    def __init__(self, job: Job, error: UsageError) -> None:
        super().__init__(str(error))
        self.job = job
        self.error = error


def too_few_gpus(job: Job, wanted: int, there: int) -> UsageError:
    """The error for a job that asks for more GPUs than there are, at the place of its rule or call."""
    span = job.expression.span if job.expression is not None else None
    return UsageError("too-few-gpus", span=span, origin=job.origin, wanted=wanted, there=there or "none")


def _order(aside: Aside) -> int:
    return aside.jobs[0][0]


def _holds(held: Held, lacking: Iterable[int | str]) -> bool:
    """Whether a running job holds something of what is lacking."""
    own = {CPUS: held.cpus, MEMORY: held.need.memory, GPUS: len(held.gpus)}
    return any(own[each] if isinstance(each, int) else held.need.limits.get(each) for each in lacking)


def _whole(thousandths: int) -> int:
    return -(-thousandths // WHOLE)

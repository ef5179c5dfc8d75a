"""decide: is there a result for this evaluation that still holds? Hit, Join or Miss, as plain data.

An evaluation (task and arguments) may have several traces, one for each state of what it discovered while it ran.
Whether one holds is told by `examine`.

`why` reads the Finding of the same walk; there is no second one.
"""

from __future__ import annotations

from redo_py.engine.address import address_of
from redo_py.engine.attempts import Recalled
from redo_py.engine.catchers import is_borrowed
from redo_py.engine.examine import Hit, Miss, OpenTrace, examine, plain_hit, see_discovered, see_products
from redo_py.engine.execution import Execution
from redo_py.engine.forced import is_forced
from redo_py.engine.job import Job, JobState
from redo_py.engine.manner import ORDINARY
from redo_py.engine.prepare import first_unknown, prepare
from redo_py.engine.temporary import awaited
from redo_py.ground import hashing
from redo_py.tasks.builtin import STDOUT
from redo_py.values.value import IN_USE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.files.api import Stamp
    from redo_py.records import Trace


class Join:
    """The same evaluation is another job's already."""

    __slots__ = ("leader",)

    def __init__(self, leader: Job) -> None:
        self.leader = leader


class Share:
    """Another job of this execution has the same evaluation, but is in another circle (see Manner.circle): what that
    reduces to is this job's, too, but not what comes of it."""

    __slots__ = ("leader",)

    def __init__(self, leader: Job) -> None:
        self.leader = leader


Verdict = Hit | Join | Share | Miss | Recalled


def decide(execution: Execution, jobs: Sequence[Job]) -> list[tuple[Job, Verdict]]:
    """The verdict for each READY job that could be identified. Moves none of them, but fails those that could not."""
    verdicts: list[tuple[Job, Verdict]] = []
    asking: list[Job] = []
    settings = execution.settings
    for job in prepare(execution, list(jobs)):
        if job.kind == "task":  # numbered in the order of the calls, not of what becomes of them
            address_of(execution, job)
        if "handle" in IN_USE and job.notable:
            from redo_py.engine.handles import number

            number(execution, job)
        if settings.dry and first_unknown(job) is not None:
            verdicts.append((job, Miss("unknown", first_unknown(job) or "something it uses")))
            continue
        met = meet(execution, job)
        if met is not None:
            verdicts.append((job, met))
        elif job.always and not takes_last_answer(execution, job):
            verdicts.append((job, Miss("always")))
        elif settings.force_all or (settings.forces is not None and is_forced(execution, job)):
            verdicts.append((job, Miss("forced")))
        else:
            asking.append(job)
    if asking:
        verdicts.extend(zip(asking, look_up(execution, asking), strict=True))
    return verdicts


def meet(execution: Execution, job: Job) -> Join | Share | None:
    """What becomes of `job` because of others of this execution with the same evaluation; None if it leads them."""
    manner = job.manner
    if manner is ORDINARY and execution.frontier.by_evaluation.setdefault(job.eval_hash, job) is job:
        return None  # it is the first, as most are
    if manner is not ORDINARY and not manner.joins:  # what one caller calls twice with the same arguments is one call
        twin = lead(execution, circle_key(job, job.parent), job)
        return Join(twin) if twin is not job else None
    leader = lead(execution, job.eval_hash, job)
    if leader is job:
        return None
    if leader.manner is manner or leader.manner.circle == manner.circle:
        return Join(leader)
    own = lead(execution, circle_key(job, None), job)
    if own is not job:
        return Join(own)
    return Share(leader) if can_share(leader) else None


def lead(execution: Execution, key: bytes, job: Job) -> Job:
    """The job that leads those of `key`: `job`, if it is the first, or the first that may not fail with an error of an
    earlier execution."""
    leaders = execution.frontier.by_evaluation
    leader = leaders.setdefault(key, job)
    if leader.state == JobState.FAILED and is_borrowed(execution, leader, job):
        leader = leaders[key] = job
    return leader


def can_share(leader: Job) -> bool:
    """Whether what `leader` reduces to is known, or will be. What one that awaits gives is made of what it was given
    meanwhile; and of one whose result is remembered already the others ask the store, too."""
    return not leader.manner.is_async and (leader.state not in (JobState.REDUCING, JobState.DONE) or leader.has_result)


def circle_key(job: Job, caller: Job | None) -> bytes:
    """Under what the leader of the evaluation of `job` is found in its circle, or among the calls of `caller`."""
    context, recorded = job.manner.circle
    parts = (job.eval_hash, context.digest if context else b"", b"r" if recorded else b"n")
    return hashing.digest(hashing.EVALUATION, b"".join(parts) + (b"%d" % caller.seq if caller is not None else b""))


def takes_last_answer(execution: Execution, job: Job) -> bool:
    """Whether `job` is a question that is not asked, because this is a dry run: one that does not ask, or would have
    to put something in place for that."""
    if not execution.settings.dry or job.name != STDOUT:
        return False
    return not execution.settings.asks or bool(execution.unmaterialised and awaited(execution, job))


def look_up(execution: Execution, jobs: list[Job]) -> list[Verdict]:
    """The verdicts for identified jobs, from the store. One without a result may have failed below a catch."""
    found = execution.doors.store.lookup([job.eval_hash for job in jobs])
    verdicts: list[Any] = [
        plain_hit(traces) if job.manner is ORDINARY else None for job, traces in zip(jobs, found, strict=True)
    ]
    left = [place for place, verdict in enumerate(verdicts) if verdict is None]
    if left:
        looked_at = examine_all(execution, [jobs[place] for place in left], [found[place] for place in left])
        for place, verdict in zip(left, looked_at, strict=True):
            verdicts[place] = verdict
    return look_up_errors(execution, jobs, verdicts) if execution.handling.attempts else verdicts


def examine_all(execution: Execution, jobs: list[Job], found: list[list[Trace]]) -> list[Verdict]:
    """The verdicts for jobs with what was found of each. What lies on disk is looked at in one batch."""
    opened = [[OpenTrace(trace) for trace in traces] for traces in found]
    see_discovered(execution, jobs, opened)
    outputs = see_products(execution, opened)
    return [
        examine(execution, job, traces, outputs)
        if job.manner is ORDINARY
        else examine_specially(execution, job, traces, outputs)
        for job, traces in zip(jobs, opened, strict=True)
    ]


def look_up_errors(execution: Execution, jobs: list[Job], verdicts: list[Verdict]) -> list[Verdict]:
    """The same verdicts, but a job that has no result and is known to fail is not to run."""
    asking = [
        place
        for place, verdict in enumerate(verdicts)
        if isinstance(verdict, Miss) and verdict.about == "no trace" and jobs[place].manner.single
    ]
    if asking:
        from redo_py.engine.handled import recall

        for place, found in zip(asking, recall(execution, [jobs[place] for place in asking]), strict=True):
            verdicts[place] = found or verdicts[place]
    return verdicts


def examine_specially(execution: Execution, job: Job, traces: list[OpenTrace], outputs: dict[str, Stamp]) -> Verdict:
    """As `examine`, for a job that may take what its evaluation came to in the end without a look at what lies between,
    or that may take nothing else."""
    manner = job.manner
    verdict: Verdict = Miss("no trace")
    if manner.shallow and manner.ultimate:
        from redo_py.engine.ultimate import examine_ultimate

        verdict = examine_ultimate(execution, job)
    if isinstance(verdict, Miss) and manner.single:
        single = examine(execution, job, traces, outputs)
        if not isinstance(single, Miss) or single.about != "no trace":
            return single
    return verdict

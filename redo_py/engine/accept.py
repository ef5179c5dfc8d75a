"""accept: carry out the verdicts of decide: a hit is put in place, a follower joined, a miss queued."""

from __future__ import annotations

from redo_py.engine.decide import is_forced, Hit, Join, Miss, Verdict
from redo_py.engine.execution import Execution
from redo_py.engine.explain import explain
from redo_py.engine.fail import fail
from redo_py.engine.job import Job, JobState
from redo_py.engine.observe import forget, saw_products
from redo_py.engine.reduce import conclude, settle
from redo_py.engine.temporary import set_aside
from redo_py.files.api import LINK
from redo_py.ground.errors import UsageError
from redo_py.values.file import File
from redo_py.values.unknown import UNKNOWN, UNKNOWN_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def accept(execution: Execution, verdicts: Sequence[tuple[Job, Verdict]]) -> None:
    """Move every READY job to where its verdict sends it."""
    missed: list[tuple[Job, Miss]] = []
    for job, verdict in verdicts:
        if isinstance(verdict, Miss):
            missed.append((job, verdict))
        elif isinstance(verdict, Join):
            join(execution, job, verdict.leader)
        else:
            lost = take(execution, job, verdict)
            if lost is not None:
                missed.append((job, lost))
    if missed:
        miss(execution, missed)


def join(execution: Execution, job: Job, leader: Job) -> None:
    """READY -> JOINED, or straight to the leader's end."""
    job.leader = leader
    job.outcome = "joined"
    if leader.state == JobState.DONE:
        follow(execution, job, leader)
    elif leader.state == JobState.FAILED:
        assert leader.error is not None
        execution.frontier.fail(job, leader.error)
    else:
        execution.frontier.set_state(job, JobState.JOINED)
        leader.followers.append(job)


def follow(execution: Execution, job: Job, leader: Job) -> None:
    """Give `job` the end of its leader, which must be DONE."""
    job.products = leader.products
    conclude(execution, job, leader.value)


def take(execution: Execution, job: Job, hit: Hit) -> Miss | None:
    """Use a remembered result; a Miss when what had to be restored is gone by now."""
    job.outcome = "cached"
    if hit.missing and is_temporary(job, hit):
        set_aside(execution, hit.missing)
    elif hit.missing:
        job.outcome = "restored"
        if execution.settings.dry:
            set_aside(execution, hit.missing)
        elif not restore(execution, job, hit):
            path, digest, _ = hit.missing[0]
            return Miss("product", path, digest)
    job.call_hash = hit.trace.call
    job.value_hash = hit.trace.value
    job.discovered = hit.discovered
    job.products = [File(path, digest, kind) for path, digest, kind in hit.products]
    for path, _, _ in hit.products:
        execution.made_by[path] = job
    settle(execution, job, hit.value)
    return None


def is_temporary(job: Job, hit: Hit) -> bool:
    """Whether what is missing may wait until something asks for it. A link may not: what it leads to counts."""
    return bool(job.options.get("temp")) and all(kind != LINK for _, _, kind in hit.missing)


def restore(execution: Execution, job: Job, hit: Hit) -> bool:
    """Put the missing products of a hit in place; what redun did not put there is displaced."""
    doors = execution.doors
    paths = [path for path, _, _ in hit.missing]
    for path, new_place in doors.files.clear(paths, doors.store.ledger(paths)):
        doors.events.emit("displaced", job, (path, new_place))
    forget(execution, paths)
    if not doors.files.restore(hit.missing):
        return False
    saw_products(execution, doors.files.observe_outputs([path for path, _, _ in hit.products]))
    return True


def miss(execution: Execution, missed: list[tuple[Job, Miss]]) -> None:
    """READY -> QUEUED, with the reason; in a dry run, the value that says that nothing is known."""
    explain(execution, missed)
    outputs = [output.path for job, _ in missed for output in job.outputs if output.path not in execution.ledger]
    execution.ledger.update(zip(outputs, execution.doors.store.ledger(outputs), strict=True))
    tracked = execution.doors.files.tracked([path for path in outputs if execution.ledger[path] is None])
    for job, _ in missed:
        if tracked and (path := refused(execution, job, tracked)):
            fail(execution, job, UsageError("output-tracked", path=path, origin=job.origin))
        elif execution.settings.dry:
            imagine(execution, job)
        else:
            job.outcome = "ran"
            execution.frontier.set_state(job, JobState.QUEUED)


def refused(execution: Execution, job: Job, tracked: set[str]) -> str:
    """An output of `job` that version control keeps and that redun therefore does not touch; "" when there is none."""
    if job.options.get("tracked") or is_forced(execution, job):
        return ""
    return next((output.path for output in job.outputs if output.path in tracked), "")


def imagine(execution: Execution, job: Job) -> None:
    """What a dry run does for a job that would run."""
    job.outcome = "would_run"
    job.products = [File(output.path, UNKNOWN_DIGEST, 1) for output in job.outputs]
    for output in job.outputs:
        execution.made_by[output.path] = job
    conclude(execution, job, UNKNOWN)

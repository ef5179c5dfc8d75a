"""accept: carry out the verdicts of decide: a hit is put in place, a follower joined, a miss queued."""

from __future__ import annotations

from redo_py.engine.attempts import Recalled
from redo_py.engine.catchers import lenders
from redo_py.engine.decide import Join, Share, Verdict
from redo_py.engine.examine import Hit, Miss
from redo_py.engine.execution import Execution
from redo_py.engine.explain import explain, explain_restored
from redo_py.engine.fail import fail
from redo_py.engine.job import Job, JobState
from redo_py.engine.observe import saw_products
from redo_py.engine.record import record_job
from redo_py.engine.reduce import conclude, settle
from redo_py.engine.room import put_back, refuse_tracked, refused, tracked
from redo_py.engine.temporary import set_aside
from redo_py.files.api import LINK
from redo_py.ground.errors import RedunError, RunError, UsageError
from redo_py.tasks.builtin import STDOUT
from redo_py.values.file import File
from redo_py.values.unknown import UNKNOWN, UNKNOWN_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def accept(execution: Execution, verdicts: Sequence[tuple[Job, Verdict]]) -> None:
    """Move every READY job to where its verdict sends it."""
    missed: list[tuple[Job, Miss]] = []
    for job, verdict in verdicts:
        if isinstance(verdict, Hit):
            if execution.assumed and (doubt := doubtful(execution, job)):
                missed.append((job, doubt))
            elif lost := provide(execution, job, verdict):
                missed.append((job, lost))
            elif job.state == JobState.READY:
                take(execution, job, verdict)
        elif isinstance(verdict, Miss):
            missed.append((job, verdict))
        elif isinstance(verdict, Join):
            join(execution, job, verdict.leader)
        elif isinstance(verdict, Share):
            from redo_py.engine.share import share

            share(execution, job, verdict.leader)
        else:
            hold_or_fail(execution, job, verdict)
    if missed:
        miss(execution, missed)


def hold_or_fail(execution: Execution, job: Job, verdict: Recalled) -> None:
    """READY -> FAILED with an error of an earlier execution; what failed beside another one waits."""
    if verdict.beside:
        execution.handling.held.append((job, verdict))
    else:
        fail_again(execution, job, verdict)


def accept_held(execution: Execution) -> None:
    """Nothing else can be done: the first of the held jobs has its turn, READY -> FAILED or QUEUED."""
    held = execution.handling.held
    job, verdict = held.pop(0)
    if lenders(execution, job, verdict.error) is None:  # somebody else wants it by now
        miss(execution, [(job, Miss("no trace"))])
    else:
        fail_again(execution, job, verdict)


def fail_again(execution: Execution, job: Job, verdict: Recalled) -> None:
    """READY -> FAILED without running."""
    job.outcome = "cached"
    job.call_hash, job.value_hash = verdict.trace.call, verdict.trace.value
    execution.handling.recalled.add(id(verdict.error))
    execution.blamed[id(verdict.error)] = job
    execution.frontier.fail(job, verdict.error)
    execution.doors.events.emit("cached", job)
    if job.manner.recorded:
        record_job(execution, job)


def doubtful(execution: Execution, job: Job) -> Miss | None:
    """Why a dry run cannot call `job` up to date although its result holds, if it cannot."""
    from redo_py.engine.assume import resting

    return resting(execution, job)


def join(execution: Execution, job: Job, leader: Job) -> None:
    """READY -> JOINED, or straight to the leader's end."""
    if leader.manner.is_async and leader.state == JobState.RUNNING and is_below(job, leader):
        fail(execution, job, RunError("stuck", origins=job.origin, count=1))
        return
    job.leader = leader
    job.outcome = "joined"
    if leader.state == JobState.DONE:
        follow(execution, job, leader)
    elif leader.state == JobState.FAILED:
        assert leader.error is not None
        execution.frontier.fail(job, leader.error)
    else:
        execution.frontier.set_state(job, JobState.JOINED)
        leader.be_followed_by(job)


def is_below(job: Job, other: Job) -> bool:
    """Whether `job` was called by `other`, directly or not. Keeps its own stack."""
    caller = job.parent
    while caller is not None and caller is not other:
        caller = caller.parent
    return caller is other


def follow(execution: Execution, job: Job, leader: Job) -> None:
    """Give `job` the end of its leader, which must be DONE."""
    job.products = leader.products
    conclude(execution, job, leader.value)


def provide(execution: Execution, job: Job, hit: Hit) -> Miss | None:
    """Put the missing products of a hit in place, or set them aside. A Miss when one is kept no more; READY -> FAILED
    when they cannot be put there."""
    job.outcome = "cached"
    if hit.missing and is_temporary(execution, job, hit):
        set_aside(execution, hit.missing)
    elif hit.missing:
        job.outcome = "restored"
        explain_restored(execution, job, hit)
        try:
            if not restore(execution, job, hit):
                path, digest, _ = hit.missing[0]
                return Miss("product", path, digest)
        except RedunError as error:
            fail(execution, job, error)
    return None


def restore(execution: Execution, job: Job, hit: Hit) -> bool:
    """Put the missing products of a hit in place; False when one is kept no more. A dry run only looks if it may."""
    if execution.settings.dry:
        refuse_tracked(execution, job, [path for path, _, _ in hit.missing])
        set_aside(execution, hit.missing)
        return True
    if not put_back(execution, job, hit.missing):
        return False
    saw_products(execution, execution.doors.files.observe_outputs([path for path, _, _ in hit.products]))
    return True


def is_temporary(execution: Execution, job: Job, hit: Hit) -> bool:
    """Whether what is missing may wait until something needs it. What was asked for may not, nor may a link: what it
    leads to counts."""
    is_requested = id(job.expression) in execution.requested
    return bool(job.options.get("temp")) and not is_requested and all(kind != LINK for _, _, kind in hit.missing)


def take(execution: Execution, job: Job, hit: Hit) -> None:
    """Use a remembered result, whose products are in place or set aside."""
    job.call_hash = hit.trace.call
    job.value_hash = hit.trace.value
    job.discovered = hit.discovered
    job.products = [File(*product) for product in hit.products] if hit.products else ()
    for path, _, _ in hit.products:
        execution.made_by[path] = job
    settle(execution, job, hit.value)
    if execution.mates:
        from redo_py.engine.share import part, release

        if job.seq in execution.subtrees:
            part(execution, job)
        else:
            release(execution, job, (hit.trace.value, hit.trace.value_format, hit.trace.value_bytes))


def miss(execution: Execution, missed: list[tuple[Job, Miss]]) -> None:
    """READY -> QUEUED, with the reason; in a dry run, but for questions, the value that says that nothing is known."""
    explain(execution, missed)
    kept_by_git = tracked(execution, [output.path for job, _ in missed for output in job.outputs])
    for job, why in missed:
        if path := refused(execution, job, kept_by_git):
            fail(execution, job, UsageError("output-tracked", path=path))
        elif execution.settings.dry and not is_question(job, why):
            if execution.settings.adopting is None or not adopted(execution, job, why):
                imagine(execution, job)
        else:
            job.outcome = "ran"
            execution.doors.events.emit("queued", job)
            execution.frontier.set_state(job, JobState.QUEUED)


def is_question(job: Job, why: Miss) -> bool:
    """Whether `job` only asks a command, and all that it needs is there: it runs in a dry run, too, if that asks."""
    return job.name == STDOUT and why.about == "always"


def adopted(execution: Execution, job: Job, why: Miss) -> bool:
    """Whether what lies at the outputs of `job` was taken for made."""
    from redo_py.engine.adopt import adopt

    return adopt(execution, job, why)


def imagine(execution: Execution, job: Job) -> None:
    """What a dry run does for a job that would run."""
    job.outcome = "would_run"
    job.products = [File(output.path, UNKNOWN_DIGEST, 1) for output in job.outputs]
    for output in job.outputs:
        execution.made_by[output.path] = job
    from redo_py.engine.assume import assume

    settle(execution, job, assume(execution, job))
    for mate in execution.mates.pop(job.seq, ()):
        job.followers.remove(mate)
        settle(execution, mate, UNKNOWN)

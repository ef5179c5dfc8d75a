"""claim: what is about to run is claimed first, so that of two runs on one store only one computes it.

A claim is taken when a job is about to start, and given back once its result is in the store, or there is none. What
was claimed is decided again before it runs: the run that was at it may just have been done. A job whose evaluation is
another run's is put aside, QUEUED, and tried again until that has come to its end, whatever that is.

Who waits holds no places, and holds claims only of jobs that are running or have been reduced to calls. Those wait for
nothing but what they are made of; so two runs that wait for each other would be an evaluation that needs itself.

What a run is at may depend on another run without its knowledge: a job may have started that and wait for it. So no
claim of a job that does not run lasts: when nothing happens in a run for as long as it took to reduce the job, others
may do so, too; one that waits for its place claims anew when it gets it. Nor is a run waited for that was stopped.

A run that is alone claims nothing, and nothing is asked of it for a job.
"""

from __future__ import annotations

from itertools import islice

from redo_py.engine.execution import Execution
from redo_py.engine.flush import flush
from redo_py.engine.job import Job, JobState
from redo_py.engine.line import call_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LOOK_EVERY = 0.2  # seconds between two looks at who is there, at first
TRY_EVERY = 0.05  # the same while it matters to somebody
AT_LEAST_EVERY = 1.0  # the same when nothing has happened for long
PART = 0.1  # of the time in which nothing has happened may pass until the next look
LASTS = 10.0  # seconds without anything happening that all claims last
WAITING_AT_MOST = 500  # claims of jobs that wait for their calls: there must be some left for those that run
TELL_AFTER = 0.5  # seconds that a job has waited
TOLD = 5  # jobs that wait and are told of one by one
TOLD_OF = float("inf")  # in place of when a job began to wait


def claim(execution: Execution, job: Job) -> bool:
    """Whether `job`, which is about to start, may: it is claimed, and was decided since, or need not be claimed. If it
    was claimed only now it is READY again; if it could not be, it is put aside."""
    claims = execution.doors.claims
    if claims is None or not is_claimable(execution, job) or execution.claimed.get(job.seq) == job.eval_hash:
        return True
    release(execution, job)
    if claims.take(job.eval_hash):
        if claims.is_alone:
            return True
        execution.claimed[job.seq] = job.eval_hash
        execution.frontier.set_state(job, JobState.READY)
    else:
        execution.elsewhere[job.seq] = execution.doors.clock.monotonic()
    return False


def is_claimable(execution: Execution, job: Job) -> bool:
    """Whether another run could take the result of `job`, and this one that of another run."""
    if job.always or job.kind == "action" or not job.manner.single or not job.manner.recorded:
        return False
    settings = execution.settings
    return not (settings.dry or settings.force_all or settings.forces)


def mind_others(execution: Execution) -> None:
    """Let other runs in, give back what is done, and try again what others were at. To be called in every turn of the
    loop."""
    claims, now = execution.doors.claims, execution.doors.clock.monotonic()
    if claims is None or now < execution.looked + pause(execution):
        return
    execution.looked = now
    claims.look_round(lambda: under_way(execution))
    if execution.claimed:
        give_back(execution)
    waiting, execution.elsewhere = execution.elsewhere, {}
    for seq, since in waiting.items():
        job = execution.frontier.jobs[seq]
        if job.state != JobState.QUEUED:
            continue
        if claims.take(job.eval_hash) or (since == TOLD_OF and claims.is_stopped(job.eval_hash)):
            execution.claimed[seq] = job.eval_hash
            execution.frontier.set_state(job, JobState.READY)
        else:
            execution.elsewhere[seq] = told(execution, job, since) if now >= since + TELL_AFTER else since


def pause(execution: Execution) -> float:
    """How many seconds may pass until others are minded again: the more, the longer nothing has happened."""
    least = TRY_EVERY if execution.elsewhere or execution.claimed else LOOK_EVERY
    idle = execution.doors.clock.monotonic() - execution.progressed
    return max(least, min(idle * PART, AT_LEAST_EVERY))


def told(execution: Execution, job: Job, since: float) -> float:
    """Tell the user that `job` waits for another run, once; since when it waits, from now on."""
    execution.waited += 1
    if execution.waited <= TOLD:
        more = "; others are not told of" if execution.waited == TOLD else ""
        what = call_of(job) if job.kind == "task" else job.origin
        execution.doors.events.emit("notice", None, f"waiting for {what}, which another run is computing{more}")
    return TOLD_OF


def under_way(execution: Execution) -> Iterator[bytes]:
    """The evaluations that this run is at, first those that run and then the oldest; from now on they are claimed. All
    results are written."""
    flush(execution)
    waiting = (job for job in execution.frontier.jobs if job.state == JobState.REDUCING and job.outcome == "ran")
    claimable = (job for job in waiting if is_claimable(execution, job))
    running = [job for job in execution.frontier.running.values() if is_claimable(execution, job)]
    for job in [*running, *islice(claimable, WAITING_AT_MOST)]:
        execution.claimed[job.seq] = job.eval_hash
        yield job.eval_hash


def give_back(execution: Execution) -> None:
    """Give back the claims of jobs that have come to their end, whose results are in the store then, and of those that
    wait for calls or for a place if they have waited long enough, or too many wait for calls."""
    assert execution.doors.claims is not None
    jobs = [execution.frontier.jobs[seq] for seq in execution.claimed]
    ended = [job for job in jobs if job.state >= JobState.DONE]
    idle = execution.doors.clock.monotonic() - execution.progressed
    if idle >= LASTS:
        waiting = [job for job in jobs if job.state < JobState.DONE and job.state != JobState.RUNNING]
        ended += [job for job in waiting if idle >= job.ended - job.started]
    else:
        ended += [job for job in jobs if job.state == JobState.REDUCING][WAITING_AT_MOST:]
    if ended:
        flush(execution)
        execution.doors.claims.give_back([execution.claimed.pop(job.seq) for job in ended])


def release(execution: Execution, job: Job) -> None:
    """Give back a claim of `job` for what it was decided to be before."""
    before = execution.claimed.pop(job.seq, None)
    if before is not None:
        assert execution.doors.claims is not None
        execution.doors.claims.give_back([before])

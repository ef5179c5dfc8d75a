"""share: jobs of other circles (see Manner.circle) take what an evaluation reduces to, and go on themselves."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail
from redo_py.engine.job import Job, JobState
from redo_py.engine.reduce import settle
from redo_py.engine.written import read_written
from redo_py.ground.errors import RunError
from redo_py.values.codec import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.engine.written import Written


def share(execution: Execution, job: Job, leader: Job) -> None:
    """READY -> JOINED until `leader` has reduced to something, which is what `job` reduces to, or straight there."""
    job.outcome = "joined"
    if leader.state == JobState.FAILED:
        assert leader.error is not None
        execution.frontier.fail(job, leader.error)
    elif leader.has_result:
        take_share(execution, job, leader, leader.result_written)
    else:
        execution.frontier.set_state(job, JobState.JOINED)
        execution.mates.setdefault(leader.seq, []).append(job)
        leader.be_followed_by(job)  # if it fails, they all do


def release(execution: Execution, leader: Job, written: Written) -> None:
    """`leader` has reduced to what is `written`: its mates go on with that."""
    for mate in execution.mates.pop(leader.seq, ()):
        leader.followers.remove(mate)
        take_share(execution, mate, leader, written)


def part(execution: Execution, leader: Job) -> None:
    """`leader` took what it came to in the end, which is its own affair: its mates are decided each by itself."""
    for mate in execution.mates.pop(leader.seq, ()):
        leader.followers.remove(mate)
        mate.outcome = ""
        execution.frontier.set_state(mate, JobState.READY)


def take_share(execution: Execution, job: Job, leader: Job, written: Written) -> None:
    """`job` reduces to what `leader` does, in its own circle."""
    job.result_written = written
    job.products, job.discovered = leader.products, leader.discovered
    job.started, job.ended = leader.started, leader.ended
    try:
        value = read_written(execution, written[1], written[2])
    except Unreadable as error:
        fail(execution, job, RunError("result-unwritable", task=job.name, kind="value", error=str(error)))
    else:
        settle(execution, job, value)

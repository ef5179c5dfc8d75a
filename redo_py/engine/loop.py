"""The loop: the only place that submits, and the only one that blocks.

Each turn lets cells reduce, records what is concluded, decides what is ready, hands out what is queued, and then waits
for an answer. It ends when the root has its value, when it failed and nothing runs any more, or when nothing is left
that may be started.
"""

from __future__ import annotations

from redo_py.engine.accept import accept, accept_held
from redo_py.engine.decide import decide
from redo_py.engine.execution import Execution
from redo_py.engine.finish import SEVERAL, believe, can_wait, finish
from redo_py.engine.flush import SECONDS_AT_MOST, flush, flush_if_due
from redo_py.engine.job import Cell, JobState
from redo_py.engine.queue import submit
from redo_py.engine.record import record
from redo_py.engine.reduce import reduce, settle
from redo_py.ground.errors import RunError
from redo_py.ground.nested import collect
from redo_py.ir.expression import TaskExpression
from redo_py.tasks.builtin import BUILTIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.engine.frontier import Frontier
    from redo_py.engine.job import Job

# How many jobs are decided at once while something runs: commands leave processors free meanwhile, functions do not.
FEW, SOME = 32, 128
MANY = 512  # at most, while nothing runs
AHEAD = 32  # so many jobs that may start at once are enough to have decided, while others run
SOON = 0.01  # seconds that those that have ended wait at most for one more to be believed together with them


def run(execution: Execution, value: Any) -> Cell:
    """Evaluate `value`, which may hold expressions. The cell given back is DONE or FAILED, or still waiting when the
    execution was stopped; whatever finished is recorded."""
    root = Cell(None, None)
    execution.requested = {id(call) for call in collect(value, TaskExpression)}
    execution.frontier.add(root, None)
    settle(execution, root, value)
    if execution.settings.tags:
        from redo_py.engine.tags import record_tags

        record_tags(execution, "execution", execution.id, execution.settings.tags)
    try:
        while turn(execution, root):
            flush_if_due(execution)
            if execution.doors.claims is not None:
                from redo_py.engine.claim import mind_others

                mind_others(execution)
    finally:
        if execution.failures or execution.stopping:
            from redo_py.engine.record_unfinished import record_unfinished

            record_unfinished(execution)
        flush(execution)
    return root


def turn(execution: Execution, root: Cell) -> bool:
    """Do what can be done; False when there is nothing left to wait for."""
    frontier = execution.frontier
    while True:
        reduce(execution)
        if frontier.concluded:
            record(execution)
            continue
        stop_if_failed(execution, root)
        submit(execution)
        if execution.frontier.ended and is_time_to_believe(execution):
            believe(execution)
            continue
        if execution.stopping and execution.awaited:
            from redo_py.engine.answering import give_up

            give_up(execution)
        if not frontier.ready or execution.stopping or (frontier.running and len(frontier.queue) >= AHEAD):
            break
        if frontier.running:
            finish(execution, execution.doors.inbox.wait(0))
        accept(execution, decide(execution, some_ready(frontier)))
        note_progress(execution)
    if frontier.running:
        wait(execution)
        return True
    if frontier.ready or frontier.awake or frontier.doomed or frontier.concluded:
        return not execution.stopping
    if execution.elsewhere and not execution.stopping:
        wait(execution)
        return True
    if execution.handling.held and not execution.stopping:
        accept_held(execution)
        return True
    if root.state < JobState.DONE and not execution.stopping and not frontier.queue:
        frontier.fail(root, stuck(execution))
    return False


def some_ready(frontier: Frontier) -> list[Job]:
    """READY jobs to be decided together, taken from those that are left. Few while jobs run, which end meanwhile, and
    at first, so that one can start soon; more and more while all of them are found to be up to date."""
    few = FEW if frontier.ready[0].name in BUILTIN else SOME
    count = few if frontier.running else min(MANY, few + frontier.counts[JobState.DONE])
    taken = [frontier.ready.popleft() for _ in range(min(count, len(frontier.ready)))]
    return [job for job in taken if job.state == JobState.READY]


def is_time_to_believe(execution: Execution) -> bool:
    """Whether there is no reason to let those that have ended wait any longer."""
    ended = len(execution.frontier.ended)
    return ended >= SEVERAL or ended == len(execution.frontier.running) or not can_wait(execution)


def note_progress(execution: Execution) -> None:
    """Something has happened: there is a reason to look at others soon, and what waits may wait in a circle now."""
    execution.progressed = execution.doors.clock.monotonic()
    if execution.awaited:
        execution.looks_for_circles = True


def wait(execution: Execution) -> None:
    """Block until a job answers, those that have ended are to be believed, a batch of records is due or other runs are
    to be looked at."""
    if execution.frontier.ended:
        if outcomes := execution.doors.inbox.wait(SOON):
            finish(execution, outcomes)
        else:
            believe(execution)
        note_progress(execution)
        return
    is_known = execution.frontier.running.keys() <= execution.announced
    has_to_look = not is_known or execution.looks_for_circles
    timeout = SECONDS_AT_MOST if execution.buffer or has_to_look else None
    if execution.doors.claims is not None:
        from redo_py.engine.claim import pause

        timeout = pause(execution) if timeout is None else min(timeout, pause(execution))
    outcomes = execution.doors.inbox.wait(timeout)
    if outcomes:
        finish(execution, outcomes)
        note_progress(execution)
        return
    if execution.doors.claims is not None and not is_quiet(execution):
        return
    if not is_known:
        from redo_py.engine.record_unfinished import announce

        announce(execution)
    if execution.looks_for_circles:
        from redo_py.engine.jams import break_circle_or_jam

        break_circle_or_jam(execution)


def is_quiet(execution: Execution) -> bool:
    """Whether nothing has happened for so long as a record waits for its batch."""
    return execution.doors.clock.monotonic() >= execution.progressed + SECONDS_AT_MOST


def stop_if_failed(execution: Execution, root: Cell) -> None:
    """Start nothing new once the root has failed and as many failures have come as are put up with."""
    limit = execution.settings.max_failures
    if root.state == JobState.FAILED and limit is not None and not 0 < len(execution.failures) < limit:
        execution.stopping = True


def stuck(execution: Execution) -> RunError:
    """Something waits for ever: a cycle that was made while running."""
    waiting = [cell for cell in execution.frontier.jobs if cell.state < JobState.DONE]
    names = ", ".join(job.origin for job in waiting[:5])
    return RunError("stuck", origins=names, count=len(waiting))

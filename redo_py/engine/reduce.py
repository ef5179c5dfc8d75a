"""reduce: cells whose arguments have arrived take their next step towards a value."""

from __future__ import annotations

from redo_py.engine.attempts import TRYING
from redo_py.engine.demand import demand
from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail, was_stopped
from redo_py.engine.forms import form
from redo_py.engine.instances import note_operands
from redo_py.engine.job import Cell, Job, JobState
from redo_py.engine.observe import looked_at, with_tasks
from redo_py.engine.record import MADE, record_job, record_reduction
from redo_py.engine.traits import LAZY
from redo_py.engine.unfit import operation_error
from redo_py.ground.errors import RedunError
from redo_py.ground.nested import PLAIN, collect, substitute
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, ValueExpression
from redo_py.ir.operations import OPERATIONS
from redo_py.values.unknown import UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


STEPS_AT_LAST = 10_000  # of cells, after a signal
COMPARISONS = frozenset({"eq", "ne", "in"})  # operations that tell a File from another one by what it holds


def reduce(execution: Execution) -> None:
    """Let every cell that can go on do so, until only READY jobs and concluded ones are left. After a signal
    they take so many steps that what has finished can be concluded: some would go on for ever."""
    frontier = execution.frontier
    steps = STEPS_AT_LAST
    while frontier.awake or frontier.doomed:
        if execution.interrupted:
            if not steps:
                return
            steps -= 1
        while frontier.doomed:
            cell, error, awaited = frontier.doomed.popleft()
            if cell.state < JobState.DONE and cell.result is awaited:
                doom(execution, cell, error)
        if frontier.awake:
            cell = frontier.awake.popleft()
            if cell.state < JobState.DONE and cell.missing == 0:
                go_on(execution, cell)


def go_on(execution: Execution, cell: Cell) -> None:
    """All that `cell` waited for is there. Must be WAITING or REDUCING."""
    if cell.state == JobState.REDUCING:
        value = concrete(execution, cell.result)
        if cell.generator is not None:
            step(execution, cell, value, None)
        else:
            conclude(execution, cell, value)
    elif isinstance(cell, Job):
        if cell.manner.update is not None and not is_equipped(execution, cell):
            return
        execution.frontier.set_state(cell, JobState.READY)
    else:
        start(execution, cell)


def is_equipped(execution: Execution, job: Job) -> bool:
    """Give `job` the context that was computed for it; False if it waits for more now, or has failed."""
    from redo_py.engine.options import equip_late

    assert job.manner.update is not None
    try:
        equip_late(execution, job, concrete(execution, job.manner.update[0]))
    except RedunError as error:
        fail(execution, job, error)
    else:
        demand(execution, job, job.manner.lazy)
    return job.state == JobState.WAITING and job.missing == 0


def start(execution: Execution, cell: Cell) -> None:
    """The first step of a cell that is no job."""
    expression = cell.expression
    if isinstance(expression, SimpleExpression):
        args = concrete(execution, expression.args)
        try:
            if not PLAIN.issuperset(map(type, args)):
                note_operands(execution, cell, args)
            if expression.op == "call":
                args = with_tasks(execution, args)
            elif expression.op in COMPARISONS:
                args = looked_at(execution, args)
            result = UNKNOWN if collect(args, Unknown) else OPERATIONS[expression.op](*args)
        except Exception as error:
            break_off(execution, cell, operation_error(expression, expression.op, error, args))
            return
        settle(execution, cell, result)
    elif isinstance(expression, SchedulerExpression):
        try:
            cell.generator = form(expression.form)(execution, cell, *expression.args)
        except (KeyError, TypeError) as error:
            execution.frontier.fail(cell, operation_error(expression, expression.form, error))
        else:
            step(execution, cell, None, None)
    elif isinstance(expression, ValueExpression):
        conclude(execution, cell, concrete(execution, expression.value))
    else:
        raise AssertionError(f"BUG: no way to start {cell.expression!r}")


def step(execution: Execution, cell: Cell, value: Any, error: BaseException | None) -> None:
    """Send `value` into the form's generator, or throw `error`, and settle what it gives."""
    generator = cell.generator
    assert generator is not None
    try:
        result = generator.throw(error) if error is not None else generator.send(value)
    except StopIteration as stop:
        cell.generator = None
        settle(execution, cell, stop.value)
    except BaseException as failure:  # a function may raise anything, and what nobody handles comes out here
        cell.generator = None
        is_passed_on = failure is error or id(failure) in execution.blamed
        if not isinstance(failure, Exception) and not is_passed_on:
            raise
        if not is_passed_on and isinstance(failure, RedunError) and failure.span is None:
            failure.span = cell.expression.span if cell.expression is not None else None
        if is_passed_on or not isinstance(failure, Exception):
            execution.frontier.fail(cell, failure)
        else:
            break_off(execution, cell, failure)
    else:
        settle(execution, cell, result)


def break_off(execution: Execution, cell: Cell, error: Exception) -> None:
    """`cell` has no value because of `error`; unless a dry run has only assumed what it follows from: then what the
    value would be is not known."""
    if execution.assumed:
        from redo_py.engine.guess import is_guess

        if is_guess(execution, cell):
            conclude(execution, cell, UNKNOWN)
            return
    execution.frontier.fail(cell, error)


def settle(execution: Execution, cell: Cell, result: Any) -> None:
    """`cell` has reduced to `result`, which may hold expressions: wait for them, or go on at once."""
    needed = collect(result, LAZY) if type(result) not in PLAIN else []
    if not needed and cell.generator is None:
        conclude(execution, cell, result)
        return
    if len(execution.contexts) > 1 and needed:
        from redo_py.engine.context import in_context

        result = in_context(execution, cell, result)
        needed = collect(result, LAZY)
    cell.result = result
    if type(cell.expression) is SchedulerExpression:
        execution.asked.setdefault(id(cell.expression), []).extend(needed)
    if cell.state != JobState.REDUCING:
        execution.frontier.set_state(cell, JobState.REDUCING)
    demand(execution, cell, needed)
    if cell.missing == 0:
        execution.frontier.awake.append(cell)


def conclude(execution: Execution, cell: Cell, value: Any) -> None:
    """`cell` has its final value. A job is handed to record, any other cell is DONE."""
    cell.value = value
    cell.result = None
    if isinstance(cell, Job):
        execution.frontier.concluded.append(cell)
    else:
        execution.frontier.set_state(cell, JobState.DONE)
        execution.frontier.arrive(cell)


def doom(execution: Execution, cell: Cell, error: BaseException) -> None:
    """Something that `cell` needs has failed: a form may handle it, everything else fails with it. What no job is to
    blame for, such as a key that a value does not have, is the failure of one job that needs it."""
    if cell.generator is not None:
        abandon(execution, cell)
        step(execution, cell, None, error)
        return
    if isinstance(cell, Job) and id(error) not in execution.blamed:
        keep_reduction(execution, cell)
        fail(execution, cell, error)
        return
    if isinstance(cell, Job):
        lose(execution, cell, error)
    execution.frontier.fail(cell, error)


def lose(execution: Execution, job: Job, error: BaseException) -> None:
    """`job` fails because of a call that it needs. What it was reduced to is true all the same, and recorded."""
    is_reduced = job.state == JobState.REDUCING
    undone = "stopped" if was_stopped(execution, error) else "failed"
    if keep_reduction(execution, job):
        job.outcome = undone
    elif id(error) in execution.handling.recalled:
        if is_reduced:
            execution.doors.events.emit(job.outcome, job)
            tell(execution, job)
        return
    else:
        job.outcome = undone if is_reduced else "skipped"
    execution.doors.events.emit("skipped", job)
    tell(execution, job)


def keep_reduction(execution: Execution, job: Job) -> bool:
    """Record what `job` was reduced to, if it ran for that and is about to fail."""
    if job.state != JobState.REDUCING or job.outcome not in MADE:
        return False
    if job.manner.recorded:
        record_reduction(execution, job)
    return True


def tell(execution: Execution, job: Job) -> None:
    """The row of a job that was reduced and has no value."""
    if job.call_hash and job.manner.recorded:
        record_job(execution, job)


def abandon(execution: Execution, cell: Cell) -> None:
    """Let the form `cell` wait no more for the rest of what it asked for: later ends of it are none of its business.
    An attempt keeps in mind what that was, see engine.handled."""
    attempt = execution.handling.attempts.get(id(cell))
    for expression in collect(cell.result, LAZY):
        other = execution.frontier.cells[id(expression)]
        if attempt is not None and attempt.state == TRYING:
            execution.handling.aside.setdefault(id(other), []).append(attempt)
        if other.state < JobState.DONE and cell in other.dependents:  # it may have been begun anew meanwhile
            other.dependents.remove(cell)
    cell.missing = 0
    cell.result = None


def concrete(execution: Execution, value: Any) -> Any:
    """`value` with every expression replaced by its value; all of them must be DONE."""
    cells = execution.frontier.cells
    return substitute(value, LAZY, lambda expression: cells[id(expression)].value)

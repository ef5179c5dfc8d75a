"""demand: make a cell for an expression and for all that it uses, once each."""

from __future__ import annotations

from redo_py.engine.catchers import is_borrowed
from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, Job, JobState
from redo_py.engine.kept import keep
from redo_py.engine.manner import ORDINARY
from redo_py.engine.traits import LAZY, Traits
from redo_py.ground.errors import RedunError
from redo_py.ground.nested import collect
from redo_py.ir.expression import SimpleExpression, TaskExpression, ValueExpression
from redo_py.tasks.builtin import STEPS
from redo_py.tasks.options import in_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.ir.expression import Expression
    from redo_py.tasks.task import Task

FAILED = JobState.FAILED


def demand(execution: Execution, cell: Cell, needed: list[Any]) -> None:
    """Let `cell` wait for each expression in `needed`, making cells for them and what they use where there are none.

    Calls that are met become children of the job that `cell` is or belongs to. Keeps its own stack: a chain of any
    length works.
    """
    frontier = execution.frontier
    owner = cell if isinstance(cell, Job) else cell.parent
    stack = [(cell, needed, owner)]
    while stack:
        waiting, expressions, owner = stack.pop()
        for expression in expressions:
            other = frontier.cells.get(id(expression))
            if other is None or (other.state == FAILED and is_borrowed(execution, other, waiting)):
                other = open_cell(execution, expression, owner)
                uses = uses_of(expression)
                if uses:
                    if isinstance(other, Job):
                        other.lazy = True
                    other.missing += 1  # held until its uses have been linked, see below
                    stack.append((other, uses, owner))
                if isinstance(other, Job) and other.manner.lazy:  # its own options and defaults are its own business
                    other.missing += 1
                    stack.append((other, other.manner.lazy, other))
                elif not uses:
                    frontier.awake.append(other)
            elif owner is not None and other.parent is not owner:
                execution.borrowed.setdefault(owner.seq, []).append(other)
            if owner is not None and isinstance(other, Job):
                if owner.children:
                    owner.children.append(other)
                else:
                    owner.children = [other]
            frontier.wait_for(waiting, other)
        if waiting is not cell:
            waiting.missing -= 1
            if waiting.missing == 0:
                frontier.awake.append(waiting)


def open_cell(execution: Execution, expression: Expression, parent: Job | None) -> Cell:
    """A new cell for `expression`: WAITING, unless the call is kept."""
    frontier = execution.frontier
    if execution.kept and id(expression) in execution.kept:
        assert isinstance(expression, TaskExpression)
        return keep(execution, expression, execution.kept[id(expression)])
    if isinstance(expression, TaskExpression):
        cell = open_job(execution, expression, parent)
    else:
        cell = Cell(expression, parent)
        frontier.add(cell, expression)
    return cell


def open_job(execution: Execution, expression: TaskExpression, parent: Job | None) -> Cell:
    """A new job, WAITING; a FAILED cell when there is no such task."""
    frontier = execution.frontier
    try:
        task = execution.doors.tasks.resolve(expression.task_name)
        if (maker := expression._maker) is not None and maker.func is not task.func:
            task = the_called(maker, task)
        own = task.own_options if expression.task_name != STEPS else options_of_parts(execution, expression)
    except RedunError as error:
        return lost(execution, expression, parent, error)
    given: Any = expression.options
    if given and "kind" not in given and (told := in_key(given)):
        task = task.copy(told)
    options = {**own, **given} if given and own else given or own
    job = Job(expression, parent, len(frontier.jobs), task, options)
    above = execution.manner if parent is None else parent.manner.below
    traits = traits_of(execution, task)
    if above is not ORDINARY or traits is not None or "env" in options or (given and "kind" not in given):
        from redo_py.engine.options import equip

        try:
            equip(execution, job, own, above, traits)
        except RedunError as error:
            return lost(execution, expression, parent, error)
    frontier.add(job, expression)
    return job


def traits_of(execution: Execution, task: Task) -> Traits | None:
    """The traits of `task`; None if nothing is special about it."""
    found = execution.traits.get(id(task))
    if found is None:
        found = execution.traits[id(task)] = Traits(task)
    return None if found.is_plain else found


def the_called(called: Task, found: Task) -> Task:
    """The task to run for a call of `called`, where another function has its name by now: it itself, unless that is the
    same function, made again."""
    from redo_py.tasks.sameness import is_same

    return found if is_same(called.func, found.func) else called.base


def lost(execution: Execution, expression: TaskExpression, parent: Job | None, error: RedunError) -> Cell:
    """A new cell, FAILED, for a call that cannot become a job."""
    cell = Cell(expression, parent)
    execution.frontier.add(cell, expression)
    execution.frontier.fail(cell, error)
    return cell


def options_of_parts(execution: Execution, expression: TaskExpression) -> dict[str, Any]:
    """What the functions that run beside commands say of how they are run. Raises UsageError for an unknown one."""
    options: dict[str, Any] = {}
    for kind, *part in expression.kwargs["parts"]:
        if kind == "call":
            options.update(execution.doors.tasks.resolve(part[0].name).own_options)
    return options


def uses_of(expression: Any) -> list[Any]:
    """The expressions whose values `expression` needs before anything can be done for it."""
    kind = type(expression)
    if kind is TaskExpression:
        if expression.kwargs or expression.options:
            return collect((expression.args, expression.kwargs, expression.options), LAZY)
        return collect(expression.args, LAZY)
    if kind is SimpleExpression:
        return collect(expression.args, LAZY)
    if kind is ValueExpression:
        return collect(expression.value, LAZY)
    return []

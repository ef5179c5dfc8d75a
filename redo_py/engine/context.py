"""context: values that are read by name from wherever a call is made, and that a call may replace for all below it.

A value is read by an expression and arrives as an argument or in a result, so it is part of the key of exactly the
calls that get it. An expression that is met in two contexts is two expressions: the second time it is copied.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.manner import NOTHING, Context
from redo_py.ground import hashing
from redo_py.ground.nested import substitute
from redo_py.ir.expression import Expression, SchedulerExpression
from redo_py.ir.flat import build, fields_of, flatten, in_order
from redo_py.values.encoding import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.engine.job import Cell
    from redo_py.engine.traits import Traits
    from redo_py.tasks.task import Task


def context_of(execution: Execution, owner: Job | None) -> Context:
    """The context in which the expressions of `owner` are computed."""
    return (owner.manner.context if owner is not None else None) or root_context(execution)


def root_context(execution: Execution) -> Context:
    """The context of the execution."""
    if execution.context is None:
        execution.context = intern(execution, dict(execution.settings.context))
    return execution.context


def updated(execution: Execution, context: Context | None, update: Mapping[str, Any]) -> Context | None:
    """`context` with what `update` has in its place; None for that of the execution."""
    root = root_context(execution)
    made = intern(execution, merged((context or root).values, update))
    return None if made is root else made


def merged(values: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with `update` over it, at every depth where both have a dict."""
    made = dict(values)
    for name, value in update.items():
        old = made.get(name)
        made[name] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made


def intern(execution: Execution, values: dict[str, Any]) -> Context:
    """The one context that holds `values`."""
    key = hashing.digest(hashing.VALUE, encode(flatten(values)))
    return execution.contexts.setdefault(key, Context(values, key))


def read(execution: Execution, cell: Cell, path: str, default: Any) -> Any:
    """The value at `path` for `cell`, noted as read by its job."""
    found = context_of(execution, cell.parent).read(path)
    if cell.parent is not None:
        execution.reads.setdefault(cell.parent.seq, {})[path] = digest_of(found)
    return default if found is NOTHING else found


def digest_of(found: Any) -> bytes:
    """What tells one value of a context from another one; b"" for nothing."""
    return b"" if found is NOTHING else hashing.digest(hashing.VALUE, encode(flatten(found)))


def note_reads(execution: Execution, job: Job) -> None:
    """The options and defaults of `job` were computed: note what they read, also if another job had them computed."""
    for expression in in_order(job.manner.lazy):
        if isinstance(expression, SchedulerExpression) and expression.form == "context":
            path = expression.args[0]
            if isinstance(path, Expression):
                path = execution.frontier.cells[id(path)].value
            found = context_of(execution, job).read(path)
            execution.reads.setdefault(job.seq, {})[path] = digest_of(found)


def holds(execution: Execution, job: Job, reads: Mapping[str, bytes]) -> bool:
    """Whether each of `reads`, path -> digest, would be read in the context of `job` as it was."""
    context = context_of(execution, job)
    return all(digest_of(context.read(path)) == digest for path, digest in reads.items())


def copied(
    execution: Execution, task: Task, traits: Traits, context: Context | None
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The options and the lazy defaults of `task`, for jobs in `context`; copies but for that of the execution."""
    if context is None:
        return task.own_options, traits.lazy_defaults
    key = (id(task), id(context))
    if key not in execution.copies:
        pair = (dict(task.own_options), dict(traits.lazy_defaults))
        execution.copies[key] = copy(pair, {id(item) for item in in_order(pair)})
    return execution.copies[key]


def in_context(execution: Execution, cell: Cell, result: Any) -> Any:
    """`result`, to which `cell` has reduced, with a copy of each expression that belongs to another context."""
    owner = cell if isinstance(cell, Job) else cell.parent
    context = context_of(execution, owner)
    cells = execution.frontier.cells
    foreign = {
        id(item)
        for item in in_order(result)
        if (other := cells.get(id(item))) is not None and context_of(execution, other.parent) is not context
    }
    return copy(result, foreign) if foreign else result


def copy(value: Any, foreign: set[int]) -> Any:
    """`value` with a copy of each expression whose id is in `foreign`, and of those that use one of them."""
    made: dict[int, Expression] = {}

    def new(expression: Expression) -> Expression:
        return made.get(id(expression), expression)

    for expression in in_order(value):
        kind, fields = fields_of(expression)
        fresh = substitute(fields, Expression, new)
        if id(expression) in foreign or fresh is not fields:
            made[id(expression)] = build(kind, fresh, expression.span)
    return substitute(value, Expression, new)

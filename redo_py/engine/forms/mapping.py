"""Forms that do the same for every item of a list that is known only while the graph runs."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.forms.calling import any_lazy, any_unknown, callable_now, known
from redo_py.engine.job import Cell
from redo_py.ground.errors import RunError
from redo_py.ground.nested import substitute
from redo_py.ir.expression import Expression, QuotedExpression, SchedulerExpression, SimpleExpression
from redo_py.values.unknown import UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


def map_task(execution: Execution, cell: Cell, task: Any, values: Any) -> Generator[Any, Any, Any]:
    """The results of `task` for each of `values`, all at once. A map of a map becomes one map of both tasks, so that an
    item need not wait for all others between them."""
    tasks = [task]
    while type(values) is SchedulerExpression and values.form == "map_":
        tasks.append(values.args[0])
        values = values.args[1]
    if any_lazy(tasks):
        tasks = [*(yield from known(tasks))]
    if isinstance(values, Expression):
        values = yield values
    if any_unknown((values, *tasks)):
        return UNKNOWN
    results = items_of("map_", values)
    for each in reversed(tasks):
        call = callable_now(execution, each)
        results = [call(item) for item in results]
    return results


def starmap(execution: Execution, cell: Cell, task: Any, kwargs: Any) -> Generator[Any, Any, Any]:
    """The results of `task` for each dict of keyword arguments in `kwargs`, all at once."""
    if isinstance(task, Expression):
        task = yield task
    if isinstance(kwargs, Expression) or any_lazy(items_of("starmap", kwargs)):
        kwargs = yield kwargs
    if any_unknown((task, kwargs)):
        return UNKNOWN
    call = callable_now(execution, task)
    results = []
    for number, each in enumerate(items_of("starmap", kwargs), start=1):
        if isinstance(each, Unknown):
            results.append(UNKNOWN)
        elif isinstance(each, dict):
            results.append(call(**each))
        else:
            raise RunError("no-keywords", number=number, kind=a_kind(each))
    return results


def items_of(form: str, values: Any) -> list[Any]:
    """What `values` consists of; raises RunError if it does not consist of items."""
    try:
        return list(values)
    except TypeError:
        raise RunError("no-items", form=form, kind=a_kind(values)) from None


def a_kind(value: Any) -> str:
    """The type of `value`, with its article."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def map_form(
    execution: Execution, cell: Cell, body: QuotedExpression, name: str, over: Any
) -> Generator[Any, Any, Any]:
    """The body for each item of `over`, with SimpleExpression("variable", (name,)) standing for the item."""
    items = yield over
    if isinstance(items, Unknown):
        return UNKNOWN
    return [bind_variable(body.expression, name, item) for item in items]


def bind_variable(body: Any, name: str, item: Any) -> Any:
    """`body` with the variable `name` replaced by `item`, at any depth, also inside quotes. Expressions that do not
    hold the variable stay the same objects, so that they are computed once for all items."""
    from redo_py.ir.flat import build, fields_of, in_order

    replaced: dict[int, Any] = {}

    def new(expression: Expression) -> Any:
        return replaced.get(id(expression), expression)

    for expression in in_order(body):
        if isinstance(expression, SimpleExpression) and expression.op == "variable" and expression.args == (name,):
            replaced[id(expression)] = item
            continue
        kind, fields = fields_of(expression)
        free = (fields[1][2],) if binds(expression, name) else fields  # the body of such a map has its own variable
        fresh = substitute(free, Expression, new)
        if fresh is not free:
            whole = fresh if free is fields else ("map", (*fields[1][:2], *fresh))
            replaced[id(expression)] = build(kind, whole, expression.span)
    return substitute(body, Expression, new)


def binds(expression: Expression, name: str) -> bool:
    """Whether `expression` is a map form whose variable is `name`."""
    return isinstance(expression, SchedulerExpression) and expression.form == "map" and expression.args[1] == name

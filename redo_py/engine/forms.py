"""Special forms: generators that get their arguments unevaluated, yield what they want evaluated and are sent its value
or thrown its error. What they return is evaluated further and is the form's value."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.ground.errors import RunError
from redo_py.ground.nested import substitute
from redo_py.ir.expression import Expression, QuotedExpression, SchedulerExpression, SimpleExpression
from redo_py.values.file import File
from redo_py.values.unknown import ABSENT_DIGEST, UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    Form = Callable[..., Generator[Any, Any, Any]]


def cond(execution: Execution, test: Any, then: Any, *rest: Any) -> Generator[Any, Any, Any]:
    """`then` if `test`, else the same with the rest: (test, then)... and at last a single else; None without one."""
    branches = [test, then, *rest]
    while len(branches) > 1:
        value = yield branches[0]
        if isinstance(value, Unknown):
            return UNKNOWN
        if value:
            return branches[1]
        branches = branches[2:]
    return branches[0] if branches else None


def catch(execution: Execution, attempt: Any, *clauses: Any) -> Generator[Any, Any, Any]:
    """The value of `attempt`, or for an error of a class the recovery that follows it: class, task, class, task ..."""
    try:
        return (yield attempt)
    except Exception as error:
        for kind, recover in zip(clauses[::2], clauses[1::2], strict=True):
            if isinstance(error, kind):
                return recover(error)
        raise


def seq(execution: Execution, items: Any) -> Generator[Any, Any, Any]:
    """The values of `items`, evaluated one after another."""
    values = []
    for item in items:
        values.append((yield item))  # noqa: PERF401 - a comprehension cannot yield
    return values


def map_form(execution: Execution, body: QuotedExpression, name: str, over: Any) -> Generator[Any, Any, Any]:
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
            made = build(kind, fresh if free is fields else ("map", (*fields[1][:2], *fresh)))
            made.span = expression.span
            replaced[id(expression)] = made
    return substitute(body, Expression, new)


def binds(expression: Expression, name: str) -> bool:
    """Whether `expression` is a map form whose variable is `name`."""
    return isinstance(expression, SchedulerExpression) and expression.form == "map" and expression.args[1] == name


def need(execution: Execution, wanted: Any, missing_ok: bool = False) -> Generator[Any, Any, Any]:
    """The Files at paths that are known only now: each is brought up to date if a rule makes it."""
    value = yield wanted
    if isinstance(value, Unknown):
        return UNKNOWN
    files = [await_path(execution, path, missing_ok) for path in paths_in(value)]
    return files if isinstance(value, (list, tuple)) else files[0]


def paths_in(value: Any) -> list[str]:
    """The paths that `value` names: a text, a File, or lists of them. Raises RunError for anything else."""
    if isinstance(value, (list, tuple)):
        return [path for item in value for path in paths_in(item)]
    if isinstance(value, str) or hasattr(value, "__fspath__"):
        path = File(value).path
        if path != ".":
            return [path]
    raise RunError("bad-lazy-need", kind=repr(value) if isinstance(value, str) else f"a {type(value).__name__}")


def await_path(execution: Execution, path: str, missing_ok: bool) -> Any:
    """A File for `path`, or an expression that will be one. Raises UsageError for a path that cannot be had."""
    from redo_py.engine.observe import observe

    producer = execution.doors.planner.producer(path)
    if producer is not None:
        return SchedulerExpression("product", (producer, path))
    stamp = observe(execution, [path])[0]
    if not stamp.digest and not missing_ok:
        raise execution.doors.planner.missing_input(path)
    return File(path, stamp.digest or ABSENT_DIGEST, stamp.kind)


def product(execution: Execution, call: Expression, path: str) -> Generator[Any, Any, Any]:
    """The File that the job of `call` left at `path`, or below a folder that it left."""
    from redo_py.engine.product import product_at

    yield call
    return product_at(execution, call, path)


FORMS: dict[str, Form] = {
    "cond": cond,
    "catch": catch,
    "seq": seq,
    "map": map_form,
    "need": need,
    "product": product,
}

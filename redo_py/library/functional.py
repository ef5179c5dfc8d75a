"""Functions over lists and tasks that are known only while the graph runs."""

from __future__ import annotations

from redo_py.ir.expression import quote
from redo_py.library.forms import form
from redo_py.tasks.making import task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from redo_py.ir.expression import QuotedExpression
    from redo_py.tasks.task import PartialTask


@form()
def map_(a_task: Callable[..., Any], values: Iterable[Any]) -> list[Any]:
    """The list of `a_task(value)` for each of `values`, which run side by side.

    `values` may be lazy. A map of a map is one map of both tasks: no value waits for all others in between.
    """
    return [a_task(value) for value in values]


@form()
def starmap(a_task: Callable[..., Any], kwargs: Iterable[Mapping[str, Any]] = ()) -> list[Any]:
    """The list of `a_task(**each)` for each dict in `kwargs`, which run side by side. `kwargs` may be lazy."""
    return [a_task(**each) for each in kwargs]


@task(namespace="redun", version="1")
def flatten(list_of_lists: Iterable[Iterable[Any]]) -> list[Any]:
    """The items of all lists in one list."""
    return [value for each in list_of_lists for value in each]


@task(namespace="redun", version="1")
def flat_map(a_task: Callable[..., Iterable[Any]], values: Iterable[Any]) -> list[Any]:
    """The items of all lists that `a_task` gives for `values`, in one list."""
    return flatten(map_(a_task, values))


@task(namespace="redun", version="1")
def zip_(*lists: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The list of tuples of the first items, the second items and so on, as long as the shortest of `lists`."""
    return list(zip(*lists, strict=False))


@task(namespace="redun", version="1")
def identity(x: Any) -> Any:
    """`x` itself."""
    return x


@task(namespace="redun", version="1")
def const(x: Any, _: Any) -> Any:
    """`x`, when the second argument has been evaluated, too."""
    return x


@task(namespace="redun", version="1")
def compose_apply(tasks: Sequence[Callable[..., Any]], *args: Any, **kwargs: Any) -> Any:
    """The last of `tasks` called with the arguments, and each before it with what the one behind it gives."""
    *outer, first = tasks
    result = first(*args, **kwargs)
    for each in reversed(outer):
        result = each(result)
    return result


def compose(*tasks: Callable[..., Any]) -> Callable[..., Any]:
    """The task that calls `tasks` one after another, the last one first: `compose(f, g)(x)` is `f(g(x))`. Without any
    it is `identity`."""
    return compose_apply.partial(tasks) if tasks else identity


@task(namespace="redun", version="1")
def delayed(expression: QuotedExpression) -> Any:
    """The value of a quoted expression."""
    return expression.eval()


def delay(x: Any) -> PartialTask[Any]:
    """`x`, not evaluated until somebody forces it: passing it on and returning it evaluates nothing."""
    return delayed.partial(quote(x))


def force(x: Callable[[], Any]) -> Any:
    """The value of what was delayed."""
    return x()

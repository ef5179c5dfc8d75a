"""What forms call."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.observe import with_tasks
from redo_py.ir.expression import Expression
from redo_py.values.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from typing import Any


def callable_now(execution: Execution, task: Any) -> Callable[..., Any]:
    """`task`, or the task that has its name now if it is a reference from a result that was kept."""
    found: Callable[..., Any] = with_tasks(execution, task)
    return found


def any_lazy(values: Iterable[Any]) -> bool:
    """Whether any of `values` is to be evaluated itself. What a partial task holds is not: it is for the task."""
    return any(isinstance(value, Expression) for value in values)


def any_unknown(values: Iterable[Any]) -> bool:
    """Whether a dry run does not know any of `values`."""
    return any(isinstance(value, Unknown) for value in values)


def known(values: Sequence[Any]) -> Generator[Any, Any, tuple[Any, ...]]:
    """`values`, those that are lazy evaluated."""
    found = yield [value for value in values if isinstance(value, Expression)]
    left = iter(found)
    return tuple(next(left) if isinstance(value, Expression) else value for value in values)

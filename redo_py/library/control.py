"""What is evaluated, in which order, and what becomes of errors."""

from __future__ import annotations

from redo_py.ir.expression import Expression
from redo_py.library.forms import form
from redo_py.tasks.making import task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


@form()
def cond(test: Any, then: Any, *rest: Any) -> Any:
    """`then` if `test` is true, else the same with the rest: `cond(test, then, test, then, ..., otherwise)`.

    Only the branch that is taken is evaluated. Without an `otherwise` the value is None.
    """
    while not test and len(rest) > 1:
        test, then, *rest = rest  # type: ignore[assignment]
    return then if test else rest[0] if rest else None


@form()
def seq(values: Sequence[Any]) -> list[Any]:
    """The list of `values`, each of which is evaluated when the one before it is done."""
    return list(values)


def check_clauses(clauses: Sequence[Any]) -> None:
    """Raises TypeError unless `clauses` are an error class, or a tuple of them, and something to call, in turn."""
    if len(clauses) % 2:
        raise TypeError("catch() takes an error class and a task to recover with, in turn: one is without the other")
    for kind, recover in zip(clauses[::2], clauses[1::2], strict=True):
        if not isinstance(kind, Expression) and not is_error_class(kind):
            raise TypeError(f"catch() takes classes of errors, or tuples of them, not {kind!r}")
        if not callable(recover):
            raise TypeError(f"catch() takes a task to recover with, not {recover!r}")


def is_error_class(kind: Any) -> bool:
    """Whether `kind` is a class of errors or a tuple of them."""
    if isinstance(kind, tuple):
        return all(map(is_error_class, kind))
    return isinstance(kind, type) and issubclass(kind, BaseException)


def check_catch(attempt: Any, *clauses: Any) -> None:
    """Raises TypeError unless what follows `attempt` are clauses."""
    check_clauses(clauses)


def check_catch_all(nested: Any, error_class: Any, recover: Any) -> None:
    """Raises TypeError for a class that is none and a recovery that cannot be called."""
    check_clauses((Exception if error_class is None else error_class, check_clauses if recover is None else recover))


@form(check_catch)
def catch(attempt: Any, *clauses: Any) -> Any:
    """The value of `attempt`; or, for an error of a class, what the task that follows the class makes of the error:
    `catch(attempt, ValueError, recover, (OSError, KeyError), other)`.

    A handled error is remembered: the next time nothing runs, until a task below, its arguments or the recovery change.
    Raises TypeError for clauses that are no pairs of an error class, or a tuple of them, and something to call.
    """
    return attempt


@form(check_catch_all)
def catch_all(nested: Any, error_class: Any = None, recover: Callable[..., Any] | None = None) -> Any:
    """The value of `nested`, like a list of calls, all of which come to their end even if some fail.

    If any fails, the value is `recover(nested)` with errors in their places; without `recover`, or if one is not of
    `error_class`, the first such error is raised. Raises TypeError for a class that is none.
    """
    return nested


@task(namespace="redun", version="1")
def throw(error: BaseException) -> Any:
    """Raise `error` when this is evaluated."""
    raise error

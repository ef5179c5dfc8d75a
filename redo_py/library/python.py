"""Plain functions and expressions of Python on lazy values."""

from __future__ import annotations

from redo_py.tasks.making import task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from redo_py.tasks.task import PartialTask


@task(namespace="redun", version="1")
def apply_func(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`func(*args, **kwargs)` as a task. The function is identified by its code, like that of a task."""
    return func(*args, **kwargs)


def as_task(func: Callable[..., Any]) -> PartialTask[Any]:
    """A plain function as a task: `as_task(max)(10, x)`."""
    return apply_func.partial(func)


@task(namespace="redun", version="1")
def eval_(code: str, *args: Any, pos_args: Sequence[str] = (), **variables: Any) -> Any:
    """The value of the Python expression `code`, in which the keywords are variables; `args` are those that `pos_args`
    names. What a task would give may be a lazy call, which is evaluated further.

    Raises TypeError if there are not as many arguments as names, and whatever the expression raises.
    """
    if len(pos_args) != len(args):
        raise TypeError(f"eval_() was given {len(args)} positional arguments, and `pos_args` names {len(pos_args)}")
    from textwrap import dedent

    names = {**dict(zip(pos_args, args, strict=True)), **variables}
    return eval(compile(dedent(code).strip(), "<eval_>", "eval"), names)

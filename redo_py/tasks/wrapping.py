"""Decorators that make a task of a task: `wraps_task`."""

from __future__ import annotations

from types import FunctionType

from redo_py.tasks.making import check_async, check_config_args, make_task
from redo_py.tasks.naming import check_name
from redo_py.tasks.options import checked
from redo_py.tasks.task import REGISTRY, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def wraps_task(
    wrapper_name: str | None = None,
    wrapper_hash_includes: Sequence[Any] = (),
    use_wrapper_signature: bool = False,
    **options: Any,
) -> Callable[[Callable[[Task], Callable[..., Any]]], Callable[[Any], Task]]:
    """Make a decorator for tasks of a function that is given the inner task and gives the function to run instead.

    The new task has the name and, unless `use_wrapper_signature`, the parameters of the inner one, and `options`. The
    inner one moves into the namespace `NAMESPACE.WRAPPER_NAME`, or further down if one inside of it is there already;
    its code, that of the wrapper and `wrapper_hash_includes` identify the new one. Raises TypeError and ValueError like
    `task`.
    """

    def decorator(wrapper: Callable[[Task], Callable[..., Any]]) -> Callable[[Any], Task]:
        name = check_name(wrapper_name or wrapper.__name__)

        def wrap(inner: Any) -> Task:
            task = inner if isinstance(inner, Task) else make_task(inner, {})
            return wrapped(task, wrapper, name, list(wrapper_hash_includes), use_wrapper_signature, options)

        return wrap

    return decorator


def wrapped(
    task: Task,
    wrapper: Callable[[Task], Callable[..., Any]],
    name: str,
    includes: list[Any],
    use_wrapper_signature: bool,
    options: dict[str, Any],
) -> Task:
    """The task that `wrapper`, known as `name`, makes of `task`, which moves aside. Raises TypeError and ValueError."""
    normal = checked(options)
    inner = moved(task, namespace_aside(task, name))
    function = wrapper(inner)
    if not callable(function):
        raise TypeError(f"the wrapper `{name}` of {task.fullname} gives {function!r}, which is no function")
    if not use_wrapper_signature and isinstance(function, FunctionType):
        take_after(function, inner)
    normal["hash_includes"] = [*normal.get("hash_includes", ()), inner, wrapper, *includes]
    made = Task(function, normal.get("name", task.name), normal.get("namespace", task.namespace), normal)
    made.module = task.module
    made.wrapped_task = inner
    if not use_wrapper_signature:
        made.use(inner.parameters)
    check_config_args(made)
    check_async(made)
    REGISTRY[made.fullname] = made
    return made


def namespace_aside(task: Task, name: str) -> str:
    """The namespace that `task` moves into for the wrapper `name`: none that has a task of its name inside of it, which
    would be taken for it when a call comes back from the records."""
    inside, taken = task.wrapped_task, set()
    while inside is not None:
        taken.add(inside.namespace)
        inside = inside.wrapped_task
    namespace = f"{task.namespace}.{name}" if task.namespace else name
    while namespace in taken:
        namespace = f"{namespace}.{name}"
    return namespace


def moved(task: Task, namespace: str) -> Task:
    """`task` under the same name in `namespace`, and no longer where it was."""
    copy = task.copy(task.call_options)
    copy.base = copy
    copy.namespace = namespace
    copy.fullname = f"{namespace}.{task.name}"
    if REGISTRY.get(task.fullname) is task:
        del REGISTRY[task.fullname]
    REGISTRY[copy.fullname] = copy
    return copy


def take_after(function: FunctionType, inner: Task) -> None:
    """Let `function` say of itself what the function of `inner` says, unless it already does for another one."""
    if hasattr(function, "__wrapped__"):
        return
    function.__wrapped__ = inner.func  # type: ignore[attr-defined]
    function.__annotations__ = dict(getattr(inner.func, "__annotations__", {}))
    function.__doc__ = function.__doc__ or inner.func.__doc__

"""Making a Task of a function: what it is called, and whether its options can be."""

from __future__ import annotations

from redo_py.tasks.naming import check_name, check_namespace, names_around, namespace_in
from redo_py.tasks.options import checked
from redo_py.tasks.task import REGISTRY, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, overload

    from redo_py.tasks.task import P, R


if TYPE_CHECKING:

    @overload
    def task(func: Callable[P, R]) -> Task[P, R]: ...

    @overload
    def task(
        *,
        name: str | None = ...,
        namespace: str | None = ...,
        version: str | None = ...,
        **options: Any,
    ) -> Callable[[Callable[P, R]], Task[P, R]]: ...


def task(func: Any = None, **options: Any) -> Any:
    """Make a function a Task, as `@task` or `@task(option=...)`; see tasks.options for the options.

    Raises TypeError for what is no function, for an unknown option that must be a slip, with a suggestion, and for an
    option that cannot have its value; ValueError for a name, or a parameter in `config_args`, that cannot be.
    """
    normal = checked(options)
    if func is None:
        return lambda function: make_task(function, normal)
    return make_task(func, normal)


def make_task(func: Any, options: dict[str, Any]) -> Task:
    """The task made of `func`, registered under its full name; `options` as tasks.options.normal gives them. Raises
    TypeError and ValueError."""
    function = check_function(func)
    name = options["name"] if "name" in options else function_name(function)
    namespace = options.get("namespace")
    if namespace is None:
        namespace = namespace_in(names_around(function))
    made = Task(function, check_name(name), check_namespace(namespace), options)
    check_config_args(made)
    check_async(made)
    REGISTRY[made.fullname] = made
    return made


def check_function(func: Any) -> Callable[..., Any]:
    """What is to be called for `func`. Raises TypeError for what is no function, or one that is a task already."""
    if isinstance(func, staticmethod):
        func = func.__func__
    if isinstance(func, Task):
        raise TypeError(f"{func!r} is a task already: for another one of the same function, use task(...)(it.func)")
    if isinstance(func, classmethod):
        raise TypeError("a class method belongs to its class: make a function of the module the task")
    if isinstance(func, type):
        raise TypeError(f"the class `{func.__name__}` is no function: make a function that gives one of its objects")
    if not callable(func):
        raise TypeError(f"a task is made of a function, not of {func!r}: options are given by name")
    return func  # type: ignore[no-any-return]


def function_name(function: Callable[..., Any]) -> str:
    """What the task is called if it does not say; raises TypeError for a callable without a name."""
    name = getattr(function, "__name__", None)
    if name is None:
        raise TypeError(f"a task made of a {type(function).__name__} needs a name: say name=...")
    return str(name)


def check_config_args(task: Task) -> None:
    """Raises ValueError if `config_args` names what is no parameter."""
    parameters = task.parameters.parameters
    unknown = [name for name in task.own_options.get("config_args") or () if name not in parameters]
    if unknown:
        listed = ", ".join(f"`{name}`" for name in unknown)
        raise ValueError(f"task option `config_args` of {task.fullname} names no parameters: {listed}")


def check_async(task: Task) -> None:
    """Raises ValueError for an `async def` that does not say how it is cached: what it awaits is no part of its result,
    so a change of that would not be seen."""
    if not task.is_async():
        return
    options = task.own_options
    off = options.get("cache") is False or options.get("cache_scope") in ("NONE", "CSE")
    if not off and options.get("check_valid") != "shallow":
        raise ValueError(
            f"the async task {task.fullname} must say how it is cached: @task(cache=False), or "
            '@task(cache=True, check_valid="shallow")'
        )

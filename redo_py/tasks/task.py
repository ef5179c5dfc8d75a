"""Task: a function that is called lazily."""

from __future__ import annotations

from redo_py.ir.expression import TaskExpression
from redo_py.tasks.signature import Signature
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

REGISTRY: dict[str, Task] = {}  # fullname -> the task that was defined last under it


class Task:
    """A named function; calling it makes a TaskExpression. The function itself is `func`."""

    __slots__ = ("__weakref__", "caller", "func", "module", "name", "namespace", "options", "signature", "version")

    def __init__(self, func: Callable[..., Any], name: str, namespace: str, options: dict[str, Any]) -> None:
        self.func = func
        self.caller = func  # what is called to run it; a redunfile puts a conversion of arguments around `func`
        self.name = name
        self.namespace = namespace
        self.module = func.__module__
        self.version: str | None = options.get("version")
        self.options = options
        self.signature = Signature(func, name)

    @property
    def fullname(self) -> str:
        """Namespace and name: the identity of a task beside its code."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    @property
    def hash_includes(self) -> list[Any]:
        """Further things that identify the task."""
        return list(self.options.get("hash_includes") or ())

    def __call__(self, *args: Any, **kwargs: Any) -> TaskExpression:
        """A lazy call. The arguments are checked against the signature here, at the caller's line; raises TypeError."""
        self.signature.bind(args, kwargs)
        return TaskExpression(self.fullname, args, kwargs)

    def __repr__(self) -> str:
        return f"Task({self.fullname})"


class TaskReference(Value):
    """A task as an argument: identified by its name and code. `digest` is b"" until the engine has looked."""

    __slots__ = ("digest", "name")
    type_name = "redun.TaskReference"

    def __init__(self, name: str, digest: bytes = b"") -> None:
        self.name = name
        self.digest = digest

    def __repr__(self) -> str:
        return f"TaskReference({self.name!r})"

    def state(self) -> tuple[str, bytes]:
        return (self.name, self.digest)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> TaskReference:
        return cls(*state)


def task(func: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Make a function a Task, as `@task` or `@task(option=...)`; see task.options for the options.

    Raises TypeError for an unknown option, with a suggestion, and for one whose value cannot be.
    """
    if func is None:
        return lambda function: task(function, **options)
    if options:
        options = _checked(options)
    name = options.get("name") or func.__name__
    namespace = options.get("namespace")
    if namespace is None:
        namespace = func.__globals__.get("redun_namespace", "")
    made = Task(func, name, namespace, options)
    REGISTRY[made.fullname] = made
    return made


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    from redo_py.tasks.options import OPTIONS, OptionError, RepeatedOption, normal

    for name in options:
        if name not in OPTIONS:
            import difflib

            close = difflib.get_close_matches(name, OPTIONS, 1)
            raise TypeError(f"task option `{name}` is not known" + (f"; did you mean `{close[0]}`?" if close else ""))
    try:
        return normal({name: value for name, value in options.items() if value is not None})
    except (OptionError, RepeatedOption) as error:
        raise TypeError(f"task option {error}") from None

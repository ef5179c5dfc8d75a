"""Forms of the user's own: `scheduler_task`. They are given their arguments as they were written, not yet computed.

A form is a generator function: it yields what it wants to know, is sent its value or thrown its error, and what it
returns is computed further and is the value of the call. A plain function is written as in redun: it is given the
scheduler, the job and the call before the arguments, and returns a promise; whoever knows promises drives it.
"""

from __future__ import annotations

from sys import _getframe

from redo_py.ir.expression import SchedulerExpression
from redo_py.tasks.declaration.signature import Signature
from redo_py.tasks.making import check_function
from redo_py.tasks.naming import check_name, check_namespace, names_around, namespace_in
from redo_py.tasks.options import checked
from redo_py.tasks.task import REGISTRY, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    # (task, execution, cell of the call, args, kwargs) -> the form as a generator
    Driver = Callable[["SchedulerTask", Any, Any, tuple[Any, ...], dict[str, Any]], Generator[Any, Any, Any]]

FORM = "scheduler_task"  # the form of the engine that all of these are
GENERATOR = 0x20  # the flag of code that yields
BEFORE = 3  # parameters that a function written as in redun has before the arguments: scheduler, parent_job, sexpr

_drivers: list[Driver] = []  # of functions that return promises; the last one counts


class SchedulerTask(Task):
    """A task whose call is a form: it makes a SchedulerExpression."""

    __slots__ = ()

    def __init__(self, func: Callable[..., Any], name: str, namespace: str, options: dict[str, Any]) -> None:
        super().__init__(func, name, namespace, options)
        if not self.is_generator:
            self.use(without_first(self.parameters, BEFORE))

    @property
    def is_generator(self) -> bool:
        """Whether the function is written as a generator."""
        code = getattr(self.func, "__code__", None)
        return code is not None and bool(code.co_flags & GENERATOR)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A lazy call. The arguments are checked against the signature here, at the caller's line; raises TypeError."""
        return self.call(args, kwargs, _getframe(1))

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> Any:
        """The same, written where `frame` is."""
        self.parameters.check(args, kwargs)
        return SchedulerExpression(FORM, (self.fullname, args, kwargs), (frame.f_code, frame.f_lasti))

    def options(self, **options: Any) -> SchedulerTask:
        """Raises TypeError: there is no job that could have options."""
        raise TypeError(f"{self.fullname} is a form and has no job of its own: give options to the tasks that it calls")

    def drive(self, execution: Any, cell: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The form under way, as a generator, for the call whose value `cell` gets. Raises TypeError for a function
        that returns a promise, where nobody knows promises."""
        if self.is_generator:
            return self.func(*args, **kwargs)
        if not _drivers:
            raise TypeError(
                f"{self.fullname} returns promises, which need redun's names: `import redun` makes them known"
            )
        return _drivers[-1](self, execution, cell, args, kwargs)


def drive_promises_by(driver: Driver) -> None:
    """From now on `driver` makes generators of forms that return promises."""
    _drivers[:] = [driver]


def without_first(parameters: Signature, count: int) -> Signature:
    """What is left of `parameters` behind the first `count` of them."""
    left = object.__new__(Signature)
    for name in Signature.__slots__:
        setattr(left, name, getattr(parameters, name))
    gone = parameters.plain[:count]
    left.plain = parameters.plain[count:]
    left.positional_only = max(0, parameters.positional_only - count)
    left.defaults = {name: value for name, value in parameters.defaults.items() if name not in gone}
    left.index()
    return left


def scheduler_task(
    name: str | None = None, namespace: str | None = None, version: str | None = None, **options: Any
) -> Callable[[Callable[..., Any]], SchedulerTask]:
    """Make a function a form, see above. Raises TypeError and ValueError like `task`."""

    def decorate(func: Callable[..., Any]) -> SchedulerTask:
        function = check_function(func)
        around = namespace if namespace is not None else namespace_in(names_around(function))
        normal = checked(options if version is None else {"version": version, **options})
        own = check_name(name or getattr(function, "__name__", ""))
        made = SchedulerTask(function, own, check_namespace(around), normal)
        REGISTRY[made.fullname] = made
        return made

    return decorate

"""Tasks whose calls are forms of the engine: they get their arguments unevaluated, and make no job.

The function of such a task is what the form means for values that are there already.
"""

from __future__ import annotations

from sys import _getframe

from redo_py.ir.expression import SchedulerExpression
from redo_py.tasks.task import REGISTRY, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")

VERSION = "1"  # of all of them: a form is told by its arguments


class FormTask(Task):
    """A task whose call is the form of the same name."""

    __slots__ = ("check",)

    def __init__(self, func: Callable[..., Any], check: Callable[..., None] | None) -> None:
        super().__init__(func, func.__name__, "redun", {"version": VERSION})
        self.check = check  # raises TypeError for arguments that no such call can have

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A lazy call. The arguments are checked against the signature here, at the caller's line; raises TypeError."""
        return self.call(args, kwargs, _getframe(1))

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> Any:
        """The same, written where `frame` is."""
        given, _ = self.parameters.unbind(self.parameters.bind(args, kwargs))
        if self.check is not None:
            self.check(*given)
        return SchedulerExpression(self.name, given, (frame.f_code, frame.f_lasti))

    def copy(self, call_options: dict[str, Any]) -> Any:
        """Raises TypeError: there is no job that could have options."""
        raise TypeError(f"{self.name} makes no job of its own: give options to the tasks that it is for")


def form(check: Callable[..., None] | None = None) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a FormTask of redun's own."""

    def make(function: Callable[P, R]) -> Task[P, R]:
        made = FormTask(function, check)
        REGISTRY[made.fullname] = made
        return made  # type: ignore[return-value]  # it has the parameters of the function

    return make

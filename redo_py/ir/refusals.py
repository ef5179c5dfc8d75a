"""What Python asks of a value that is not there yet, and what to write instead."""

from __future__ import annotations

from sys import _getframe

from redo_py.ir.showing import is_shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

SHOWN = 60  # characters of an expression in a message


class LazyError(TypeError):
    """A lazy value was used where Python needs the value itself."""


def shown(value: object) -> str:
    """What a lazy value is called in messages: the beginning of the call."""
    text = repr(value)
    return f"the lazy value `{text if len(text) <= SHOWN else text[:SHOWN] + '…'}`"


def refuse_length(value: object) -> NoReturn:
    """Raise LazyError for len() of a lazy value."""
    raise LazyError(
        f"{shown(value)} has no length yet: use len_(value), take len() inside a task, or say by nout= how many items "
        "the task returns"
    )


def refuse_iteration(value: object) -> NoReturn:
    """Raise LazyError for a loop over a lazy value, or its unpacking."""
    raise LazyError(
        f"{shown(value)} cannot be iterated yet: use map_(task, values), loop inside a task, or say by nout= how many "
        "items the task returns"
    )


class Refusals:
    """The methods of a lazy value that cannot be lazy: Python wants their answer at once. Each raises LazyError."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise LazyError(
            f"{shown(self)} has no truth yet: use cond(test, then, otherwise), & and | for `and` and `or`, or decide "
            "inside a task"
        )

    def __contains__(self, item: object) -> NoReturn:
        raise LazyError(f"{shown(self)} cannot be searched yet: use `in` inside a task")

    def __index__(self) -> NoReturn:
        raise LazyError(f"{shown(self)} is no number yet: pass it to a task")

    __int__ = __float__ = __complex__ = __index__

    def __str__(self) -> str:
        if is_shown(_getframe(1)):
            return repr(self)
        raise LazyError(f"{shown(self)} has no text yet: pass it to a task that makes the text; repr() shows the call")

    def __format__(self, spec: str) -> str:
        if is_shown(_getframe(1)):
            return repr(self)
        raise LazyError(
            f"{shown(self)} cannot stand in an f-string yet: pass it to a task that makes the text; {{...!r}} shows "
            "the call"
        )

    def __bytes__(self) -> NoReturn:
        raise LazyError(f"{shown(self)} has no bytes yet: pass it to a task")

    def __fspath__(self) -> NoReturn:
        raise LazyError(f"{shown(self)} is no path yet: pass it to a task")

    def __setitem__(self, key: Any, value: Any = None) -> NoReturn:
        raise LazyError(f"{shown(self)} cannot be changed: make the changed value inside a task")

    __delitem__ = __setattr__ = __delattr__ = __setitem__

    def __enter__(self) -> NoReturn:
        raise LazyError(f"{shown(self)} cannot be entered yet: use `with` inside a task")

    def __exit__(self, *exception: object) -> None:
        """There is nothing to leave: it was not entered."""

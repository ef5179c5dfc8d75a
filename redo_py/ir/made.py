"""What the function that a thread is running has made lazily: its calls of tasks, and of methods of lazy values.

One that is made and then forgotten never runs, which nobody wants. To see it costs next to nothing: whoever runs the
function has its calls noted, and once it has returned, those that nothing but the notes refers to were forgotten.
"""

from __future__ import annotations

from _thread import _local
from sys import getrefcount

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ONLY_NOTED = 3  # references to such a call: from the notes, from the loop below and from asking for it
_told: set[tuple[str, int]] = set()  # places, file and line, that the user has been told of


class Notes(_local):
    """`calls` is what the function under way in this thread has made so far; None while there is none."""

    calls: list[Any] | None = None


NOTES = Notes()


class ForgottenCall(UserWarning):
    """A lazy call is never used and so does not run."""


def warn_of_forgotten(calls: list[Any]) -> None:
    """Tell the user of each of `calls` to which nothing else refers any more, once for each line that makes such calls.
    The function that made them must be over, and its frame gone."""
    forgotten = [call for call in calls if getrefcount(call) <= _ONLY_NOTED]
    for call in forgotten:
        place = call.span
        if place is None or (place.file, place.line) in _told:
            continue
        _told.add((place.file, place.line))
        from warnings import warn_explicit

        warn_explicit(described(call), ForgottenCall, place.file, place.line)


def described(call: Any) -> str:
    """What is wrong with a call that was forgotten, and what to do."""
    from redo_py.ir.refusals import shown

    if call._kind == "task":
        advice = "return it or pass it on, or let seq([...]) run it before something else"
    else:
        advice = "what it would do to the value is lost: do it inside a task"
    return f"{shown(call)} is never used, so it never runs: {advice}"

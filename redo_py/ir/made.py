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


class Notes(_local):
    """`calls` is what the function under way in this thread has made so far; None while there is none."""

    calls: list[Any] | None = None


NOTES = Notes()


def forgotten(calls: list[Any]) -> list[Any]:
    """Those of `calls` to which nothing else refers any more; the frame of the function must be gone."""
    return [call for call in calls if getrefcount(call) <= _ONLY_NOTED]

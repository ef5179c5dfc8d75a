"""What a `redun run` line asks for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class RunRequest:
    """`redun run SCRIPT TASK ...`, as far as it can be read without knowing the task."""

    __slots__ = ("argv", "script", "task", "words")

    def __init__(self, script: str = "", task: str = "", words: Sequence[str] = (), argv: Sequence[str] = ()) -> None:
        self.script = script  # the path of a Python file, or the dotted name of a module
        self.task = task  # "" to list the tasks
        self.words = tuple(words)  # what follows the name of the task: its arguments
        self.argv = tuple(argv)  # the whole line behind `redun`, for the record

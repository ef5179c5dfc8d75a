"""The door through which the engine finds tasks by name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from redo_py.tasks.task import Task
else:
    Protocol = object


class Tasks(Protocol):
    """Tasks by name, and the identity of their code."""

    def resolve(self, name: str) -> Task:
        """The task of that full name; raises UsageError when there is none."""

    def digest(self, task: Task) -> bytes:
        """What identifies the task: its code and all of the project that it reaches, or its version."""

    def parts(self, task: Task) -> dict[str, tuple[bytes, str, int]]:
        """The named pieces behind `digest`: name -> (digest, file, line)."""

    def code_of(self, item: object) -> bytes:
        """What identifies the code of the project that a function, method or class leads to; b"" if that is none."""

    def text(self, task: Task) -> str:
        """The source text, for the record."""

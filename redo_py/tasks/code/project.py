"""The door through which the identity of code sees the user's project; front.modules opens it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.tasks.reading.parts import Parts
    from redo_py.tasks.reading.sources import Source
else:
    Protocol = object


class CodeOfProject(Protocol):
    """What is read of a project to tell its code from other code."""

    root: str  # absolute path of the project's folder
    packages: frozenset[str]  # `[code] packages`: what counts by its version, by import or distribution name
    known: dict[Callable[..., Any], Parts]  # parts already found, by function; filled by identify
    elsewhere: Any  # what modules change of each other, once that was asked for: see changes

    def source_at(self, path: str) -> Source | None:
        """The file that a function's code was compiled from; None if it does not belong to the project."""

    def source_of(self, module: str) -> Source | None:
        """The file of a module of the project, imported or not; None if the project has no such module."""

    def namespace_of(self, source: Source) -> Mapping[str, Any]:
        """The names of the module after import, importing it if need be; empty if it cannot be imported."""

    def imported(self) -> Sequence[Source]:
        """The files of the modules of the project that this process has imported, by path."""

    def asks_for_subclasses(self) -> bool:
        """Whether one of these files mentions `__subclasses__`: who asks for that finds classes by no name."""

    def binary_of(self, module: str) -> tuple[str, bytes] | None:
        """(path from the root, bytes) of an extension module that lies in the project."""

    def is_task(self, value: object) -> bool:
        """Whether `value` is a Task: it has a code identity of its own, and `fullname`."""

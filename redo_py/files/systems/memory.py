"""`memory://...`: files that live as long as the process, for tests and small steps between."""

from __future__ import annotations

from obstore.store import MemoryStore

from redo_py.files.systems.objects import ObjectFileSystem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MemoryFileSystem(ObjectFileSystem):
    """Memory. Its ETags are numbers that begin anew with each process, so that only reading tells a content."""

    name = "memory"
    schemes = ("memory",)

    def __init__(self) -> None:
        super().__init__()
        self._store: Any = MemoryStore()

    def split(self, path: str) -> tuple[Any, str]:
        """(store, key) of a path."""
        return self._store, path.partition("://")[2]

    def mark_of(self, found: Any) -> str:
        """Nothing."""
        return ""

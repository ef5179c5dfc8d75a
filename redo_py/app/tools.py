"""The executables that commands name: what PATH finds for a word, and what identifies it."""

from __future__ import annotations

from redo_py.files.api import EXECUTABLE, FILE
from redo_py.ground.hashing import VALUE, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.files.api import Files, Stamp

NOT_FOUND = bytes(16)


class ProjectTools:
    """The Tools door of the engine over the file system and one PATH."""

    def __init__(self, files: Files, search_path: str, mode: str) -> None:
        self._files = files
        self._folders = [folder for folder in search_path.split(":") if folder]
        self._mode = mode  # "digest": by content; "path": by where it is found
        self._known: dict[str, bytes] = {}
        self.stamps: dict[str, Stamp] = {}  # every path that was looked at, the absent ones too, for the snapshot

    def digests(self, names: list[str]) -> list[bytes]:
        """What identifies each tool now; of one that is not found, 16 zero bytes."""
        return [self._known.get(name) or self._find(name) for name in names]

    def _find(self, name: str) -> bytes:
        candidates = [name] if "/" in name else [f"{folder}/{name}" for folder in self._folders]
        for path in candidates:
            stamp = self._files.observe([path])[0]
            self.stamps[path] = stamp
            if stamp.kind in (EXECUTABLE, FILE):
                found = (
                    stamp.digest if self._mode == "digest" else digest(VALUE, path.encode("utf-8", "surrogateescape"))
                )
                if "/" not in name:  # a tool of the project may be made by this very build: it is asked for each time
                    self._known[name] = found
                return found
        return NOT_FOUND

"""stage: copying for a script what redun itself brings to where the script finds it and takes from where it leaves it.

It never replaces what is the user's: what redun did not put at a path is displaced first, see room, and what is the
same already stays. The thread that copies does that; `staged` tells and records what it did.
"""

from __future__ import annotations

from redo_py.values.file import is_url
from redo_py.values.filing import filing
from redo_py.values.folder import FolderAccess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    Entry = tuple[bytes, int] | None
    Clear = Callable[[Sequence[str], Sequence[Entry]], list[tuple[str, str]]]


class Stage:
    """Copies for one script. All but `put` and `make_way` is for the engine's thread.

    `entries`: what redun has put at the paths where something lies; `clear` makes room, see files.api; `here`: what
    this execution has copied to.
    """

    __slots__ = ("_clear", "_entries", "_here", "copied", "displaced")

    def __init__(self, entries: Mapping[str, Entry], clear: Clear, here: set[str]) -> None:
        self._entries = entries
        self._clear = clear
        self._here = here
        self.copied: list[str] = []
        self.displaced: list[tuple[str, str]] = []  # (path, new place)

    def put(self, source: Any, target: Any) -> None:
        """Copy the file `source`, or all files below it, to `target`. Raises OSError that names the path."""
        if isinstance(source, FolderAccess):
            for file in source.files():
                self._put(file, target.file(source.rel_path(file.path)))
        else:
            self._put(source, target)

    def _put(self, source: Any, target: Any) -> None:
        path: str = target.path
        door = filing()
        if not is_url(path):
            if door.exists(path) and door.exists(source.path):  # else copying fails, and what is there stays
                if not is_url(source.path) and door.seen(path) == door.seen(source.path):
                    return
                self._displace(path)
            self._note(path)
        source.copy_to(target)

    def make_way(self, path: str) -> None:
        """Something that was made elsewhere is about to be put at `path`, and is not what lies there now."""
        if filing().exists(path):
            self._displace(path)
        self._note(path)

    def _displace(self, path: str) -> None:
        if path not in self._here:
            self.displaced += self._clear([path], [self._entries.get(path)])

    def _note(self, path: str) -> None:
        self._here.add(path)
        self.copied.append(path)


def paths_at(target: Any) -> list[str]:
    """The paths of files of this machine that lie at `target` now."""
    if is_url(target.path):
        return []
    if isinstance(target, FolderAccess):
        return [file.path for file in target.files()]
    return [target.path] if filing().exists(target.path) else []

"""What a job has left behind where it ran: its declared outputs, what its functions have written, and the Files that
they return, however these were written."""

from __future__ import annotations

import os

from redo_py.executors.api import Finished
from redo_py.ground.nested import collect, holds_plain, substitute
from redo_py.remote.api import stage
from redo_py.values.file import Observed
from redo_py.values.folder import Dir, FileSet, IFileSet, Immutable
from redo_py.values.spelling import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from redo_py.remote.api.stage import Entry


def as_there(root: str, path: str) -> str:
    """`path` of this machine as the project has it: relative to where the job began, unless it lies outside of all that
    was laid out."""
    return os.path.relpath(path) if stage.is_below(os.path.normpath(path), root) else path


class Leavings:
    """What one job has left below `root`; paths of entries are relative to that."""

    def __init__(self, root: str, header: Mapping[str, Any]) -> None:
        self.entries: list[Entry] = []
        self._root = root
        self._header = header
        self._declared: set[str] = set()  # the paths of entries that were asked for

    def note(self, outcome: Finished) -> None:
        """Find what it is, and have the outcome name it as the project does. Raises StagingError for a File that was
        returned and is not here."""
        outcome.written = [as_there(self._root, path) for path in outcome.written if not is_url(path)]
        returned: list[str] = []
        if not holds_plain(outcome.value):
            outcome.value = self._as_named_there(outcome.value)
            returned = list(self._returned(outcome.value))
        if self._header["in_place"]:
            return
        declared = [*self._header["outputs"], *given(self._header["gives"])]
        entries = stage.entries_at(self._root, self._places(declared), keep_links=True)
        known = {entry.path for entry in entries}
        others = stage.entries_at(self._root, self._places([*outcome.written, *returned]))
        self.entries = entries + [entry for entry in others if entry.path not in known]
        self._declared = known

    def to_send(self) -> list[Entry]:
        """Those whose bytes are brought: what lies outside of the project just has to be the same there, unless it was
        asked for."""
        return [each for each in self.entries if each.path in self._declared or not stage.is_outside(each.path)]

    def _places(self, paths: Sequence[str]) -> list[str]:
        """`paths` relative to the root; absolute ones stay."""
        here = os.path.join(self._root, self._header["here"])
        return [
            os.path.normpath(path) if os.path.isabs(path) else os.path.relpath(os.path.join(here, path), self._root)
            for path in dict.fromkeys(paths)
        ]

    def _as_named_there(self, value: Any) -> Any:
        """`value` with paths that do not name this machine's temporary folder."""

        def named(file: Any) -> Any:
            pattern = place_of(file)
            path = as_there(self._root, pattern) if os.path.isabs(pattern) else pattern
            return file if path == pattern else type(file).from_state((path, *file.state()[1:]))

        return substitute(value, (Observed, Immutable), named)

    def _returned(self, value: Any) -> Iterator[str]:
        """The paths of this machine that `value` names. What is only an argument of a call that it asks for need not be
        here. Raises StagingError."""
        from redo_py.engine.observe import files_in

        own = collect(value, Observed)
        for file in own:
            if isinstance(file, FileSet) or is_url(file.path) or file.path in self._header["absent"]:
                continue
            if not (os.path.isdir(file.path) if isinstance(file, Dir) else os.path.exists(file.path)):
                raise stage.StagingError("file-not-made", path=file.path)
        for file in (*own, *files_in(value), *collect(value, Immutable)):
            yield from given([place_of(file)])


def place_of(file: Any) -> str:
    """The path, or the pattern of paths, that `file` names."""
    path: str = file.pattern if isinstance(file, (FileSet, IFileSet)) else file.path
    return path


def given(paths: Sequence[str]) -> list[str]:
    """`paths` of this machine, of which those that are patterns are what matches them."""
    from redo_py.files.filing import matching

    found: list[str] = []
    for path in paths:
        if not is_url(path):
            found += [path] if os.path.lexists(path) else matching(path, os.getcwd())
    return found

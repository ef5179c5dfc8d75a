"""The engine's question who makes a path, answered by the plan of the redunfile."""

from __future__ import annotations

import os
import posixpath

from redo_py.app.leftovers import leftovers, made_by_rules
from redo_py.ground.errors import RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.files.local import LocalFiles
    from redo_py.front.redunfile.planning.planner import Planner
    from redo_py.ir.expression import Expression
    from redo_py.store.sqlite import SqliteStore


class RedunfilePlanner:
    """The Planner door over a loaded redunfile; answers are remembered for the build."""

    def __init__(self, planner: Planner, root: str, files: LocalFiles, store: SqliteStore) -> None:
        self._planner = planner
        self._files = files
        self._store = store
        self._inside = root.rstrip("/") + "/"
        self._real_inside = os.path.realpath(root).rstrip("/") + "/"
        self._known: dict[str, Expression | RedunError | None] = {}
        self._made: set[str] | None = None

    def producer(self, path: str) -> Expression | None:
        """The call that makes `path`; None when no rule does. What no target needed is planned now: raises UsageError
        for what is wrong with its rule, for a source that it needs and that is not there, and for a `path` that only a
        rule has made that is gone."""
        if path not in self._known:
            self.look_up([path])
        made = self._known[path]
        if isinstance(made, RedunError):
            raise made
        return made

    def look_up(self, paths: Sequence[str]) -> None:
        """Learn what `producer` says of each of `paths`, which asks store and disk for all of them at once."""
        found = {path: self._planned(path) for path in paths if path not in self._known}
        unmade = [path for path, made in found.items() if made is None and path[:1] != "/"]
        if unmade:
            for path in leftovers(self._planner, self._files, self._store, unmade, self._made_by_rules):
                found[path] = self._planner.leftover_error(path)
        self._known.update(found)

    def _made_by_rules(self) -> set[str]:
        """See leftovers. What this build adds to it is made by rules that are there."""
        if self._made is None:
            self._made = made_by_rules(self._store)
        return self._made

    def _planned(self, path: str) -> Expression | RedunError | None:
        """What `producer` says of `path`, unless a rule that is gone has made it."""
        if path[:1] == "/":
            return None
        before = len(self._planner.sources)
        try:
            made = self._planner.expression_of(path)
        except RedunError as error:
            return error
        if len(self._planner.sources) > before:
            return self._missing_source(before) or made
        return made

    def _missing_source(self, start: int) -> RedunError | None:
        """The error for the first of the sources from `start` on that is not there."""
        sources = list(self._planner.sources.items())[start:]
        needed = [path for path, (_, _, missing_ok) in sources if not missing_ok]
        missing = next((stamp.path for stamp in self._files.observe(needed) if not stamp.digest), None)
        return None if missing is None else self._planner.missing_input_error(missing)

    def own_path(self, path: str) -> str:
        """`path`, as a command wrote it, relative to the root when below it."""
        if ".." in path:  # only the disk knows what is above a folder that may be a link
            full = os.path.join(self._inside, path)
            path = f"{os.path.realpath(os.path.dirname(full))}/{os.path.basename(full)}"
        if "./" in path or "//" in path:
            path = posixpath.normpath(path)
        for inside in (self._inside, self._real_inside):
            if path.startswith(inside):
                return path[len(inside) :]
        return path

    def missing_input(self, path: str) -> RedunError:
        """The error for a path that nothing makes and that is not there."""
        return self._planner.missing_input_error(path)

"""What a redunfile reads: files that no rule makes, named by its default plan, a `source(...)`, a glob or `lines`."""

from __future__ import annotations

from redo_py.front.redunfile.names.paths import folders_of
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.planning.planner import Planner


class Sources:
    """Answers whether a path is among them, lies below one of them, or has one below it."""

    __slots__ = ("_above", "_named", "_planner")

    def __init__(self, planner: Planner) -> None:
        """Makes the default plan. Raises UsageError for what is wrong with it."""
        try:
            planner.request([])
        except UsageError as error:
            if error.code != "nothing-to-build":
                raise
        self._planner = planner
        self._named = {*planner.sources, *planner.redunfile.read}
        for paths in planner.redunfile.reads.globs.values():
            self._named.update(paths)
        self._above = {folder for path in self._named for folder in folders_of(path)}

    def __contains__(self, path: str) -> bool:
        is_named = path in self._named or not self._named.isdisjoint(folders_of(path))
        return is_named or path in self._above or self._planner.owners.is_source(path)

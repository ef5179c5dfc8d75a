"""The engine's question who makes a path, where there is no redunfile."""

from __future__ import annotations

import os
import posixpath

from redo_py.ground.errors import RedunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.ir.expression import Expression


class NoRules:
    """The Planner door of a run in the project at `root`, whose relative paths are relative to `folder`, which is that
    or below it: no rule makes anything."""

    def __init__(self, folder: str, root: str) -> None:
        self._inside = folder.rstrip("/") + "/"
        self._root = root.rstrip("/") + "/"

    def producer(self, path: str) -> Expression | None:
        """None: nothing makes it."""
        return None

    def look_up(self, paths: Sequence[str]) -> None:
        """Nothing need be known for that."""

    def own_path(self, path: str) -> str:
        """`path` relative to the folder when below it, or elsewhere in the project."""
        full = os.path.join(self._inside, path)
        if ".." in path:  # only the disk knows what is above a folder that may be a link
            full = f"{os.path.realpath(os.path.dirname(full))}/{os.path.basename(full)}"
        full = posixpath.normpath(full)
        if f"{full}/" == self._inside:
            return "."
        if full.startswith(self._inside) or not full.startswith(self._root):
            return full.removeprefix(self._inside)
        return posixpath.relpath(full, self._inside)

    def missing_input(self, path: str) -> RedunError:
        """The error for a path at which nothing is."""
        return UsageError("no-such-file", path=path)

"""The workspace of runs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from redo_py.app.tasks import ProjectTasks
from redo_py.app.workspace import Workspace
from redo_py.config.root import CONFIG_VARIABLE, STATE, find_run_root
from redo_py.files.snapshot import drop_snapshots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redo_py.front.modules import Project as Modules
    from redo_py.store.api import Records


class RunWorkspace(Workspace):
    """The workspace of runs that begin in the current folder. It neither needs a redunfile nor locks anything, and the
    current folder stays what it is. `state` is the state folder; "" for the nearest one."""

    takes_in = True

    def __init__(self, environ: Mapping[str, str], profile: str = "", state: str = "") -> None:
        folder = os.getcwd()
        root = find_run_root(folder)
        here = "" if root == folder else os.path.relpath(folder, root)
        state = state or environ.get(CONFIG_VARIABLE, "")
        state = os.path.abspath(state) if state else f"{root}/{STATE}"
        self.import_paths = [root]  # where workers look for modules first, the root last
        self._tasks: ProjectTasks | None = None
        super().__init__(root, here, state, folder, environ, profile)

    def tasks(self) -> ProjectTasks:
        """The Tasks door."""
        if self._tasks is None:
            self._tasks = ProjectTasks(self.modules)
        return self._tasks

    def records(self, notice: Callable[[str], None]) -> Records:
        """What runs remember, and where they record what they do: the database of the state folder, or the one in
        Postgres that the settings name. Raises StoreError."""
        if not self.settings.database:
            return self.store(notice)
        return self.shared(notice)

    def look_beside_program(self) -> None:
        """Look for modules beside the program that runs before those of the root, as Python does."""
        program = getattr(sys.modules.get("__main__"), "__file__", None)
        folder = os.path.dirname(os.path.abspath(program)) if program else self.root
        if folder != self.root and folder in sys.path and folder.startswith(f"{self.root}/"):
            self.modules().territory.put_first(folder)
            self.import_paths.insert(0, folder)

    def _trim_at_end(self) -> None:
        """Whether it went well or not. Builds, which are up to date, count on what they could put back."""
        if (self.values.added or self.artifacts.has_grown) and self.trim():
            with suppress(OSError):  # what is left of them is looked at when it is used
                drop_snapshots(self.state)

    def _leave_modules(self, modules: Modules) -> None:
        """Whoever called may use them on."""
        modules.leave()

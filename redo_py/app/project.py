"""A project with a redunfile, opened, and its lock."""

from __future__ import annotations

import os

from redo_py.app.workspace import Workspace
from redo_py.config.root import REDUNFILE, STATE, find_project, find_records
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redo_py.files.lock import ProjectLock
    from redo_py.front.modules import Project as Modules

FIRST_STEP = "`redun init` writes one to start from; `-C DIR` names another folder"
ONLY_RUNS = (
    "this asks about rules, and only runs are recorded here: `redun log`, `redun why TASK` and `redun graph` tell of "
    "them;\n`redun init` writes a redunfile to start from"
)
LOOKED_FOR = "`-f` takes a redunfile, or a Python module with rules"
TAKES_FOLDER = "`-C` takes the folder of a project, or one below it"


def no_project(here: str, file: str) -> UsageError:
    """Why the folder `here` belongs to no project whose redunfile is `file`."""
    folder, name = os.path.split(os.path.join(here, file))
    if os.path.isfile(f"/{name}"):
        return UsageError("root-of-all", file=name)
    if name == REDUNFILE and find_records(os.path.abspath(folder)) is not None:
        return UsageError("no-redunfile", file=name, folder=os.path.abspath(folder), hint=ONLY_RUNS)
    hint = FIRST_STEP if name == REDUNFILE else _near(file, here, os.path.isfile) or LOOKED_FOR
    return UsageError("no-redunfile", file=name or file, folder=os.path.abspath(folder), hint=hint)


def _near(path: str, base: str, fits: Callable[[str], bool]) -> str:
    from redo_py.app.nearby import nearby

    return nearby(path, base, fits)


class Project(Workspace):
    """One project for the length of one command. Close it.

    With `rules` it has a redunfile; without, records of runs are enough.
    """

    def __init__(
        self, directory: str, file: str, environ: Mapping[str, str], profile: str = "", rules: bool = True
    ) -> None:
        here = os.path.abspath(directory or ".")
        if not os.path.isdir(here):
            hint = _near(directory, os.getcwd(), os.path.isdir) or TAKES_FOLDER
            raise UsageError("no-such-folder", path=directory, hint=hint)
        place = find_project(here, file)
        if place is None and not rules and not file:
            place = find_records(here)
        if place is None:
            raise no_project(here, file or REDUNFILE)
        os.chdir(place.root)
        super().__init__(place.root, place.here, STATE, place.root, environ, profile)
        self.file = place.file
        self.notice: Callable[[str], None] | None = None  # who hears what the user should know once
        self._lock: ProjectLock | None = None

    def need_rules(self) -> None:
        """Raise UsageError if there is no redunfile."""
        if not self.file:
            raise no_project(f"{self.root}/{self.here}", REDUNFILE)

    def modules(self) -> Modules:
        """The project's Python modules, for which `import redun` gives ours."""
        if self.opened_modules is None:
            self.answer_redun(self.notice)
        return super().modules()

    def lock(self, command: str, wait: Callable[[str], None]) -> None:
        """Hold the project's lock until `close`; `wait` is told who holds it if that has to be waited for."""
        from redo_py.files.lock import ProjectLock

        self._lock = ProjectLock(self.root, self.clock, command, self.environ.get("REDUN_BUILD_ROOT", ""))
        self._lock.acquire(wait)

    def close(self) -> None:
        """Give everything back; may be called twice."""
        super().close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

"""A project, opened: its folder, settings, files, store and lock, wired together."""

from __future__ import annotations

import os

from redo_py.app.settings import read_settings
from redo_py.config.root import REDUNFILE, STATE, find_project
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError
from redo_py.store.artifacts import LocalArtifacts
from redo_py.store.packed import PackedArtifacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redo_py.files.lock import ProjectLock
    from redo_py.front.modules import Project as Modules
    from redo_py.store.sqlite import SqliteStore

OUR_FILES = (
    "state.db*", "artifacts/", "displaced/", "running", "lock", "memo", "snapshots/", "settings", "parsed", "tables*",
    "tmp/", "staging/", "args/", "probe", ".gitignore",
)  # fmt: skip

FIRST_STEP = "`redun init` writes one to start from; `-C DIR` names another folder"
LOOKED_FOR = "`-f` takes a redunfile, or a Python module with rules"
TAKES_FOLDER = "`-C` takes the folder of a project, or one below it"


def no_project(here: str, file: str) -> UsageError:
    """Why the folder `here` belongs to no project whose redunfile is `file`."""
    folder, name = os.path.split(os.path.join(here, file))
    if os.path.isfile(f"/{name}"):
        return UsageError("root-of-all", file=name)
    hint = FIRST_STEP if name == REDUNFILE else _near(file, here, os.path.isfile) or LOOKED_FOR
    return UsageError("no-redunfile", file=name or file, folder=os.path.abspath(folder), hint=hint)


def _near(path: str, base: str, fits: Callable[[str], bool]) -> str:
    from redo_py.app.nearby import nearby

    return nearby(path, base, fits)


class Project:
    """One project for the length of one command. Close it."""

    def __init__(self, directory: str, file: str, environ: Mapping[str, str], profile: str = "") -> None:
        here = os.path.abspath(directory or ".")
        if not os.path.isdir(here):
            hint = _near(directory, os.getcwd(), os.path.isdir) or TAKES_FOLDER
            raise UsageError("no-such-folder", path=directory, hint=hint)
        place = find_project(here, file)
        if place is None:
            raise no_project(here, file or REDUNFILE)
        self.root = root = place.root
        self.here = place.here  # where the user stands, relative to the root
        self.file = place.file
        self.environ = environ
        self.clock = Clock()
        os.chdir(root)
        self.memo = StatMemo(f"{STATE}/memo")
        files = LocalFiles(root, self.memo, None, self.clock)
        self.settings, self.layers, self.stamps = read_settings(files, STATE, environ, profile)
        folder = f"{root}/{STATE}/artifacts"
        large = LocalArtifacts(folder, self.settings.max_file, self.settings.max_total)
        self.artifacts = PackedArtifacts(folder, large, self.clock)
        self.files = LocalFiles(root, self.memo, self.artifacts, self.clock)
        self._modules: Modules | None = None
        self._store: SqliteStore | None = None
        self._lock: ProjectLock | None = None

    def make_state(self) -> None:
        """Make `.redun/` and its .gitignore; raises UsageError when that cannot be done."""
        try:
            os.makedirs(f"{STATE}/tmp", exist_ok=True)
            if not os.path.exists(f"{STATE}/.gitignore"):
                with open(f"{STATE}/.gitignore", "w", encoding="utf-8") as stream:
                    stream.write("".join(f"/{name}\n" for name in OUR_FILES))
        except OSError as error:
            raise UsageError("state-unwritable", path=f"{self.root}/{STATE}", error=error.strerror) from None

    def lock(self, command: str, wait: Callable[[str], None]) -> None:
        """Hold the project's lock until `close`; `wait` is told who holds it if that has to be waited for."""
        from redo_py.files.lock import ProjectLock

        self._lock = ProjectLock(self.root, self.clock, command, self.environ.get("REDUN_BUILD_ROOT", ""))
        self._lock.acquire(wait)

    def store(self, notice: Callable[[str], None]) -> SqliteStore:
        """The database; made when it is not there."""
        if self._store is None:
            from redo_py.store.sqlite import SqliteStore

            self._store = SqliteStore(f"{STATE}/state.db", self.clock, notice)
        return self._store

    def modules(self) -> Modules:
        """The project's Python modules."""
        if self._modules is None:
            from redo_py.front.modules import Project as Modules
            from redo_py.tasks.task import Task

            packages = self.settings.packages
            self._modules = Modules(self.root, lambda value: isinstance(value, Task), packages).open()
        return self._modules

    @property
    def opened_modules(self) -> Modules | None:
        """The project's modules, None when nothing has asked for them."""
        return self._modules

    def close(self) -> None:
        """Give everything back; may be called twice."""
        self.artifacts.close()
        if self._modules is not None:
            self._modules.close()
            self._modules = None
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

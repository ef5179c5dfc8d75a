"""The windows of a redunfile, opened on the real world; what was seen through them is kept for the snapshot."""

from __future__ import annotations

import os
from stat import S_IFBLK, S_IFCHR, S_IFIFO, S_IFMT, S_IFSOCK

from redo_py.files.globbing import glob
from redo_py.front.literals import kind_of, read_constant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.app.tasks import NamedTask, ProjectTasks
    from redo_py.config.settings import Settings
    from redo_py.files.api import Stamp
    from redo_py.files.local import LocalFiles
    from redo_py.front.literals import Found
    from redo_py.front.modules import Project
    from redo_py.ground.spans import Span

EXECUTORS = ("command", "thread")  # what `executor=` can name
ODDITIES = {S_IFIFO: "a named pipe", S_IFSOCK: "a socket", S_IFCHR: "a device", S_IFBLK: "a device"}


class ProjectHost:
    """The Host of the redunfile language for the project at `root`."""

    def __init__(
        self,
        root: str,
        files: LocalFiles,
        settings: Settings,
        environ: Mapping[str, str],
        overrides: Mapping[str, str],
        tasks: ProjectTasks,
        open_project: Callable[[], Project],
    ) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._files = files
        self._settings = settings
        self._environ = environ
        self._tasks = tasks
        self._open_project = open_project
        self.overrides = overrides
        self.system = f"{os.uname().sysname} {os.uname().machine}"
        self.tools = settings.tools
        self.executors = EXECUTORS
        self.passed = {name: environ[name] for name in settings.pass_env if name in environ}
        self.stamps: list[Stamp] = []  # of files whose content decided something
        self.no_files: list[str] = []  # paths that were asked for and are no regular files

    def env(self, name: str) -> str | None:
        """The environment variable, None if it is not set."""
        return self._environ.get(name)

    def glob(self, pattern: str, exclude: Sequence[str]) -> list[str]:
        """The existing files that match, sorted bytewise."""
        return glob(self._root, pattern, exclude).paths

    def is_file(self, path: str) -> bool:
        """Is there a regular file at `path`?"""
        if os.path.isfile(os.path.join(self._root, path)):
            return True
        self.no_files.append(path)
        return False

    def real_folder(self, folder: str) -> str:
        """The folder that `folder` is when links are followed; absolute if that is outside of the project."""
        real = os.path.realpath(os.path.join(self._real_root, folder))
        if real == self._real_root:
            return ""
        return real.removeprefix(self._real_root + "/")

    def oddity(self, path: str) -> str:
        """What lies at `path` if it is neither a file nor a folder; else ""."""
        try:
            mode = os.stat(os.path.join(self._root, path)).st_mode
        except OSError:
            return "a link that leads nowhere" if os.path.islink(os.path.join(self._root, path)) else ""
        return ODDITIES.get(S_IFMT(mode), "")

    def read_text(self, path: str) -> str:
        """The text of a source file; raises OSError."""
        stamp, content = self._files.read(path)
        if not stamp.digest:
            raise FileNotFoundError(path)
        self.stamps.append(stamp)
        return content.decode("utf-8", "surrogateescape")

    def setting(self, name: str) -> Any:
        """`name` of `[config]` in redun.toml, None if it is not there."""
        return self._settings.config.get(name)

    def constant(self, module: str, name: str, span: Span) -> Any:
        """The literal that `name` of `module` is bound to; raises UsageError if it is anything else."""
        return read_constant(self._open_project(), module, name, span)

    def function_kind(self, module: str, name: str, span: Span) -> Found | None:
        """What kind of function `name` of `module` is, without importing it; None if it is none."""
        found = kind_of(self._open_project(), module, name)
        return found if found.kind in ("task", "function") else None

    def task(self, module: str, name: str, options: Mapping[str, Any], span: Span) -> NamedTask:
        """The task for `name` of `module`, imported now; a plain function is wrapped with `options`."""
        return self._tasks.use(module, name, options)

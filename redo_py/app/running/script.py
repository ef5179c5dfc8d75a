"""The file or module that `redun run` names, imported, and the tasks that it has."""

from __future__ import annotations

import os
import sys

from redo_py.front.modules import package_of
from redo_py.ground.errors import UsageError
from redo_py.tasks.task import REGISTRY, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from redo_py.app.running.workspace import RunWorkspace

ENDING = ".py"


class Script:
    """An imported module with tasks."""

    def __init__(self, workspace: RunWorkspace, named: str, folder: str = "") -> None:
        """A relative path, and a module, is looked for from `folder`; "" for where the user stands."""
        self.named = named  # as the user wrote it
        self.module: ModuleType = load(workspace, named, folder or workspace.folder)

    def tasks(self) -> dict[str, Task]:
        """Its tasks by the names that the command line knows them by, in the order of their definition: all that the
        module binds or defines, its own first."""
        bound = [task for task in vars(self.module).values() if isinstance(task, Task)]
        own = [task for task in (*bound, *REGISTRY.values()) if task.module == self.module.__name__]
        found: dict[str, Task] = {}
        for task in (*own, *bound):
            found.setdefault(task.name, task)
        return found

    def task(self, name: str) -> Task:
        """The task of that name, with or without its namespace; raises UsageError."""
        tasks = self.tasks()
        found = tasks.get(name) or REGISTRY.get(name)
        if found is None:
            raise UsageError("no-such-task", script=self.named, name=name, hint=self._advice(name, tasks))
        return found

    def _advice(self, name: str, tasks: dict[str, Task]) -> str:
        from difflib import get_close_matches

        close = get_close_matches(name, [*tasks, *REGISTRY], 1)
        if close:
            return f"did you mean `{close[0]}`?"
        return f"it has {', '.join(sorted(tasks))}" if tasks else "it has no tasks: `@task` above a function makes one"


def load(workspace: RunWorkspace, named: str, folder: str) -> ModuleType:
    """Import the file or module `named`. The folder of a file, and for a module `folder`, comes first where the run
    looks for modules, as in any Python program. Raises UsageError, also if anything but the file would run."""
    modules = workspace.modules()
    if not named.endswith(ENDING) and "." in named and os.path.isfile(os.path.join(folder, named)):
        raise UsageError("not-a-script", path=named)
    if not named.endswith(ENDING) and "/" not in named and all(named.split(".")):
        import_from(workspace, folder)
        return modules.load(named)
    path = os.path.abspath(os.path.join(folder, named))
    if not os.path.isfile(path):
        from redo_py.app.nearby import nearby

        hint = nearby(named, folder, os.path.isfile) or "`redun run` takes a Python file, or the name of a module"
        raise UsageError("no-such-script", path=named, hint=hint)
    top, name = package_of(path)
    import_from(workspace, top)
    other = file_of(name)
    if other not in ("", path) and modules.territory.owns(path) and not modules.has_read(other):
        del sys.modules[name]  # of another project, for which this process has worked before
    loaded = modules.load(name)
    other = file_of(name)
    if other != path and not (other and os.path.samefile(other, path)):
        raise UsageError("script-hidden", path=named, module=name, other=other or "a folder of that name")
    return loaded


def file_of(module: str) -> str:
    """The file that a module was imported from; "" if it was not, or from none."""
    file = getattr(sys.modules.get(module), "__dict__", {}).get("__file__")
    return file if isinstance(file, str) else ""


def import_from(workspace: RunWorkspace, folder: str) -> None:
    """Let `folder` come first where modules are looked for, here and in workers."""
    workspace.modules().lead(folder)
    workspace.import_paths.insert(0, folder)

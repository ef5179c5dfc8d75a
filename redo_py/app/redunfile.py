"""The redunfile of a project, read and loaded, with what it was read under."""

from __future__ import annotations

from redo_py.app.host import ProjectHost
from redo_py.app.tasks import ProjectTasks
from redo_py.app.trees import parsed
from redo_py.config.home import cache_folder
from redo_py.front.redunfile.load import load
from redo_py.front.redunfile.planner import Planner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.app.project import Project
    from redo_py.files.api import Stamp
    from redo_py.front.redunfile.declared import Redunfile


class OpenRedunfile:
    """A loaded redunfile with its planner and what it was read under."""

    def __init__(self, project: Project, overrides: dict[str, str]) -> None:
        self.tasks = ProjectTasks(project.modules)
        self.host = ProjectHost(
            project.root, project.files, project.settings, project.environ, overrides, self.tasks, project.modules
        )
        self.stamp, content = project.files.read(project.file)
        tree = parsed(project.file, content, cache_folder(project.environ))
        self.redunfile: Redunfile = load(tree, content.decode("utf-8", "surrogateescape"), self.host, project.file)
        self.planner = Planner(self.redunfile, self.host)
        self.sources: dict[str, Stamp] = {}  # what the sources of the plan held before any work

    @property
    def stamps(self) -> list[Stamp]:
        """Of every file whose content the plan rests on, inputs of commands left aside."""
        return [self.stamp, *self.host.stamps]

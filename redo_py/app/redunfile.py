"""The redunfiles of a project, read and loaded, with what they were read under."""

from __future__ import annotations

import os

from redo_py.app.host import ProjectHost
from redo_py.app.tasks import ProjectTasks
from redo_py.app.trees import Trees
from redo_py.config.home import cache_folder
from redo_py.config.root import REDUNFILE
from redo_py.front.redunfile.evaluation.unit import FILE
from redo_py.front.redunfile.loading.load import load
from redo_py.front.redunfile.names.labels import label, split_label, upward
from redo_py.front.redunfile.planning.planner import Planner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.app.project import Project
    from redo_py.files.api import Stamp
    from redo_py.front.modules import Project as Modules
    from redo_py.front.redunfile.evaluation.declared import Redunfile


class OpenRedunfile:
    """The loaded redunfile of the root, those that it includes, their planner, and what they were read under."""

    def __init__(self, project: Project, overrides: dict[str, str]) -> None:
        self._project = project
        self.tasks = ProjectTasks(self._modules)
        trees = Trees(cache_folder(project.environ))
        self.host = ProjectHost(
            project.root, project.files, project.settings, project.layers, project.environ,
            labelled(overrides, project), self.tasks, project.modules, trees,
        )  # fmt: skip
        self.stamp, content = project.files.read(project.file)
        try:
            tree = trees.parsed(project.file, content)
            text = text_of(project.file, content)
            self.redunfile: Redunfile = load(tree, text, self.host, project.file)
        finally:
            trees.save()
        self.planner = Planner(self.redunfile, self.host)
        self.sources: dict[str, Stamp] = {}  # what the sources of the plan held before any work

    def _modules(self) -> Modules:
        """The project's modules, to import tasks from: what they ask by built-in names is answered as it was here."""
        from redo_py.front.embedded.answers import answer_by

        answer_by(self.redunfile)
        return self._project.modules()

    @property
    def stamps(self) -> list[Stamp]:
        """Of every file whose content the plan rests on, inputs of commands left aside."""
        return [self.stamp, *self.host.stamps]

    def seen_into(self) -> set[str]:
        """What redunfiles have looked into: tables, documents, modules with constants."""
        return {*(stamp.path for stamp in self.host.stamps), *self.host.borrowed_from()} - {*self.redunfile.files()}


def labelled(overrides: dict[str, str], project: Project) -> dict[str, str]:
    """`overrides` by labels: `:mode` is `mode` of the redunfile at hand, `//:mode` the root's, as `mode` is."""
    here = project.here if any(name[:1] == ":" for name in overrides) else ""
    at_hand = next((each for each in upward(here) if os.path.isfile(f"{project.root}/{each}/{FILE}")), "")
    written = {name: split_label(name, at_hand) for name in overrides}
    return {label(*(written[name] or ("", name))): value for name, value in overrides.items()}


def text_of(file: str, content: bytes) -> str:
    """The text of a redunfile, or of a module in the encoding that it names."""
    if file == REDUNFILE:
        return content.decode("utf-8", "surrogateescape")
    from redo_py.tasks.reading.sources import decode

    return decode(content)

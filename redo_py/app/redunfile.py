"""The redunfile of a project, read: its syntax tree is remembered by the content of the file."""

from __future__ import annotations

from redo_py import __version__
from redo_py.app.host import ProjectHost
from redo_py.app.tasks import ProjectTasks
from redo_py.config.home import cache_folder
from redo_py.config.root import STATE
from redo_py.files.sealed import read_sealed, write_sealed
from redo_py.front.redunfile.frozen import freeze, thaw
from redo_py.front.redunfile.load import load
from redo_py.front.redunfile.planner import Planner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.app.project import Project
    from redo_py.files.api import Stamp
    from redo_py.front.redunfile.declared import Redunfile
    from redo_py.front.redunfile.syntax import Module

MAGIC = b"redunP\x01\x00"


class OpenRedunfile:
    """A loaded redunfile with its planner and what it was read under."""

    def __init__(self, project: Project, overrides: dict[str, str]) -> None:
        self.tasks = ProjectTasks(project.modules)
        self.host = ProjectHost(
            project.root, project.files, project.settings, project.environ, overrides, self.tasks, project.modules
        )
        self.stamp, content = project.files.read(project.file)
        tree = parsed(project.file, content, cache_folder(project.environ) or STATE)
        self.redunfile: Redunfile = load(tree, content.decode("utf-8", "surrogateescape"), self.host, project.file)
        self.planner = Planner(self.redunfile, self.host)
        self.sources: dict[str, Stamp] = {}  # what the sources of the plan held before any work

    @property
    def stamps(self) -> list[Stamp]:
        """Of every file whose content the plan rests on, inputs of commands left aside."""
        return [self.stamp, *self.host.stamps]


def parsed(file: str, content: bytes, tables: str) -> Module:
    """The syntax tree of a redunfile; raises ErrorList. Lark is loaded only if the file has changed.

    `tables` is a folder where the parser keeps what it works out from the grammar, once for all projects.
    """
    place = f"{STATE}/parsed"
    key = f"{__version__} {file}".encode() + b"\0" + content
    kept = read_sealed(place, MAGIC)
    if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == key:
        tree = thaw(kept[1])
        if tree is not None:
            return tree
    from redo_py.front.redunfile.parse import parse_bytes

    module = parse_bytes(content, file, tables)
    write_sealed(place, MAGIC, (key, freeze(module)))
    return module

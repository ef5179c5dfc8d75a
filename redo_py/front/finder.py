"""The project's place in Python's import system: a finder before all others, and the loader of what it finds."""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, ModuleType

    from redo_py.front.territory import Territory
    from redo_py.tasks.reading.sources import Source

    Read = Callable[[str, str], Source]  # (path, module) -> the file, the same each time


class Finder:
    """Finds the modules of one project; leaves all others to the finders behind it."""

    def __init__(self, territory: Territory, read: Read) -> None:
        self.territory = territory
        self.read = read

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a Python file of the project; None for anything else, packages without `__init__.py` included."""
        if path is None and fullname in sys.stdlib_module_names:
            return self._standard(fullname)
        folders = self.territory.folders() if path is None else [os.path.abspath(entry) for entry in path]
        file = self.territory.locate_in(
            (folder for folder in folders if self.territory.owns(os.path.join(folder, "x"))),
            fullname.rpartition(".")[2],
        )
        if file is None:
            return None
        spec = ModuleSpec(fullname, Loader(self.read, fullname, file), origin=file)
        spec.has_location = True
        if file.endswith(os.sep + "__init__.py"):
            spec.submodule_search_locations = [os.path.dirname(file)]
        return spec

    def _standard(self, name: str) -> ModuleSpec | None:
        """A module of the standard library is never one of the project, whatever lies in the root."""
        if name in sys.builtin_module_names or not os.path.exists(os.path.join(self.territory.root, name + ".py")):
            return None
        own = set(self.territory.folders())
        return PathFinder.find_spec(name, [entry for entry in sys.path if entry and os.path.abspath(entry) not in own])


class Loader(SourceFileLoader):
    """Compiles a module from the very bytes that its Source keeps for hashing."""

    def __init__(self, read: Read, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self.read = read

    def get_code(self, fullname: str) -> CodeType:
        """Compiled now, never taken from a .pyc; raises SyntaxError, OSError."""
        source = self.read(self.path, fullname)
        source.is_checked = True
        return compile(source.data, source.path, "exec", dont_inherit=True)

    def get_source(self, fullname: str) -> str:
        """The text as it was when it was compiled, for tracebacks and `inspect`."""
        return self.read(self.path, fullname).text

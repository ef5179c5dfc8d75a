"""Which files are the project's own, and which module each of them is."""

from __future__ import annotations

import os
import sys

import redo_py

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FOREIGN_FOLDERS = frozenset({".redun", ".git", "__pycache__", "site-packages", "dist-packages", "node_modules"})


class Territory:
    """The files below a root, without virtual environments, installed packages and what redun and git keep there."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.absent: set[str] = set()  # paths relative to the root whose appearance would change what a module is
        self._foreign = {os.path.dirname(redo_py.__file__): True}  # by folder; redun's own code is not a user's

    def owns(self, path: str) -> bool:
        """Whether an absolute path belongs to the project."""
        below = path.startswith(self.root + os.sep)
        return below and not self._is_foreign(os.path.dirname(path))

    def _is_foreign(self, folder: str) -> bool:
        if len(folder) <= len(self.root):
            return False
        if folder not in self._foreign:
            own = os.path.basename(folder) in _FOREIGN_FOLDERS or os.path.exists(os.path.join(folder, "pyvenv.cfg"))
            self._foreign[folder] = own or self._is_foreign(os.path.dirname(folder))
        return self._foreign[folder]

    def shown(self, path: str) -> str:
        """`path` relative to the root if it lies below it."""
        return os.path.relpath(path, self.root) if path.startswith(self.root + os.sep) else path

    def folders(self) -> list[str]:
        """Where top-level modules of the project are searched: the root, and entries of sys.path below it."""
        entries = [os.path.abspath(entry) for entry in sys.path if entry]
        return [self.root, *(entry for entry in entries if self.owns(os.path.join(entry, "x")) and entry != self.root)]

    def module_at(self, path: str) -> str:
        """The dotted name under which the file of a module is imported."""
        inside = [folder for folder in self.folders() if path.startswith(folder + os.sep)]
        parts = os.path.relpath(path, max(inside, key=len)).removesuffix(".py").split(os.sep)
        return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)

    def locate_in(self, folders: Iterable[str], name: str) -> str | None:
        """The first of the folders' `name/__init__.py` and `name.py` that exists; others on the way count as absent."""
        absent: list[str] = []
        for folder in folders:
            for path in (os.path.join(folder, name, "__init__.py"), os.path.join(folder, name + ".py")):
                if self.owns(path) and os.path.isfile(path):
                    self.absent.update(absent)
                    return path
                absent.append(self.shown(path))
        self.absent.update(absent)
        return None

    def module_names(self) -> Iterator[str]:
        """The dotted names of all modules of the project, for suggestions."""
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if name.isidentifier() and not self._is_foreign(f"{folder}/{name}")]
            for name in files:
                if name.endswith(".py"):
                    yield self.module_at(os.path.join(folder, name))

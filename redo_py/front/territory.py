"""Which files are the project's own, and which module each of them is."""

from __future__ import annotations

import os
import sys

import redo_py

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OWN = os.path.dirname(redo_py.__file__)
_STANDARD = os.path.dirname(os.__file__)
_FOREIGN_FOLDERS = frozenset({".redun", ".git", "__pycache__", "site-packages", "dist-packages", "node_modules"})


class Territory:
    """The files below a root, without virtual environments, installed packages and what redun and git keep there; and
    those below other folders that were added, likewise."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._roots = [root.rstrip("/")]  # this one first
        self._first: list[str] = []  # folders that come before the root where modules are searched
        self.absent: set[str] = set()  # paths relative to the root whose appearance would change what a module is
        self._foreign: dict[tuple[str, str], bool] = {}  # by folder and root; redun's own code is not a user's

    def owns(self, path: str) -> bool:
        """Whether an absolute path belongs to the project."""
        folder = os.path.dirname(path)
        return any(path.startswith(f"{root}/") and not self._is_foreign(folder, root) for root in self._roots)

    def add(self, folder: str) -> None:
        """From now on what is below `folder` belongs to the project, too."""
        if not self.owns(os.path.join(folder, "x")):
            self._roots.append(folder.rstrip("/"))

    def put_first(self, folder: str) -> None:
        """From now on modules are searched in `folder` first of all, and what is below it belongs to the project."""
        self.add(folder)
        self._first.insert(0, folder.rstrip("/") or "/")

    def is_users(self, path: str) -> bool:
        """Whether the absolute path of a Python file is neither of an installed package nor of Python itself."""
        folder = os.path.dirname(path)
        return not f"{folder}/".startswith((f"{_STANDARD}/", f"{_OWN}/")) and not self._is_foreign(folder, "")

    def _is_foreign(self, folder: str, root: str) -> bool:
        if len(folder) <= len(root):
            return False
        key = (folder, root)
        if key not in self._foreign:
            self._foreign[key] = (
                folder == _OWN
                or os.path.basename(folder) in _FOREIGN_FOLDERS
                or os.path.exists(os.path.join(folder, "pyvenv.cfg"))
                or (folder != "/" and self._is_foreign(os.path.dirname(folder), root))
            )
        return self._foreign[key]

    def shown(self, path: str) -> str:
        """`path` relative to the root if it lies below it."""
        return os.path.relpath(path, self.root) if path.startswith(self.root + os.sep) else path

    def folders(self) -> list[str]:
        """Where top-level modules of the project are searched: what was put first, the root, and entries of sys.path
        below it."""
        entries = [os.path.abspath(entry) for entry in sys.path if entry]
        own = [entry for entry in entries if self.owns(os.path.join(entry, "x"))]
        return list(dict.fromkeys((*self._first, self.root, *self._roots[1:], *own)))

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
            folders[:] = [
                name for name in folders if name.isidentifier() and not self._is_foreign(f"{folder}/{name}", self.root)
            ]
            for name in files:
                if name.endswith(".py"):
                    yield self.module_at(os.path.join(folder, name))

"""One redunfile of a project: where it lies, and what is its own.

The texts of paths in it are relative to its folder. A File knows its path from the root, wherever it is used; a text
that is made of one is relative to the folder of the redunfile that makes it.
"""

from __future__ import annotations

from redo_py.front.redunfile.names.globs import escaped
from redo_py.front.redunfile.names.labels import label
from redo_py.front.redunfile.names.paths import relative
from redo_py.ir.paths import rooted
from redo_py.values.file import normal_path

FILE = "redunfile.py"  # what one that is included is called

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.scopes import Scope
    from redo_py.ground.spans import Span


class Unit:
    """What one redunfile has for itself; what it shares with the others is in `declared.Redunfile`."""

    __slots__ = ("defaults", "doc", "file", "folder", "includes", "is_loaded", "lines", "scope", "variables")

    def __init__(self, folder: str, file: str, lines: list[str], doc: str, scope: Scope) -> None:
        self.folder = folder  # relative to the root, which is ""
        self.file = file  # as shown to the user: from the root
        self.lines = lines  # of its source, for carets
        self.doc = doc
        self.scope = scope  # the top-level names
        self.includes: dict[str, None] = {}  # folders whose redunfiles it includes, or imports from
        self.is_loaded = False  # whether all of it has been evaluated
        self.defaults: list[tuple[Any, Span]] | None = None  # None without a `default(...)`
        self.variables: dict[str, None] = {}  # environment variables that the top level reads by `env()`

    def path(self, text: str) -> str:
        """The path that `text` means here, from the root; "." for the root itself."""
        if self.folder or text[:1] == "/":
            return rooted(text, self.folder)
        return normal_path(text)

    def pattern(self, text: str) -> str:
        """A pattern of outputs from the root: `text` with the folder before it, taken literally."""
        if text[:2] == "//":
            return text.lstrip("/")
        if not self.folder or text[:1] == "/" or not text.strip("/"):
            return text
        return f"{self.folder.replace('{', '{{').replace('}', '}}')}/{text}"

    def glob(self, text: str) -> str:
        """A glob from the root: `text` with the folder before it, taken literally."""
        return rooted(text, escaped(self.folder))

    def shown(self, path: str) -> str:
        """`path`, which is from the root, as a text of this redunfile."""
        return relative(path, self.folder)

    def label(self, name: str) -> str:
        """The name by which others know its target `name`."""
        return label(self.folder, name)

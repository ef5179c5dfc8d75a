"""The text of one file of the project, as it was when it was read, and what is made from it once."""

from __future__ import annotations

import _ast

from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span
from redo_py.tasks.reading.annotations import syntax_tree
from redo_py.tasks.reading.bindings import Bindings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.tasks.reading.parts import Home, Node
    from redo_py.tasks.reading.scopes import Chain, FunctionNode, Import


class Source:
    """One Python file. `compile(source.data, ...)` is what runs and `source.tree` is what is hashed: the same bytes."""

    __slots__ = (
        "_bindings",
        "_text",
        "_tree",
        "data",
        "functions",
        "homes",
        "is_checked",
        "is_package",
        "module",
        "nodes",
        "path",
        "shown",
        "signature",
    )

    def __init__(self, path: str, shown: str, module: str, data: bytes, signature: tuple[int, ...] = ()) -> None:
        self.path = path  # absolute; `co_filename` of what was compiled from it
        self.shown = shown  # relative to the project's root
        self.module = module  # dotted name; of `pkg/__init__.py` it is `pkg`
        self.is_package = path.endswith(("/__init__.py", "\\__init__.py"))
        self.data = data
        self.is_checked = False  # whether what runs in this process is known to have been compiled from `data`
        self.signature = signature  # of the file as it was read, as in files.api.Signature
        self.nodes: dict[str, Node] = {}  # name of the module -> what reaching it means; filled by code.reach
        self.homes: dict[Chain, Home] = {}  # what a chain from a name of the module is bound to; filled by code.reach
        self.functions: dict[tuple[str, int], list[FunctionNode]] | None = None  # filled by task.locate
        self._tree: _ast.Module | None = None
        self._bindings: Bindings | None = None
        self._text: str | None = None

    @property
    def tree(self) -> _ast.Module:
        """The syntax tree; raises UsageError if the text is no Python."""
        if self._tree is None:
            try:
                self._tree = syntax_tree(self.data, self.path, "exec")
            except (SyntaxError, ValueError) as error:
                raise self.syntax_error(error) from None
        return self._tree

    def syntax_error(self, error: SyntaxError | ValueError) -> UsageError:
        """What `compile` said of this file, as the user is told."""
        line, column = (error.lineno, error.offset) if isinstance(error, SyntaxError) else (1, 1)
        span = Span(self.shown, line or 1, max(column or 1, 1))
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        return UsageError("module-syntax", span=span, source=self.line(span.line), message=message)

    @property
    def bindings(self) -> Bindings:
        """Which statements bind and change each name; raises what `tree` raises."""
        if self._bindings is None:
            self._bindings = Bindings(self.tree)
        return self._bindings

    @property
    def text(self) -> str:
        """The decoded text with `\\n` line ends; bytes that the declared encoding cannot read become U+FFFD."""
        if self._text is None:
            self._text = decode(self.data)
        return self._text

    def line(self, number: int) -> str | None:
        """Line `number` (from 1) without its end; None if there is none."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else None

    def absolute(self, target: Import) -> str:
        """The dotted name of the module that an import in this file names; "" if its dots lead out of the top."""
        if target.level == 0:
            return target.module
        package = self.module.split(".") if self.module else []
        if not self.is_package:
            package = package[:-1]
        if target.level > len(package):
            return ""
        kept = package[: len(package) - target.level + 1]
        return ".".join([*kept, target.module] if target.module else kept)


def decode(data: bytes) -> str:
    """Source bytes as text, by their BOM or coding line."""
    encoding = "utf-8-sig"
    if b"coding" in b"\n".join(data.split(b"\n", 2)[:2]):
        encoding = _declared_encoding(data)
    return data.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")


def _declared_encoding(data: bytes) -> str:
    from io import BytesIO
    from tokenize import detect_encoding

    try:
        return detect_encoding(BytesIO(data).readline)[0]
    except SyntaxError:
        return "utf-8-sig"

"""The text of one top-level statement of a module, and what our parser makes of it, at the module's own places."""

from __future__ import annotations

from redo_py.front.redunfile.grammar.parse import read_piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast
    from typing import Any

    from redo_py.tasks.reading.sources import Source


class Slices:
    """Cuts and parses statements of one module."""

    def __init__(self, source: Source, cache_dir: str | None) -> None:
        self._source = source
        self._cache_dir = cache_dir
        self.lines = source.text.split("\n")

    def parsed(self, statement: _ast.stmt) -> tuple[Any, ...]:
        """The nodes of the redunfile language for a statement. Raises UsageError if it is not in the language."""
        text, line, column = self.text(statement)
        return read_piece(text, line, column, self._source.text, self._source.shown, self._cache_dir)

    def text(self, statement: _ast.stmt) -> tuple[str, int, int]:
        """(text with its decorators and a line end, line, column) of a statement; other statements may stand on its
        lines."""
        line, column = self.start(statement)
        last = statement.end_lineno or line
        lines = self.lines[line - 1 : last]
        lines[-1] = lines[-1].encode()[: statement.end_col_offset].decode()
        lines[0] = lines[0][column - 1 :]
        return "\n".join(lines) + "\n", line, column

    def start(self, statement: _ast.stmt) -> tuple[int, int]:
        """Line and column, both from 1, of a statement; with decorators that of the first `@`."""
        decorators = getattr(statement, "decorator_list", ())
        if not decorators:
            return self.place(statement)
        line, column = self.place(decorators[0])
        before = self.lines[line - 1][: column - 1]
        while "@" not in before:  # the decorator's name may stand on a later line, behind a backslash
            line -= 1
            before = self.lines[line - 1]
        return line, before.rindex("@") + 1

    def place(self, node: Any) -> tuple[int, int]:
        """Line and column, both from 1, of a node of Python's tree; it counts bytes of UTF-8, we count characters."""
        before = self.lines[node.lineno - 1].encode()[: node.col_offset]
        return node.lineno, len(before.decode("utf-8", "replace")) + 1

"""Where an expression was written, kept so that it costs nothing: the code that made it, and how far that had come."""

from __future__ import annotations

from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    Site = tuple[CodeType, int]  # code, and offset of the instruction that it was at


def span_of(site: Site) -> Span:
    """The place in the source text that `site` stands for; its file is the one that the code was compiled from."""
    code, offset = site
    for number, (line, end_line, column, end_column) in enumerate(code.co_positions()):
        if number * 2 == offset and line is not None:
            return Span(code.co_filename, line, (column or 0) + 1, end_line or line, (end_column or 0) + 1)
    return Span(code.co_filename, code.co_firstlineno, 1)

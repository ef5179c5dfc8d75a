"""Places in source text."""

from __future__ import annotations


class Span:
    """A stretch of one source file; lines and columns count from 1, columns in characters, the end is exclusive."""

    __slots__ = ("column", "end_column", "end_line", "file", "line")

    def __init__(self, file: str, line: int, column: int, end_line: int = 0, end_column: int = 0) -> None:
        self.file = file  # as shown to the user: relative to the project's root where it lies below it
        self.line = line
        self.column = column
        self.end_line = end_line or line
        self.end_column = end_column or column + 1

    def __repr__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.as_tuple() == other.as_tuple()

    def __hash__(self) -> int:
        return hash(self.as_tuple())

    def as_tuple(self) -> tuple[str, int, int, int, int]:
        """The five fields in the order of the constructor, for wire formats."""
        return (self.file, self.line, self.column, self.end_line, self.end_column)

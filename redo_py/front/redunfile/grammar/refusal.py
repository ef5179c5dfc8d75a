"""The signal that a text is not a redunfile, before it knows its file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn, Protocol

    class Placed(Protocol):
        """A token or a node."""

        @property
        def line(self) -> int | None: ...
        @property
        def column(self) -> int | None: ...


class Refusal(Exception):
    """One thing wrong at one place; `parse` turns it into a UsageError with its file and source line."""

    def __init__(self, code: str, line: int, column: int, /, **words: object) -> None:
        super().__init__(code)
        self.code = code  # an entry of the catalogue
        self.line = line
        self.column = column
        self.words: dict[str, Any] = words  # what fills the entry's braces


def refuse(code: str, place: Placed, /, **words: object) -> NoReturn:
    """Raise a Refusal at the first character of `place`."""
    raise Refusal(code, place.line or 1, place.column or 1, **words)

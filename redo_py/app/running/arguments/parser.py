"""Parser: how a value of one annotation is written."""

from __future__ import annotations

from redo_py.app.running.arguments import scalars

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Parser:
    """How a value of one annotation is written on a command line."""

    __slots__ = ("choices", "metavar", "read", "reads_words", "wanted")

    def __init__(
        self,
        metavar: str,
        wanted: str,
        read: Callable[[Any], Any],
        reads_words: bool = False,
        choices: Sequence[str] = (),
    ) -> None:
        self.metavar = metavar  # what help shows in the place of the value
        self.wanted = wanted  # what must be written there
        self.read = read  # of a text, or of JSON's data; if `reads_words` also of a list of texts. Raises Misfit
        self.reads_words = reads_words
        self.choices = choices  # all that may be written, if that is few

    def __repr__(self) -> str:
        return f"Parser({self.metavar})"


TEXT = Parser("TEXT", "a text", scalars.text)
DATA = Parser("JSON", "JSON", scalars.anything)

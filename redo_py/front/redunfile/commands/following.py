"""Where the commands of one text run: `cd` is followed as far as the text shows where it leads.

A `cd` in a subshell ends with it. One whose end only a shell can tell (`cd "$X"`, `cd ~`, `cd`) leads nowhere that is
known here, and so does what is relative to that.
"""

from __future__ import annotations

from redo_py.front.redunfile.commands.shell import HOLE
from redo_py.ir.commands import SAFE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.front.redunfile.commands.shell import Word

    Leg = tuple[tuple[str, ...], tuple[int, ...]]  # what `cd` is given: texts, and the numbers of the holes between
    Way = tuple[Leg, ...]  # from where the text starts; NOWHERE is known by what it is, not by what it holds

NOWHERE: Way = (((), ()),)
MOVES = ("cd", "pushd", "popd")
_PLAIN = SAFE | {HOLE}


class Follower:
    """Reads the words of one text in order; `way` says where the next one is."""

    __slots__ = ("_before", "_here", "_open", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._here: dict[tuple[int, ...], Way] = {(): ()}  # subshell -> where it is; inner ones begin where they stand
        self._before: dict[tuple[int, ...], Way] = {}  # subshell -> where it was before that: what `cd -` leads to
        self._open: tuple[Word, list[Word]] | None = None  # the `cd` being read, and its arguments

    def way(self, word: Word) -> Way:
        """Where `word` is; words come in the order of the text."""
        if self._open is not None:
            mover, arguments = self._open
            if word.role == "argument" and word.shell == mover.shell and not self._is_over(word):
                arguments.append(word)
            elif not arguments or word.start >= arguments[-1].end:  # else it stands inside an argument
                self._open = None
                self._move(mover, arguments)
        if word.role == "command" and word.literal in MOVES:
            self._open = (word, [])
        return self._at(word.shell)

    def _is_over(self, word: Word) -> bool:
        """Has the command that moves ended before `word`?"""
        mover, arguments = self._open or (word, [])
        between = self._text[(arguments[-1] if arguments else mover).end : word.start]
        return any(char in between for char in ";&|\n")

    def _at(self, shell: tuple[int, ...]) -> Way:
        while shell not in self._here:
            shell = shell[:-1]
        return self._here[shell]

    def _move(self, mover: Word, arguments: Sequence[Word]) -> None:
        """Take in that a command has moved its shell."""
        shell = mover.shell
        start = self._at(shell)
        words = [word for word in arguments if word.literal not in ("--", "-P", "-L")]
        if mover.literal == "popd" or (len(words) == 1 and words[0].literal == "-"):
            end = self._before.get(shell, NOWHERE)
        elif len(words) == 1 and start is not NOWHERE and (leg := self._leg(words[0])) is not None:
            end = (*start, leg)
        else:
            end = NOWHERE
        self._before[shell] = start
        self._here[shell] = end

    def _leg(self, word: Word) -> Leg | None:
        """What a word comes to; None if only a shell can tell."""
        if word.literal is not None:
            return (word.literal,), ()
        text = self._text[word.start : word.end]
        return (tuple(text.split(HOLE)), tuple(word.holes)) if word.holes and _PLAIN.issuperset(text) else None

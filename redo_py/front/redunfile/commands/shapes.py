"""The shape of a command text: all that follows from its literal parts alone, found out once for each text.

A command is cut into segments: text that is copied, holes with the text glued to them, and holes where the shell does
not split words (there only `raw` may stand).
"""

from __future__ import annotations

from redo_py.front.redunfile.commands.following import MOVES, Follower
from redo_py.front.redunfile.commands.shell import HOLE, Run, Scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.front.redunfile.commands.following import Way
    from redo_py.front.redunfile.commands.shell import Word


SPLIT = ("argument", "input", "assignment")  # roles of words that may name a file in a part of them
NAMING = ("command", *SPLIT)  # roles of words that may name a file that is read
_NOT_AS_WRITTEN = frozenset("'\"$`\\*?[{")  # what the shell makes of these is not what is written


class Piece:
    """Holes of one word, with the text around them that a list in one of them repeats."""

    __slots__ = ("holes", "is_alone", "is_part", "is_program", "names", "role", "texts", "way")

    def __init__(self, text: str, run: Run, way: Way) -> None:
        self.holes = [number for number, _ in run.holes]
        places = [place for _, place in run.holes]
        starts = [run.start, *(place + 1 for place in places)]
        self.texts = [text[start:end] for start, end in zip(starts, [*places, run.end], strict=True)]
        self.role = run.word.role  # see shell.Word
        self.way = way  # where the word is
        self.is_part = run.is_part
        self.is_alone = text[run.word.start : run.word.end] == HOLE  # the hole is the whole word
        self.is_program = self.role == "command" and not self.texts[0]  # what the first hole says is what is run
        self.names = self._may_name(text)  # whether texts in the holes can make it the name of a file that is read

    def _may_name(self, text: str) -> bool:
        if self.is_part or self.role not in NAMING or not _NOT_AS_WRITTEN.isdisjoint("".join(self.texts)):
            return False
        if self.texts[0][:1] == "~":
            return False
        return not (self.role == "assignment" and is_written_to(text, self.texts[0].partition("=")[0]))


class Shape:
    """What `Scanner` found, in the form that rendering needs."""

    __slots__ = ("faults", "literals", "segments", "text")

    def __init__(self, texts: Sequence[str], role: str = "command") -> None:
        text = dedented(HOLE.join(texts)) if role == "command" else HOLE.join(texts)
        scanner = Scanner(text, role)
        self.text = text
        self.faults = scanner.faults  # hole -> "inside double quotes" and the like
        self.segments: list[str | Piece | int] = []  # an int is a hole of `faults`
        self.literals: list[tuple[int, str, str, Way]] = []  # (segments before it, text, role or "part", where)
        self._cut(text, scanner)

    def _cut(self, text: str, scanner: Scanner) -> None:
        ways = ways_of(text, scanner.words)
        words = [word for word in sorted(scanner.words, key=lambda word: word.start) if word.literal]
        done = 0
        number = 0
        for run in sorted(scanner.runs, key=lambda run: run.start):
            while words and words[0].start < run.start:
                self._literal(words.pop(0), ways)
            number = self._copy(text[done : run.start], number)
            self.segments.append(Piece(text, run, ways.get(run.word, ())))
            number += len(run.holes)
            done = run.end
        self._copy(text[done:], number)
        for word in words:
            self._literal(word, ways)

    def _literal(self, word: Word, ways: dict[Word, Way]) -> None:
        """Add a literal word behind the segments that are there."""
        literal, way = word.literal or "", ways.get(word, ())
        self.literals.append((len(self.segments), literal, word.role, way))
        if word.role in SPLIT and not (
            word.role == "assignment" and is_written_to(self.text, literal.partition("=")[0])
        ):
            self.literals += [(len(self.segments), part, "part", way) for part in parts_of(literal)]

    def _copy(self, text: str, number: int) -> int:
        """Add text that may contain holes of `faults`; gives the number of the next hole."""
        for index, part in enumerate(text.split(HOLE)):
            if index:
                self.segments.append(number)
                number += 1
            if part:
                self.segments.append(part)
        return number


def parts_of(word: str) -> list[str]:
    """What in a word may be the name of a file although the word is more than that: `a` and `b` of `--use=a,b`, `a` of
    `@a`, of `X=a` and of `1:a`."""
    if "://" in word or not ("=" in word or "," in word or ":" in word or word[:1] == "@"):
        return []
    parts = word.replace("=", ",").replace(":", ",").split(",")
    found = [part.removeprefix("@") for part in parts if part[:1] != "-"]
    return [part for part in found if part != word and any(map(str.isalpha, part))]


def is_written_to(text: str, variable: str) -> bool:
    """Whether a command writes to what `variable` names: `> $X`."""
    import re

    name = re.escape(variable)
    return re.search(rf">\s*\"?\$\{{?{name}\b", text) is not None


def ways_of(text: str, words: Sequence[Word]) -> dict[Word, Way]:
    """Where each of the words of `text` is; nothing for those that are where the text starts."""
    if not any(word.role == "command" and word.literal in MOVES for word in words):
        return {}
    follower = Follower(text)
    return {word: follower.way(word) for word in sorted(words, key=lambda word: word.start)}


def dedented(text: str) -> str:
    """A text of several lines without the white space that all of them begin with, nor empty lines around it. The first
    line follows the opening quotes: its indentation says nothing."""
    first, *lines = text.split("\n")
    if not lines:
        return first.strip(" \t")
    margin = _shared([line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip(" \t")])
    kept = [line.removeprefix(margin) if line.strip(" \t") else "" for line in lines]
    return "\n".join([first.strip(" \t"), *kept]).strip("\n")


def _shared(texts: Sequence[str]) -> str:
    """What all of `texts` begin with."""
    if not texts:
        return ""
    first, last = min(texts), max(texts)
    end = 0
    while end < min(len(first), len(last)) and first[end] == last[end]:
        end += 1
    return first[:end]

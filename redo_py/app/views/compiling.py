"""Which of the commands in a text compile C or one of its relatives, and how each would be called."""

from __future__ import annotations

import posixpath

from redo_py.front.redunfile.commands.following import MOVES, NOWHERE
from redo_py.front.redunfile.commands.shapes import ways_of
from redo_py.front.redunfile.commands.shell import Scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redo_py.front.redunfile.commands.following import Way
    from redo_py.front.redunfile.commands.shell import Word

SUFFIXES = frozenset(".c .C .cc .cp .cpp .CPP .cxx .c++ .m .mm .M .cu .cuh .hip .s .S .i .ii".split())
COMPILERS = frozenset(
    "cc gcc g++ c++ clang clang++ icc icpc icx icpx nvcc hipcc tcc mpicc mpicxx mpic++ emcc em++".split()
)
WRAPPERS = frozenset("ccache sccache distcc icecc env nice time exec command".split())  # name the compiler behind them
COMPILE_ONLY = frozenset(["-c", "-S", "-E", "-fsyntax-only"])
TAKES_WORD = frozenset(  # options whose value is the next word
    "-o -I -D -U -x -include -imacros -isystem -iquote -idirafter -isysroot -iprefix -MF -MT -MQ -L -l -arch -target "
    "-Xclang -Xlinker -Xassembler -Xpreprocessor --param -framework -T -u -z -e -A -b -V -G --sysroot".split()
)


class Call:
    """One program with its arguments."""

    __slots__ = ("folder", "words")

    def __init__(self, words: list[str], folder: str) -> None:
        self.words = words  # unquoted; without those that only a shell can tell
        self.folder = folder  # where it runs, relative to the project's root

    @property
    def sources(self) -> list[str]:
        """The files that it compiles, as they are written; none if it compiles nothing."""
        found = [word for word in self._plain() if posixpath.splitext(word)[1] in SUFFIXES]
        return found if found and self._compiles() else []

    @property
    def output(self) -> str:
        """What `-o` names; "" without one."""
        for word, after in zip(self.words, [*self.words[1:], ""], strict=True):
            if word == "-o":
                return after
            if word.startswith("-o") and not word.startswith("-objc"):
                return word[2:]
        return ""

    def _plain(self) -> Iterator[str]:
        """The words that are neither options nor values of such."""
        skipped = True  # the program
        for word in self.words:
            if not skipped and word[:1] != "-":
                yield word
            skipped = word in TAKES_WORD

    def _compiles(self) -> bool:
        """A compiler is known by its name; an unknown one by telling it to compile, and where to."""
        programs = [word for word in self.words if posixpath.basename(word) not in WRAPPERS and "=" not in word]
        if programs and is_compiler(programs[0]):
            return True
        return not COMPILE_ONLY.isdisjoint(self.words) and bool(self.output)


def is_compiler(program: str) -> bool:
    """Is it a compiler, perhaps one with a version or a platform in its name: `/usr/bin/aarch64-linux-gnu-gcc-12`?"""
    parts = posixpath.basename(program).split("-")
    while parts and parts[-1].replace(".", "").isdigit():
        parts.pop()
    return bool(parts) and parts[-1] in COMPILERS


def calls_in(text: str, folder: str) -> list[Call]:
    """The programs that the command `text` calls in `folder`, in order; `cd` is followed as far as it can be."""
    calls: list[Call] = []
    words = Scanner(text).words
    ways = ways_of(text, words)
    for command in _commands(words):
        if command[0].literal is not None and command[0].literal not in MOVES:
            literals = [word.literal for word in command if word.literal is not None]
            calls.append(Call(literals, _folder(folder, ways.get(command[0], ()))))
    return calls


def _folder(folder: str, way: Way) -> str:
    """Where `way` leads from `folder`; if that is not known, `folder`."""
    if way is NOWHERE or any(holes for _, holes in way):
        return folder
    return posixpath.normpath(posixpath.join(folder, *(texts[0] for texts, _ in way))) if way else folder


def _commands(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of each command: the program, then its arguments. What stands inside another word is left out."""
    command: list[Word] = []
    end = 0
    for word in words:
        if word.start < end:
            continue
        end = word.end
        if word.role == "command":
            if command:
                yield command
            command = [word]
        elif word.role == "argument" and command:
            command.append(word)
    if command:
        yield command

"""Filling the holes of a command: quoting, lists, and what may not stand there.

The text is a list of parts for `ir.commands.render`: str, or (before, lazy value, after).
"""

from __future__ import annotations

from redo_py.front.redunfile.commands.shapes import Piece, Shape
from redo_py.front.redunfile.evaluation.callables import Outputs
from redo_py.front.redunfile.evaluation.kinds import kind_of, text_of
from redo_py.front.redunfile.evaluation.resources import Resource
from redo_py.front.redunfile.evaluation.texts import ArgumentsFile, Raw, Template, arguments_script
from redo_py.front.redunfile.names.paths import joined, relative
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span
from redo_py.ir.commands import SAFE, quote
from redo_py.ir.expression import Expression
from redo_py.values.file import File, PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.front.redunfile.commands.following import Way
    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Node

_PLAIN = SAFE | {" ", "\t"}
_LISTS = (list, tuple, Outputs, range)


class Filler:
    """Fills one command; tells `noticed` what it meets, in the order of the text."""

    __slots__ = ("cwd", "machine", "node", "noticed", "shapes")

    def __init__(self, machine: Machine, node: Node, cwd: str, noticed: Noticed, shapes: dict[Any, Shape]) -> None:
        self.machine = machine
        self.node = node  # where errors are shown
        self.cwd = cwd  # paths are written relative to this folder; "" is the root
        self.noticed = noticed
        self.shapes = shapes  # a memo: texts -> shape

    def fill(
        self, texts: tuple[str, ...], values: Sequence[Any], role: str = "command", folder: str | None = None
    ) -> list[Any]:
        """The parts of the command that has `values` in the holes between `texts`; it starts in `folder`, or where its
        paths count from."""
        start = self.cwd if folder is None else folder
        key = (texts, role)
        shape = self.shapes.get(key)
        if shape is None:
            shape = self.shapes[key] = Shape(texts, role)
        parts: list[Any] = []
        literals = iter(shape.literals)
        literal = next(literals, None)
        for number, segment in enumerate(shape.segments):
            while literal is not None and literal[0] <= number:
                self.noticed.word(literal[1], literal[2], self._folder(literal[3], values, start))
                literal = next(literals, None)
            if isinstance(segment, str):
                parts.append(segment)
            elif isinstance(segment, Piece):
                self._piece(segment, values, parts, start)
            else:
                parts.append(self._unquoted(shape, segment, values))
        while literal is not None:
            self.noticed.word(literal[1], literal[2], self._folder(literal[3], values, start))
            literal = next(literals, None)
        return parts

    def _folder(self, way: Way, values: Sequence[Any], start: str) -> str:
        """Where `way` leads from `start`; if that is not known, `start`."""
        folder = start
        for texts, holes in way:
            found = [self._step(values[hole]) for hole in holes]
            if not texts or None in found:
                return start
            leg = texts[0] + "".join([f"{step}{text}" for step, text in zip(found, texts[1:], strict=True)])
            folder = joined(folder, leg or ".")
        return "" if folder == "." else folder

    def _step(self, value: Any) -> str | None:
        """What stands behind `cd` for the value of a hole; None if that is not known or takes a shell to tell."""
        if isinstance(value, PathLike):
            return relative(value.path, self.cwd)
        return value if isinstance(value, str) else None

    def _piece(self, piece: Piece, values: Sequence[Any], parts: list[Any], start: str) -> None:
        """Add the words of one piece to `parts`."""
        value = values[piece.holes[0]]
        if len(piece.holes) == 1 and type(value) is str:  # nearly every hole is one of these two
            self._check_first_word(piece, value)
            if piece.names:
                self._name(piece, piece.role, [value], start)
            parts.append(f"{piece.texts[0]}{quote(value)}{piece.texts[1]}")
        elif len(piece.holes) == 1 and isinstance(value, PathLike):
            self.noticed.path(value, piece.role)
            if piece.names and not piece.is_alone and isinstance(value, File):
                self._name(piece, piece.role, [value], start)
            parts.append(f"{piece.texts[0]}{self._seen(value, piece.is_program)}{piece.texts[1]}")
        elif piece.is_alone and type(value) is Template:
            if taken := taken_in(value.texts):
                raise self._taken(value, taken)
            parts += self.fill(value.texts, value.values, piece.role, self._folder(piece.way, values, start))
        else:
            self._mixed(piece, [values[hole] for hole in piece.holes], parts, start)

    def _name(self, piece: Piece, role: str, values: Sequence[Any], start: str) -> None:
        """Tell of the word that `values` make up together with what is written around them: it names what it would name
        if all of it were written there."""
        word = piece.texts[0]
        for value, text in zip(values, piece.texts[1:], strict=True):
            word += f"{self._known(value)}{text}"
        self.noticed.filled(word, role, self._folder(piece.way, values, start))

    def _known(self, value: Any) -> Any:
        """What a value that `_is_known` puts into a word."""
        if isinstance(value, File):
            return relative(value.path, self.cwd)
        return text_of(self.machine, value, self.node) if type(value) is Template else value

    def _taken(self, text: Template, taken: str) -> UsageError:
        """The error of an f-string whose own text holds what a shell takes for more than itself."""
        line = text.unit.lines[text.node.line - 1]
        use = self.machine.source(self.node).strip()
        return UsageError(
            "f-string-for-shell", span=Span(text.unit.file, text.node.line, text.node.column), source=line,
            facts=[("used", f"{self.machine.span(self.node)}: {use}")], taken=taken,
        )  # fmt: skip

    def _mixed(self, piece: Piece, values: list[Any], parts: list[Any], start: str) -> None:
        """A piece with a list, a lazy value or several holes."""
        items = [_items(value) for value in values]
        words = [
            [self._word(item, piece.role, piece.is_program and not hole and not n) for n, item in enumerate(each)]
            for hole, each in enumerate(items)
        ]
        lists = [number for number, value in enumerate(values) if isinstance(value, _LISTS) or value is None]
        if len(lists) > 1:
            raise self.machine.error("two-lists", self.node)
        repeated = lists[0] if lists else -1
        count = len(words[repeated]) if lists else 1
        if count != 1 and (piece.role == "assignment" or piece.is_part):
            raise self.machine.error("list-in-assignment" if piece.role == "assignment" else "list-beside", self.node)
        for number in range(count):
            if number:
                parts.append(" ")
            chosen = [number if index == repeated else 0 for index in range(len(values))]
            if piece.names:
                held = [each[at] for each, at in zip(items, chosen, strict=True)]
                if all(map(_is_known, held)) and not (piece.is_alone and isinstance(held[0], File)):
                    role = "argument" if number and piece.role == "command" else piece.role
                    self._name(piece, role, held, start)
            _interleave(piece.texts, [each[at] for each, at in zip(words, chosen, strict=True)], parts)

    def _word(self, value: Any, role: str, is_program: bool) -> Any:
        """The word of one value that is no list: a quoted text or a lazy value."""
        if isinstance(value, str):
            return quote(value)
        if isinstance(value, PathLike):
            self.noticed.path(value, role)
            return self._seen(value, is_program)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return repr(value)
        return self._special(value)

    def _seen(self, value: PathLike, is_program: bool) -> str:
        """The word of a path. A program is not looked for on PATH: what is meant is the file, also where a command runs
        in its folder."""
        path = relative(value.path, self.cwd)
        return quote(f"./{path}" if is_program and "/" not in path else path)

    def _special(self, value: Any) -> Any:
        """One word of the rarer kinds."""
        if isinstance(value, Template):
            text = text_of(self.machine, value, self.node)
            return quote(text) if isinstance(text, str) else self._lazy(text)
        if isinstance(value, Expression):
            return self._lazy(value)
        if isinstance(value, Raw):
            return self._raw(value)
        if isinstance(value, Resource):
            return value.mark
        if isinstance(value, ArgumentsFile):
            path, script = arguments_script(value.text(self.cwd), self.cwd)
            self.noticed.arguments_file(value, script)
            return "@" + quote(path)
        raise self.machine.error("bad-hole", self.node, kind=kind_of(value))

    def _lazy(self, value: Expression) -> Expression:
        self.noticed.lazy(value)
        return self.machine.seen(value, self.cwd)

    def _raw(self, value: Raw) -> str:
        if not isinstance(value.text, str):
            raise self.machine.error("lazy-raw", self.node)
        return value.text

    def _unquoted(self, shape: Shape, hole: int, values: Sequence[Any]) -> str:
        """A hole inside quotes and the like."""
        value = values[hole]
        if not isinstance(value, Raw):
            raise self.machine.error("quoted-hole", self.node, where=shape.faults[hole])
        return self._raw(value)

    def _check_first_word(self, piece: Piece, value: str) -> None:
        if piece.role == "command" and piece.is_alone and (" " in value or "\t" in value):
            raise self.machine.error("first-word", self.node, text=value)


class Noticed:
    """What `Filler` tells about the words it meets; the caller decides what follows."""

    __slots__ = ()

    def word(self, text: str, role: str, folder: str) -> None:
        """A word that is literal text, of a command that runs in `folder`; `role` as in shell.Word, or "part": what may
        be the name of a file in a word that is more."""

    def filled(self, text: str, role: str, folder: str) -> None:
        """A word of which texts or files in holes are all or a part, of a command that runs in `folder`."""

    def path(self, value: PathLike, role: str) -> None:
        """A file."""

    def lazy(self, value: Expression) -> None:
        """A lazy value."""

    def arguments_file(self, value: ArgumentsFile, script: str) -> None:
        """A list in a file of its own, which `script` writes."""


def taken_in(texts: Sequence[str]) -> str:
    """The first character of the literal `texts` that a shell would not take for itself; "" if there is none."""
    for text in texts:
        if not _PLAIN.issuperset(text):
            for char in text:
                if char.isascii() and char not in _PLAIN:
                    return "the end of a line" if char == "\n" else f"`{char}`"
    return ""


def _items(value: Any) -> list[Any]:
    """The items of lists in lists, none for None, or the one value."""
    if isinstance(value, _LISTS):
        return [item for each in value for item in _items(each)]
    return [] if value is None else [value]


def _is_known(value: Any) -> bool:
    """Is `value` a text, a number or an input of which planning knows all? What is made of an output is none: what a
    command leaves beside its outputs is no input of it."""
    if type(value) is Template:
        return all(map(_is_known, value.values))
    return isinstance(value, (str, int, float, File))


def _interleave(texts: list[str], words: list[Any], parts: list[Any]) -> None:
    """Add `texts` with `words` between them to `parts`; a lazy word takes the text behind it along."""
    before = texts[0]
    for word, after in zip(words, texts[1:], strict=True):
        if isinstance(word, str):
            before += word + after
        else:
            parts.append((before, word, after))
            before = ""
    if before:
        parts.append(before)

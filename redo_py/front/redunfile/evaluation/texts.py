"""Texts that are more than a str: an f-string with its holes, text that is not quoted, a list handed over in a file."""

from __future__ import annotations

from redo_py.front.redunfile.names.paths import relative
from redo_py.ground.hashing import VALUE, digest
from redo_py.ir.commands import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.grammar.syntax import Node

ARGUMENT_FILES = ".redun/args"  # files below are named by their content


class Template:
    """An f-string that keeps its holes until something needs a str."""

    __slots__ = ("node", "texts", "unit", "values")

    def __init__(self, texts: tuple[str, ...], values: Sequence[Any], node: Node, unit: Unit) -> None:
        self.texts = texts  # one more than `values`: the text before, between and after the holes
        self.values = values
        self.node = node  # where it is written, for errors
        self.unit = unit

    def joined(self, other: Template | str) -> Template:
        """This text with `other` behind it."""
        if isinstance(other, str):
            return Template((*self.texts[:-1], self.texts[-1] + other), self.values, self.node, self.unit)
        middle = self.texts[-1] + other.texts[0]
        texts = (*self.texts[:-1], middle, *other.texts[1:])
        return Template(texts, (*self.values, *other.values), self.node, self.unit)

    def behind(self, text: str) -> Template:
        """This text with `text` before it."""
        return Template((text + self.texts[0], *self.texts[1:]), self.values, self.node, self.unit)


class Raw:
    """`raw(text)`: stands in a command as it is."""

    __slots__ = ("text",)

    def __init__(self, text: Any) -> None:
        self.text = text  # a str, or an expression that will be one


class ArgumentsFile:
    """`args_file(list)`: a list too long for a command line, handed over as `@path`."""

    __slots__ = ("words",)

    def __init__(self, words: Sequence[Any]) -> None:
        self.words = words  # texts and files

    def text(self, cwd: str) -> str:
        """What the file holds for a command in the folder `cwd`."""
        words = [word if isinstance(word, str) else relative(word.path, cwd) for word in self.words]
        return "".join([f"{response_word(word)}\n" for word in words])


def arguments_script(text: str, cwd: str) -> tuple[str, str]:
    """(path, script): the file that holds `text`, named by it, and the commands that write it, from the folder `cwd`.
    It is renamed into place, because another command may read the same list at the same time."""
    name = digest(VALUE, text.encode("utf-8", "surrogateescape")).hex()
    folder = relative(ARGUMENT_FILES, cwd)
    path = f"{folder}/{name}"
    draft = f"{quote(path)}.$$"
    script = f"mkdir -p {quote(folder)}\ncat > {draft} <<'{name}'\n{text}{name}\nmv {draft} {quote(path)}\n"
    return path, script


def response_word(word: str) -> str:
    """`word` as compilers and linkers read it from a response file."""
    if word and not any(char in " \t\n\"'\\" for char in word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'

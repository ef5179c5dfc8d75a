"""Texts that are more than a str: an f-string with its holes, text that is not quoted, a list handed over in a file."""

from __future__ import annotations

from redo_py.ground.hashing import VALUE, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

ARGUMENT_FILES = ".redun/args/"  # files below are named by their content


class Template:
    """An f-string that keeps its holes until something needs a str."""

    __slots__ = ("texts", "values")

    def __init__(self, texts: tuple[str, ...], values: Sequence[Any]) -> None:
        self.texts = texts  # one more than `values`: the text before, between and after the holes
        self.values = values

    def joined(self, other: Template | str) -> Template:
        """This text with `other` behind it."""
        if isinstance(other, str):
            return Template((*self.texts[:-1], self.texts[-1] + other), self.values)
        middle = self.texts[-1] + other.texts[0]
        return Template((*self.texts[:-1], middle, *other.texts[1:]), (*self.values, *other.values))

    def behind(self, text: str) -> Template:
        """This text with `text` before it."""
        return Template((text + self.texts[0], *self.texts[1:]), self.values)


class Raw:
    """`raw(text)`: stands in a command as it is."""

    __slots__ = ("text",)

    def __init__(self, text: Any) -> None:
        self.text = text  # a str, or an expression that will be one


class ArgumentsFile:
    """`args_file(list)`: a list too long for a command line, handed over as `@path`."""

    __slots__ = ("files", "path", "text")

    def __init__(self, words: Sequence[str], files: Sequence[Any]) -> None:
        self.text = "".join(f"{response_word(word)}\n" for word in words)
        self.path = f"{ARGUMENT_FILES}{digest(VALUE, self.text.encode('utf-8', 'surrogateescape')).hex()}"
        self.files = files  # the File values among the words: inputs of the command


def response_word(word: str) -> str:
    """`word` as compilers and linkers read it from a response file."""
    if word and not any(char in " \t\n\"'\\" for char in word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'

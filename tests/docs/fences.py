"""The fenced blocks of a Markdown text, and what each of them is for.

    ```console              commands and what they print, see `session`
    ```LANGUAGE title="P"   the content of the file P; a first line `# P` or `// P` says the same
    ```LANGUAGE same="P"    what the file P holds by then
    ```python               a program: it must end well
    ```text                 shown, not run

The word `norun` after the language asks only that the block is well formed; `with=PART` asks no more where the part, an
engine of containers or a cluster, is not up.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

OPENING = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
FIRST_LINE_NAME = re.compile(r"^(?:#|//) (?P<name>[\w./-]*\.\w+|[\w./-]*Makefile)$")


class Block(NamedTuple):
    """One fenced block."""

    line: int  # of its first inner line, from 1
    language: str  # the first word after the fence, or empty
    words: tuple[str, ...]  # the other words
    text: str  # without the fence's own indentation; ends with a newline unless empty

    @property
    def is_run(self) -> bool:
        """May this block be run?"""
        return "norun" not in self.words

    @property
    def part(self) -> str:
        """What must be up for this block to be run, or empty."""
        return self._said("with=")

    @property
    def title(self) -> str:
        """The path of the file that this block is, or empty."""
        found = FIRST_LINE_NAME.match(self.text.partition("\n")[0])
        return self._said("title=") or (found["name"] if found else "")

    @property
    def same(self) -> str:
        """The path of the file that must hold this by now, or empty."""
        return self._said("same=")

    def _said(self, key: str) -> str:
        return next((word.removeprefix(key) for word in self.words if word.startswith(key)), "")


class UnclosedFence(Exception):
    """A block that the text ends in."""


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of `text`, in order. Raises UnclosedFence."""
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        opening = OPENING.match(line)
        if not opening:
            continue
        indent, fence = len(opening["indent"]), opening["fence"]
        content = []
        for _, inner in lines:
            if is_closing(inner, fence):
                break
            content.append(inner[min(indent, len(inner) - len(inner.lstrip(" "))) :])
        else:
            raise UnclosedFence(f"line {number}: this block is never closed")
        language, *words = shlex.split(opening["info"]) or [""]
        yield Block(number + 1, language, tuple(words), "".join(f"{each}\n" for each in content))


def is_closing(line: str, fence: str) -> bool:
    """Does `line` close a block that `fence` opened?"""
    bare = line.strip()
    return len(bare) >= len(fence) and bare == fence[0] * len(bare)

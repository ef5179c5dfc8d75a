"""What bash and its readline make of a line, and how they want to be answered.

Bash cuts words at characters of COMP_WORDBREAKS, `=` and `:` among them, and puts an answer in the place of the last
piece alone. So the line is read here as a shell reads it, and an answer is cut and quoted to fit behind what stands.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-")
SEPARATORS = frozenset(";|&\n()")
IN_DOUBLE = frozenset('"\\$`')


class Typed:
    """One word of the line."""

    __slots__ = ("quote", "raw", "start", "text")

    def __init__(self) -> None:
        self.raw = ""  # as it is written
        self.text = ""  # what it means
        self.quote = ""  # the quote that is still open at its end
        self.start = 0  # how much of `text` stands before the piece that readline completes


def bash_words(line: str, cursor: int, breaks: str) -> list[Typed]:
    """The words of the command that the cursor, a place in bytes, stands in; the last one ends there. A piece of a word
    ends behind each of `breaks` that is not quoted."""
    text = line.encode("utf-8", "surrogateescape")[:cursor].decode("utf-8", "surrogateescape")
    words = [Typed()]
    escaped = False
    for char in text:
        word = words[-1]
        if escaped:
            word.text += char if word.quote != '"' or char in IN_DOUBLE else f"\\{char}"
            escaped = False
        elif char == "\\" and word.quote != "'":
            escaped = True
        elif word.quote:
            _inside(word, char)
        elif char in "'\"":
            word.quote, word.start = char, len(word.text)
        elif char in " \t":
            if word.raw:
                words.append(Typed())
            continue
        elif char in SEPARATORS:
            words = [Typed()]
            continue
        else:
            word.text += char
            if char in breaks:
                word.start = len(word.text)
        word.raw += char
    while len(words) > 1 and "=" in words[0].raw:  # `CC=clang redun build`
        del words[0]
    return words


def _inside(word: Typed, char: str) -> None:
    """Read a character between quotes."""
    if char == word.quote:
        word.quote, word.start = "", 0
    else:
        word.text += char


def as_bash_wants(answers: Iterable[tuple[str, str]], typed: Typed) -> list[str]:
    """The answers as lines for COMPREPLY: what replaces the last piece of the word."""
    before = typed.text[: typed.start]
    return [f"{quoted(text[len(before) :], typed.quote)}\n" for text, _ in answers if text.startswith(before)]


def quoted(text: str, quote: str) -> str:
    """`text` so that it means itself, behind a quote that is still open if there is one."""
    if quote == "'":
        return text.replace("'", "'\\''")
    if quote == '"':
        return "".join(f"\\{char}" if char in IN_DOUBLE else char for char in text)
    return "".join(char if char in SAFE or char > "~" else f"\\{char}" for char in text)

"""Which command texts need no shell, and their words.

A shell start costs more than most of what a build tool starts, so a text that every POSIX shell would turn into the
same plain words is split here. Whatever might mean more than that to bash is left to bash.
"""

from __future__ import annotations

from redo_py.ground.shell import BUILTINS, RESERVED

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLAIN = frozenset(_LETTERS + "0123456789_-./:,@%+= \t")  # characters that mean themselves, and blanks
_SPECIAL = frozenset("|&;<>()$`*?[]{}~#!^\n\r\v\f")  # outside quotes: operators, globs, expansions, comments, history
_BLANKS = " \t"
_RUN_ENDS = _SPECIAL | frozenset("'\"\\" + _BLANKS)
_IN_DOUBLE_QUOTES = frozenset("$`\\!")  # what double quotes do not quote
_CONTROLS = frozenset(map(chr, (*range(9), *range(11, 32), 127)))  # bash uses some of them as marks of its own

SHELL_WORDS = BUILTINS | RESERVED  # first words that bash itself carries out


def simple_words(text: str) -> list[str] | None:
    """The words that bash would make of `text`, the first naming a program; None if that takes a shell."""
    words = text.split() if _PLAIN.issuperset(text) else _split(text.strip(" \t\n"))
    if not words or words[0] in SHELL_WORDS:
        return None
    first = words[0]
    # an assignment, a job number, and no name at all
    return None if "=" in first or first.startswith("%") or not first else words


def _split(text: str) -> list[str] | None:
    """The words of a text with quotes or unusual characters; None at the first thing that needs a shell."""
    if not _CONTROLS.isdisjoint(text):
        return None
    words: list[str] = []
    word: list[str] = []  # pieces of the word being read; none between words, an empty one for ''
    place, end = 0, len(text)
    while place < end:
        if text[place] in _BLANKS:
            if word:
                words.append("".join(word))
                word = []
            place += 1
            continue
        piece, place = _piece(text, place)
        if piece is None:
            return None
        word.append(piece)
    if word:
        words.append("".join(word))
    return words


def _piece(text: str, place: int) -> tuple[str | None, int]:
    """A quoted string, an escaped character or a run of plain ones at `place` of `text`, and the place after it."""
    char = text[place]
    if char == "'" or char == '"':
        end = text.find(char, place + 1)
        inside = text[place + 1 : end]
        if end < 0 or (char == '"' and not _IN_DOUBLE_QUOTES.isdisjoint(inside)):
            return None, place
        return inside, end + 1
    if char == "\\":
        escaped = text[place + 1 : place + 2]
        return (None, place) if escaped in ("", "\n") else (escaped, place + 2)
    end, length = place, len(text)
    while end < length and text[end] not in _RUN_ENDS:
        end += 1
    return (text[place:end], end) if end > place else (None, place)

"""Splitting a text into words as a shell does, without expansions: for `words(...)`."""

from __future__ import annotations


def split_words(text: str) -> list[str]:
    """The words of `text`; quotes and backslashes group as in a POSIX shell. Raises ValueError for an open quote."""
    words: list[str] = []
    word: list[str] | None = None  # pieces of the word being read; None between words
    place = 0
    while place < len(text):
        char = text[place]
        if char.isspace():
            if word is not None:
                words.append("".join(word))
            word = None
            place += 1
            continue
        piece, place = _piece(text, place)
        word = [*(word or ()), piece]
    return words if word is None else [*words, "".join(word)]


def _piece(text: str, place: int) -> tuple[str, int]:
    """What one character, escape or quotation of `text` at `place` means, and the place behind it."""
    char = text[place]
    if char == "\\":
        return text[place + 1 : place + 2], place + 2
    if char == "'":
        end = text.find("'", place + 1)
        if end < 0:
            raise ValueError("'")
        return text[place + 1 : end], end + 1
    if char == '"':
        return _double_quoted(text, place + 1)
    return char, place + 1


def _double_quoted(text: str, place: int) -> tuple[str, int]:
    pieces: list[str] = []
    while place < len(text):
        char = text[place]
        if char == '"':
            return "".join(pieces), place + 1
        if char == "\\" and text[place + 1 : place + 2] in ('"', "\\", "$", "`"):
            place += 1
            char = text[place]
        pieces.append(char)
        place += 1
    raise ValueError('"')

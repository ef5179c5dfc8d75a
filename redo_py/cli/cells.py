"""How wide texts are on a terminal, in cells, and how they are cut to fit. In doubt a text counts as wider."""

from __future__ import annotations

from unicodedata import category, east_asian_width

MORE = "…"  # stands where something was cut off
EMOJI_STYLE = "\ufe0f"  # may make the character before it wide


def width_of(text: str) -> int:
    """The cells that `text`, which holds no control characters, takes."""
    return len(text) if text.isascii() else sum(map(cells, text))


def cells(char: str) -> int:
    """0 for what combines with the character before it, 2 for wide characters, else 1."""
    if char == EMOJI_STYLE:
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """`text`, with its end replaced by `…` if it is wider than `width` cells."""
    if width_of(text) <= width:
        return text
    return beginning(text, width - 1) + MORE if width > 0 else ""


def cut_front(text: str, width: int) -> str:
    """`text`, with its beginning replaced by `…` if it is wider than `width` cells: of a path the end tells more."""
    if width_of(text) <= width:
        return text
    return MORE + beginning(text[::-1], width - 1)[::-1] if width > 0 else ""


def beginning(text: str, width: int) -> str:
    """As much of `text` as fits into `width` cells."""
    for place, char in enumerate(text):
        width -= cells(char)
        if width < 0:
            return text[:place]
    return text


def padded(text: str, width: int) -> str:
    """`text` with as many blanks behind it as it takes to fill `width` cells."""
    return text + " " * (width - width_of(text))

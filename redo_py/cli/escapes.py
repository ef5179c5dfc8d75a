"""What commands print, made harmless for a terminal: colours stay, whatever moves the cursor or sets anything goes."""

from __future__ import annotations

# Control characters but newline and tab; those from 0x80 on are sequences of one character to some terminals.
CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
STRINGS = "]PX^_"  # begin a sequence that holds a text: a title, a link, a picture
RESET = "\x1b[0m"
PLAIN = ("[0m", "[m")  # sequences, without their ESC, after which nothing is coloured


def harmless(text: str, has_colours: bool) -> str:
    """`text` without control characters and sequences, but for newlines, tabs and, if `has_colours`, colours, which end
    where it ends. Of a line that was written over, with carriage returns, the last state is left."""
    if "\r" in text:
        text = "\n".join(last_state(line) for line in text.split("\n"))
    if "\x1b" not in text:
        return text if text.isascii() and text.isprintable() else text.translate(CONTROLS)
    first, *others = text.split("\x1b")
    pieces = [first.translate(CONTROLS)]
    coloured = False
    for other in others:
        end, is_colour = sequence(other)
        if is_colour and has_colours:
            pieces.append("\x1b" + other[:end])
            coloured = other[:end] not in PLAIN
        pieces.append(other[end:].translate(CONTROLS))
    return "".join(pieces) + (RESET if coloured else "")


def last_state(line: str) -> str:
    """What is seen of a line whose parts were written over each other: the last part that is not empty."""
    return next((part for part in reversed(line.split("\r")) if part), "")


def sequence(text: str) -> tuple[int, bool]:
    """How much of `text`, which stood behind an ESC, belongs to its sequence, and whether that only sets colours."""
    kind = text[:1]
    if kind == "[":
        return control_sequence(text)
    if kind and kind in STRINGS:
        return end_of_string(text), False
    intermediate = len(text) - len(text.lstrip(" !\"#$%&'()*+,-./"))
    return intermediate + ("0" <= text[intermediate : intermediate + 1] <= "~"), False


def control_sequence(text: str) -> tuple[int, bool]:
    """The same for `[`, parameters, and a final letter; one that is cut short ends where it stops being one."""
    for place, char in enumerate(text):
        if place and "@" <= char <= "~":
            return place + 1, char == "m" and all(each in "0123456789;:" for each in text[1:place])
        if place and not " " <= char <= "?":
            return place, False
    return len(text), False


def end_of_string(text: str) -> int:
    """Where a sequence with a text ends: behind BEL, or where the next ESC or line begins."""
    for place, char in enumerate(text):
        if char == "\a":
            return place + 1
        if char == "\n":
            return place
    return len(text)

"""Sizes and lengths of time as people write them: `2G`, `500M`, `30d`, `90m`.

Sizes are powers of 1024, whether or not `i`, `B` or `iB` follows the letter: nobody means another gigabyte here.
"""

from __future__ import annotations

SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50}
SPANS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}  # in seconds
DIGITS = 15  # of the longest number that is taken


def bytes_of(text: str) -> int | None:
    """The bytes that `text` says, such as `1.5G` or `1000`; None if it is no size."""
    number, unit = _parts(text)
    unit = unit.upper()
    for ending in "BI":
        unit = unit.removesuffix(ending) if len(unit) > 1 else unit
    return None if number is None or unit not in SIZES else int(number * SIZES[unit])


def seconds_of(text: str) -> float | None:
    """The seconds that `text` says, such as `2h`, `30d` or `90`; None if it is no length of time."""
    number, unit = _parts(text)
    return None if number is None or unit.lower() not in SPANS else number * SPANS[unit.lower()]


def shown_size(size: int) -> str:
    """`size` bytes in few characters: `512 bytes`, `1.5 MiB`."""
    if size < 1024:
        return f"{size} byte{'' if size == 1 else 's'}"
    value, units = size / 1024, "KMGTP"
    while value >= 999.95 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.1f} {units[0]}iB"


def _parts(text: str) -> tuple[float | None, str]:
    """The number at the beginning of `text`, None if there is none, and what follows it."""
    text = text.strip()
    end = 0
    while end < len(text) and text[end] in "0123456789.":
        end += 1
    digits = text[:end]
    if not digits or digits.count(".") > 1 or digits == "." or len(digits) > DIGITS:
        return None, ""
    return float(digits), text[end:].strip()

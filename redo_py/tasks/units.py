"""What options of tasks and rules say with units: durations, memory, processors, limits. `@task` and rules read alike.

Each function gives the value in its unit, or None for what is no such value.
"""

from __future__ import annotations

from redo_py.ground.units import bytes_of, seconds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LARGEST = 1e15  # of anything; beyond it a number is a slip of the keyboard
_GIGABYTE = 1 << 30


def seconds(value: Any) -> float | None:
    """A duration above 0: a number of seconds, or a text like "90s", "5m" or "5min", "2h"."""
    if isinstance(value, str):
        text = value.strip()
        return seconds_of(text[:-2] if text.endswith("min") else text) or None
    return _number(value)


def size(value: Any) -> int | None:
    """Bytes above 0: of a text with a unit like "16G" or "512M", or of a number of gigabytes."""
    if isinstance(value, str):
        return None if value.strip()[-1:].isdecimal() else bytes_of(value) or None
    number = _number(value)
    return None if number is None else int(number * _GIGABYTE) or None


def processors(value: Any) -> float | None:
    """A number of processors above 0, perhaps a fraction of one: 4, "1.5"."""
    if isinstance(value, str):
        text = value.strip()
        return seconds_of(text) or None if text[-1:].isdecimal() else None  # a plain number of either has no unit
    return _number(value)


def limits(value: Any) -> dict[str, int] | None:
    """How many places of each limit: a dict, or a list of the names of those that one place is taken of."""
    if isinstance(value, (list, tuple)) and all(map(_is_name, value)):
        value = dict.fromkeys(value, 1)
    if not isinstance(value, dict) or not all(map(_is_name, value)):
        return None
    return dict(value) if all(type(count) is int and count > 0 for count in value.values()) else None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _number(value: Any) -> float | None:
    """A number above 0 that is none of the extremes."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 < value < _LARGEST else None

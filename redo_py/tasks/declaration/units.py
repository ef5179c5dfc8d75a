"""What options of tasks and rules may hold: durations, memory, processors, limits, tags, ways to cache.

`@task` and rules read alike.

Each function gives the value in its unit, or None for what is no such value.
"""

from __future__ import annotations

from redo_py.ground.units import bytes_of, seconds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LARGEST = 1e15  # of anything; beyond it a number is a slip of the keyboard
GIGABYTE = 1 << 30


def seconds(value: Any) -> float | None:
    """A duration above 0: a number of seconds, or a text like "90s", "5m" or "5min", "2h"."""
    if isinstance(value, str):
        text = value.strip()
        return seconds_of(text[:-2] if text.endswith("min") else text) or None
    return _number(value)


def environment(value: Any) -> str | None:
    """What makes an environment, and the file that says what is in it: "uv:requirements.txt"."""
    from redo_py.tasks.declaration.environments import split

    return value if isinstance(value, str) and split(value)[0] else None


def size(value: Any) -> int | None:
    """Bytes above 0: of a text with a unit like "16G" or "512M", or of a number of gigabytes."""
    if isinstance(value, str):
        return None if value.strip()[-1:].isdecimal() else bytes_of(value) or None
    number = _number(value)
    return None if number is None else int(number * GIGABYTE) or None


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


def tags(value: Any) -> list[tuple[str, Any]] | None:
    """Pairs of a key and a value: given as such, or as a dict."""
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, (list, tuple)):
        return None
    is_pair = [isinstance(pair, (list, tuple)) and len(pair) == 2 and _is_name(pair[0]) for pair in pairs]
    return [(pair[0], pair[1]) for pair in pairs] if all(is_pair) else None


def names(value: Any) -> list[str] | None:
    """Names of parameters."""
    fits = isinstance(value, (list, tuple, set, frozenset)) and all(map(_is_name, value))
    return list(value) if fits else None


def items(value: Any) -> list[Any] | None:
    """Things of any kind, in any order."""
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else None


def sequence(value: Any) -> list[Any] | None:
    """Things of any kind in their order."""
    return list(value) if isinstance(value, (list, tuple)) else None


def context(value: Any) -> dict[str, Any] | None:
    """Values by their names."""
    return value if isinstance(value, dict) and all(map(_is_name, value)) else None


def mode(value: Any) -> str | None:
    """Where a local executor runs a function."""
    return _one_of(("thread", "process"), value)


def cache_scope(value: Any) -> str | None:
    """How far results are taken from."""
    return _one_of(("NONE", "CSE", "BACKEND"), value)


def check_valid(value: Any) -> str | None:
    """How much of a cached call is checked."""
    return _one_of(("full", "shallow"), value)


def cache_results(value: Any) -> frozenset[str] | None:
    """Kinds of cached results."""
    if not isinstance(value, (set, frozenset, list, tuple)):
        return None
    kinds = [_one_of(("CSE", "SINGLE", "ULTIMATE", "MISS"), each) for each in value]
    return None if None in kinds else frozenset(kind for kind in kinds if kind is not None)


def _one_of(words: tuple[str, ...], value: Any) -> str | None:
    """The word that `value` is, or the member of an enumeration has for its value."""
    word = getattr(value, "value", value)
    return word if isinstance(word, str) and word in words else None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _number(value: Any) -> float | None:
    """A number above 0 that is none of the extremes."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 < value < _LARGEST else None

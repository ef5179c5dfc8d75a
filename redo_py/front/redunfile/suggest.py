"""\"Did you mean\": the closest of several names."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(name: object, known: Iterable[object]) -> str:
    """A hint with the name of `known` that looks most like `name`; "" if none does."""
    found = similar(str(name), [str(each) for each in known], 1, 0.7)
    return f"did you mean `{found[0]}`?" if found else ""


def similar(name: str, known: Iterable[str], most: int, likeness: float = 0.6) -> list[str]:
    """Up to `most` of `known` that look like `name`, the best first; `likeness` is from 0 to 1."""
    from difflib import get_close_matches  # on the way to an error only: it costs milliseconds

    return get_close_matches(name, list(dict.fromkeys(known)), most, likeness)

"""\"Did you mean\": the closest of several names."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Names that people bring along from Python and from other tools -> what is written here.
INSTEAD = {
    "expand": 'write a list: `[f"out/{name}.txt" for name in NAMES]`',
    "filter": "write `[x for x in items if condition]`",
    "map": "write `[f(x) for x in items]`",
    "open": "`lines`, `table` and `data` look into files; a function of a Python module may do anything",
    "os": "`glob` lists files, `env` reads a variable, `sh` runs a command",
    "print": 'a redunfile prints nothing; an action may: `sh("echo ...")`',
    "set": "there are no sets: write a list, or a dict",
    "shell": "a command is `sh(...)`",
    "subprocess": "a command is `sh(...)`, what one says is `stdout(...)`",
    "wildcards": "placeholders of the pattern are parameters of the function",
}


def instead(name: str, known: Iterable[str]) -> str:
    """A hint for a name that nothing is bound to."""
    return INSTEAD.get(name) or closest(name, known)


def closest(name: object, known: Iterable[object]) -> str:
    """A hint with the name of `known` that looks most like `name`; "" if none does."""
    found = similar(str(name), [str(each) for each in known], 1, 0.7)
    return f"did you mean `{found[0]}`?" if found else ""


def similar(name: str, known: Iterable[str], most: int, likeness: float = 0.6) -> list[str]:
    """Up to `most` of `known` that look like `name`, the best first; `likeness` is from 0 to 1."""
    from difflib import get_close_matches  # on the way to an error only: it costs milliseconds

    return get_close_matches(name, list(dict.fromkeys(known)), most, likeness)

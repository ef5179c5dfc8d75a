"""Whether two functions that are tasks of one name are the same one, as when a script is imported again as a module."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def is_same(one: Any, other: Any) -> bool:
    """Whether two functions were compiled from the same text and hold the same; what is neither function nor plain is
    taken for the same if it is of one class name: it was made anew with the module."""
    stack, seen = [(one, other)], set[tuple[int, int]]()
    while stack:
        left, right = stack.pop()
        if left is right or (id(left), id(right)) in seen:
            continue
        seen.add((id(left), id(right)))
        if type(left).__name__ != type(right).__name__:
            return False
        code = getattr(left, "__code__", None)
        if code is not None:
            if code != right.__code__:
                return False
            stack += zip(held(left), held(right), strict=True)
        elif isinstance(left, (str, int, float, bytes, bool, tuple)) and left != right:
            return False
    return True


def held(function: Any) -> list[Any]:
    """What the closure of a function holds."""
    return [cell.cell_contents for cell in function.__closure__ or () if has_contents(cell)]


def has_contents(cell: Any) -> bool:
    """Whether a cell was assigned yet."""
    try:
        cell.cell_contents  # noqa: B018 - reading it is the question
    except ValueError:
        return False
    return True

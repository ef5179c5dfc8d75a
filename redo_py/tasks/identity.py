"""Who knows what identifies a task in this process: the run that is under way, else the project that it stands in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_doors: list[Any] = []  # Tasks doors, of the run that began last at the end


def asked_of(door: Any) -> None:
    """From now on `door` is asked, which is a Tasks door; until it is given back."""
    _doors.append(door)


def give_back(door: Any) -> None:
    """`door` is asked no more; it may have been given back before."""
    _doors[:] = [each for each in _doors if each is not door]


def current_door() -> Any:
    """The door to ask."""
    if _doors:
        return _doors[-1]
    import redo_py

    return redo_py.tasks_of_process()

"""Forms that have to know whose they are: they get their cell before their arguments. See `forms`."""

from __future__ import annotations

from redo_py.engine.context import read
from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    OwnForm = Callable[..., Generator[Any, Any, Any]]


def context(execution: Execution, cell: Cell, path: Any, default: Any) -> Generator[Any, Any, Any]:
    """What the context of the cell has at `path`; `default` where it has nothing."""
    name = yield path
    return read(execution, cell, name, default)


OWN_FORMS: dict[str, OwnForm] = {
    "context": context,
}

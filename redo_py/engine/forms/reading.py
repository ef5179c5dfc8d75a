"""The form that reads the context."""

from __future__ import annotations

from redo_py.engine.context import read
from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


def context(execution: Execution, cell: Cell, path: Any, default: Any) -> Generator[Any, Any, Any]:
    """What the context of the cell has at `path`; `default` where it has nothing."""
    name = yield path
    return read(execution, cell, name, default)

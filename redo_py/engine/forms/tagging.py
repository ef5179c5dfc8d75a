"""The form that tags values, jobs and the execution."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell
from redo_py.engine.tags import apply
from redo_py.ground.nested import collect
from redo_py.values.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


def apply_tags(execution: Execution, cell: Cell, value: Any, *tags: Any) -> Generator[Any, Any, Any]:
    """`value`, with tags of its own, of the job and of the execution."""
    found, *given = yield [value, *tags]
    owner = cell.parent
    if not collect(found, Unknown) and (owner is None or owner.manner.recorded):
        apply(execution, owner, found, *given)
    return found

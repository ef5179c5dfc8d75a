"""Forms that decide what is evaluated, and when."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.forms.mapping import items_of
from redo_py.engine.job import Cell
from redo_py.ir.expression import Expression
from redo_py.values.unknown import UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


def cond(execution: Execution, cell: Cell, test: Any, then: Any, *rest: Any) -> Generator[Any, Any, Any]:
    """`then` if `test`, else the same with the rest: (test, then)... and at last a single else; None without one."""
    branches = [test, then, *rest]
    while len(branches) > 1:
        value = yield branches[0]
        if isinstance(value, Unknown):
            return UNKNOWN
        if value:
            return branches[1]
        branches = branches[2:]
    return branches[0] if branches else None


def seq(execution: Execution, cell: Cell, items: Any) -> Generator[Any, Any, Any]:
    """The values of `items`, evaluated one after another."""
    if isinstance(items, Expression):
        items = yield items
    if isinstance(items, Unknown):
        return UNKNOWN
    values = []
    for item in items_of("seq", items):
        values.append((yield item))  # noqa: PERF401 - a comprehension cannot yield
    return values

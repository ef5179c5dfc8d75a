"""From values of the language to expressions of the IR: Files become what the plan says of their paths, calls of
functions that nobody has imported yet get their task."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import PendingCall
from redo_py.ground.nested import collect, substitute
from redo_py.ir.expression import Expression, TaskExpression
from redo_py.ir.flat import build, fields_of, in_order
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def files_in(value: Any) -> list[File]:
    """The Files in `value`, also inside its expressions, in the order in which they are used."""
    found = {id(file): file for file in collect(value, (File, Expression)) if isinstance(file, File)}
    for expression in in_order(value):
        found.update((id(file), file) for file in collect(fields_of(expression)[1], File))
    return list(found.values())


class Lowering:
    """Remembers what it has lowered, so that a value used twice is computed once."""

    __slots__ = ("_done", "file", "task_name")

    def __init__(self, file: Callable[[str], Any], task_name: Callable[[PendingCall], str]) -> None:
        self.file = file  # path -> File, or the expression that makes it
        self.task_name = task_name  # imports the task
        self._done: dict[int, tuple[Expression, Expression]] = {}  # id -> (the expression itself, what it became)

    def lower(self, value: Any) -> Any:
        """`value` with everything in it lowered."""
        if type(value) is str:
            return value
        for expression in in_order(value):
            if id(expression) not in self._done:
                self._done[id(expression)] = (expression, self._lower_one(expression))
        return self._replace(value)

    def _lower_one(self, expression: Expression) -> Expression:
        """All that it uses is lowered already."""
        kind, fields = fields_of(expression)
        fresh = self._replace(fields)
        if isinstance(expression, PendingCall):
            return TaskExpression(self.task_name(expression), fresh[1], fresh[2], fresh[3], expression.span)
        return expression if fresh is fields else build(kind, fresh, expression.span)

    def _replace(self, value: Any) -> Any:
        return substitute(value, (File, Expression), self._new)

    def _new(self, item: Any) -> Any:
        return self.file(item.path) if isinstance(item, File) else self._done[id(item)][1]

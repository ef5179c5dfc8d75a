"""A task must not reach what only redun has read: a list of files that a glob found is in no digest of its code."""

from __future__ import annotations

from redo_py.front.embedded.names import FUNCTIONS, Names
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span
from redo_py.tasks.code.plain import is_plain
from redo_py.tasks.reading.uses import uses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.front.modules import Project
    from redo_py.tasks.reading.sources import Source

_SAME_ALWAYS = frozenset(["rule", "action", "check", "group", "default", "pool", "source", "task", "include", "raw"])


def check_reached(project: Project, task: str, parts: Iterable[str]) -> None:
    """Raise UsageError if the code of `task`, whose pieces have the names `parts`, reaches a name of a module whose
    value comes from the world through a built-in name, and is not itself part of the identity of the code."""
    for part in parts:
        module, _, name = part.rpartition(".")
        source = project.source_of(module) if module and name.isidentifier() else None
        if source is None or b"redo_py" not in source.data:
            continue
        if not is_plain(project.namespace_of(source).get(name)):
            _check(source, task, name)


def _check(source: Source, task: str, name: str) -> None:
    names = Names(source)
    for binding in names.bindings(name):
        statement = binding.statement
        if isinstance(statement, FUNCTIONS) or binding.target is not None:
            continue
        for chain in uses_of([statement]).names:
            builtin = names.builtin(chain)[0]
            if builtin and builtin not in _SAME_ALWAYS:
                span = Span(source.shown, statement.lineno, 1)
                raise UsageError(
                    "reached-window", span=span, source=source.line(span.line), name=name, task=task, builtin=builtin
                )

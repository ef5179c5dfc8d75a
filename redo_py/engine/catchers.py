"""catchers: who would be given an error. See engine.attempts."""

from __future__ import annotations

from redo_py.engine.attempts import Attempt
from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell, Job


def catchers(execution: Execution, cell: Cell, error: BaseException | None) -> list[Attempt] | None:
    """All attempts that would handle `error` if `cell` failed with it now, or that have ceased to wait for it; None if
    anybody else would fail with it, up to the root. Nobody at all may be concerned. Without `error` the nearest ones,
    whatever they would handle: one that is given another error first spares the others."""
    handling = execution.handling
    found: dict[int, Attempt] = {}
    seen = {id(cell)}
    stack = [cell]
    while stack:
        current = stack.pop()
        aside = handling.aside.get(id(current), ())
        found.update((id(attempt), attempt) for attempt in aside)
        followers = current.followers if isinstance(current, Job) else ()
        for waiting in (*current.dependents, *followers):
            attempt = handling.attempts.get(id(waiting))
            if attempt is not None and (attempt in aside or attempt.is_for(error)):
                found[id(attempt)] = attempt
            elif waiting.expression is None:
                return None
            elif id(waiting) not in seen:
                seen.add(id(waiting))
                stack.append(waiting)
    return list(found.values())


def lenders(execution: Execution, cell: Cell, error: BaseException | None) -> list[Attempt] | None:
    """As `catchers`, if `error` is a remembered one: None, too, if any of them takes no such error."""
    found = catchers(execution, cell, error)
    return None if found is None or any(attempt.anew for attempt in found) else found


def is_borrowed(execution: Execution, cell: Cell, waiting: Cell) -> bool:
    """Whether `cell` has failed with a remembered error, which `waiting` has no right to."""
    error = cell.error
    if error is None or id(error) not in execution.handling.recalled:
        return False
    attempt = execution.handling.attempts.get(id(waiting))
    if attempt is not None and attempt.is_for(error):
        return attempt.anew
    return lenders(execution, waiting, error) is None

"""How long jobs took when they last ran, by origin."""

from __future__ import annotations

from redo_py.store.damage import Damage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

# Of the rows of a group SQLite takes the other cells from the one with the greatest `started`. The index job_ran has
# all that is asked.
LAST_RUNS = "SELECT origin, ended - started, max(started) FROM job WHERE state = 'ran' AND origin IN"
BY_ORIGIN = "GROUP BY origin"


def by_origin(rows: Iterable[tuple[Any, ...]]) -> dict[int | None, float]:
    """Seconds by the integer of an origin, from rows of LAST_RUNS. Raises Damage when one holds no time."""
    try:
        return {origin: max(0.0, float(seconds)) for origin, seconds, _ in rows}
    except (TypeError, ValueError) as error:
        raise Damage("a cell has the wrong type") from error

"""merge_handles: forks of one handle become one again."""

from __future__ import annotations

from redo_py.ir.expression import SimpleExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def merge_handles(handles: Any) -> Any:
    """The handle in the state that has come of all `handles`, which are forks of one, lazily: what uses it waits for
    all of them."""
    return SimpleExpression("merge_handles", (handles,))

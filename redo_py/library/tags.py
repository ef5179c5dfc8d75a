"""apply_tags: keys with values for what a workflow makes, so that it is found again later."""

from __future__ import annotations

from redo_py.ir.expression import SchedulerExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Tags = Sequence[tuple[str, Any]] | dict[str, Any]


def apply_tags(value: Any, tags: Tags = (), job_tags: Tags = (), execution_tags: Tags = ()) -> Any:
    """`value`, lazily, which gets `tags` when it is known, while the job that asks for it gets `job_tags` and the
    execution `execution_tags`. Values of tags are plain data; a key may have several."""
    return SchedulerExpression("apply_tags", (value, tags, job_tags, execution_tags))

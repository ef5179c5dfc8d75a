"""Jobs that need more GPUs than there are: found before anything runs, and only if they would have to run."""

from __future__ import annotations

from redo_py.engine.loop import run
from redo_py.engine.places import too_few_gpus
from redo_py.ground.errors import ErrorList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job


def refuse_missing_gpus(execution: Execution, expressions: Sequence[Any], there: int) -> None:
    """Rehearse `execution`, which must be dry, and raise ErrorList if a job that would run, or might, needs more than
    the GPUs that are `there`. What is up to date, or comes from the cache, needs none."""
    wanting: dict[str, tuple[Job, int]] = {}

    def look(kind: str, job: Any, detail: Any) -> None:
        is_asked = kind == "would_run" and job.options.get("executor") not in execution.settings.elsewhere
        asked = (job.options.get("gpus") or 0) if is_asked else 0
        if asked > there:
            wanting[job.origin] = (job, asked)

    execution.doors.events.listeners[:] = [look]
    run(execution, tuple(expressions))
    if wanting:
        raise ErrorList([too_few_gpus(job, asked, there) for job, asked in wanting.values()])

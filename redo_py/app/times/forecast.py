"""What a dry run says of the time that the build would take, and what a build says of the time that it took."""

from __future__ import annotations

from redo_py.app.report import printable
from redo_py.app.times.critical_path import CriticalPath, measured
from redo_py.app.times.spans_of_time import about, exactly, roughly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.app.times.estimate import Durations
    from redo_py.engine.execution import Execution

STEPS_TOLD = 6  # of a critical path; of a longer one those that took longest


def forecast(execution: Execution, wanted: Any, durations: Durations) -> str:
    """How much work the jobs are that would run, as they took when they last ran; "" when none of them ever did."""
    jobs = [job for job in execution.frontier.jobs if job.outcome == "would_run"]
    seconds = {job.seq: known for job, known in zip(jobs, durations.of(jobs), strict=True) if known is not None}
    if not seconds:
        return ""
    work = sum(seconds.values())
    path = CriticalPath(execution, wanted, lambda job: seconds.get(job.seq, 0.0))
    at_once = min(execution.settings.jobs, len(jobs))
    text = f"{about(work)} of work"
    if at_once > 1:
        text += f", {roughly(max(work / at_once, path.seconds))} with {at_once} jobs at once"
    never = len(jobs) - len(seconds)
    return text + (f"; {never} of {len(jobs)} never ran before" if never else "")


def retrospect(execution: Execution, wanted: Any) -> str:
    """The critical path of a build that is over, in one line; "" when nothing ran."""
    path = CriticalPath(execution, wanted, measured)
    if not path.jobs:
        return ""
    told = sorted(sorted(path.jobs, key=measured, reverse=True)[:STEPS_TOLD], key=path.jobs.index)
    steps = [f"{printable(job.origin)} ({exactly(measured(job))})" for job in told]
    left_out = len(path.jobs) - len(told)
    return f"critical path {exactly(path.seconds)}: {' -> '.join(steps)}" + (
        f", and {left_out} shorter steps" if left_out else ""
    )

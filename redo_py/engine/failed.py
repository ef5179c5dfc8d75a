"""failed: what is known of a call of which no run ended well."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.ground.job_ids import short_job_id


def failed_before(execution: Execution, job: Job) -> str:
    """When `job` failed the last time and what shows it, in words; "" if that is not known. What has no name of its own
    is the same if it is given the same."""
    if execution.failed is None:
        execution.failed = {}  # by origin and digest of what it was given, or b"" for whatever it was: the last one
        for each in execution.doors.store.failed():
            execution.failed[each.origin, b""] = execution.failed[each.origin, each.arguments or b""] = each
    found = execution.failed.get((job.origin, b"" if job.options.get("origin") else job.args_hash))
    if found is None:
        return ""
    when = execution.doors.clock.local(found.started)
    return f"it failed when it last ran, {when}; `redun log {short_job_id(found.execution, found.seq)}` shows it"

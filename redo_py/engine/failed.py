"""failed: what is known of a call that failed when it last ran."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.ground.job_ids import short_job_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.records import Failed


def failed_before(execution: Execution, job: Job) -> str:
    """When `job`, of which no run has ended well, failed the last time and what shows it, in words; "" if that is not
    known. What has no name of its own is the same if it is given the same."""
    return told(execution, known(execution).get((job.origin, b"" if job.options.get("origin") else job.args_hash)))


def failed_like_this(execution: Execution, job: Job) -> str:
    """The same of a call without a name of its own that failed with this code and these arguments: calls that are alike
    are numbered, and what is known by its number may be another one."""
    return "" if job.options.get("origin") else told(execution, same(execution, job))


def failed_with_that(execution: Execution, job: Job) -> str:
    """What follows how a call with a name of its own differs from the one that ended well there last: that it has
    failed with this code and these arguments; "" if that is not known."""
    failed = told(execution, same(execution, job)) if job.options.get("origin") else ""
    return failed and f"; with that {failed}"


def same(execution: Execution, job: Job) -> Failed | None:
    """The last failure of `job` with this code and these arguments."""
    found = known(execution).get((job.origin, job.args_hash))
    is_same = found is not None and found.task_hash == execution.doors.tasks.digest(job.task)
    return found if is_same else None


def known(execution: Execution) -> dict[tuple[str, bytes], Failed]:
    """By origin and digest of what it was given, or b"" for whatever it was: the last one that failed."""
    if execution.failed is None:
        execution.failed = {}
        for each in execution.doors.store.failed():
            execution.failed[each.origin, b""] = execution.failed[each.origin, each.arguments or b""] = each
    return execution.failed


def told(execution: Execution, found: Failed | None) -> str:
    if found is None:
        return ""
    when = execution.doors.clock.local(found.started)
    return f"it failed when it last ran, {when}; `redun log {short_job_id(found.execution, found.seq)}` shows it"

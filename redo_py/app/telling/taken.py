"""What a dry run says of what it takes from the last build."""

from __future__ import annotations

from redo_py.tasks.builtin import STDOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

SHOWN = 3  # calls that are named


def as_of_the_last_build(execution: Execution) -> Iterator[str]:
    """A line that names what was taken from the last build because only running it would tell; none without that."""
    jobs = execution.frontier.jobs
    names = [job.origin for job in jobs if execution.assumed.get(job.seq) is job or is_last_answer(job)]
    taken = list(dict.fromkeys(names))
    if not taken:
        return
    more = f" and {len(taken) - SHOWN} more" if len(taken) > SHOWN else ""
    yield f"as of the last build: {', '.join(taken[:SHOWN])}{more} may say something else now"


def is_last_answer(job: Job) -> bool:
    """Whether `job` is a question that was not asked now."""
    return job.name == STDOUT and job.leader is None and job.outcome != "ran"

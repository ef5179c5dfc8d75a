"""The table of how many jobs of each task are in which state."""

from __future__ import annotations

from redo_py.engine.job import JobState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

COLUMNS = ("PENDING", "RUNNING", "STOPPED", "FAILED", "CACHED", "DONE")
PENDING, RUNNING, STOPPED, FAILED, CACHED, DONE = range(6)
ENDS = {  # event -> column
    "failed": FAILED, "stopped": STOPPED, "cached": CACHED, "restored": CACHED, "done": DONE, "would_run": PENDING,
    "skipped": PENDING,
}  # fmt: skip
UNDONE = {"failed": FAILED, "stopped": STOPPED}  # outcomes, also of jobs that ran and whose calls came to that
WIDTH = 8  # of a column of numbers


class StatusTable:
    """Counts what has ended; what has not is counted when the table is written. Jobs that share the result of another
    one are not work of their own and have no place in it. The column of those that the user stopped is there only if
    there are any."""

    def __init__(self) -> None:
        self._ended: dict[str, list[int]] = {}  # task -> numbers by column

    def count(self, event: str, job: Job) -> None:
        """`job` has ended with `event`, a key of ENDS."""
        if event == "skipped" and job.leader is not None:  # it shares the failure of another one
            return
        row = self._ended.get(job.name)
        if row is None:
            row = self._ended[job.name] = [0] * len(COLUMNS)
        row[UNDONE.get(job.outcome) or ENDS[event]] += 1

    def lines(self, execution: Execution) -> Iterator[str]:
        """The table as of now."""
        rows = {task: list(row) for task, row in self._ended.items()}
        for job in execution.frontier.jobs:
            if job.state < JobState.DONE and job.state != JobState.JOINED:
                row = rows.setdefault(job.name, [0] * len(COLUMNS))
                row[RUNNING if job.state in (JobState.RUNNING, JobState.REDUCING) else PENDING] += 1
        total = [sum(column) for column in zip(*rows.values(), strict=True)] or [0] * len(COLUMNS)
        shown = [place for place in range(len(COLUMNS)) if place != STOPPED or total[STOPPED]]
        names = [*(COLUMNS[place] for place in shown), "TOTAL"]
        width = max(28, *map(len, rows)) if rows else 28
        yield ""
        yield f"| JOB STATUS {execution.doors.clock.local(execution.doors.clock.now())}"
        yield "| " + "TASK".ljust(width) + "".join(name.rjust(WIDTH) for name in names)
        yield "|"
        for task, row in [("ALL", total), *sorted(rows.items())]:
            counts = [*(row[place] for place in shown), sum(row)]
            yield f"| {task.ljust(width)}" + "".join(str(count).rjust(WIDTH) for count in counts)
        yield ""

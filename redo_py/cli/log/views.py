"""What `redun log` shows of one thing of the past, and of lists of them, as lines."""

from __future__ import annotations

from itertools import islice

from redo_py.cli.log.details import job_lines
from redo_py.cli.log.lines import duration, execution_line, file_line, indented, job_line
from redo_py.query.log.executions import plain
from redo_py.query.log.jobs import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redo_py.app.telling.recorded import Recorded
    from redo_py.query.log.executions import Past
    from redo_py.query.log.files import Path, Use
    from redo_py.query.log.jobs import Job

RULE = "-" * 80
CONSUMERS = 10  # jobs that have read a file and have a line each
FAILURES = 10  # failed jobs among those left out that have a line each


class Wishes:
    """How much is shown, and of what."""

    __slots__ = ("left_out", "limit", "statuses", "tag", "task")

    def __init__(
        self,
        limit: int | None = None,
        statuses: frozenset[str] = frozenset(),
        task: str = "",
        tag: tuple[str, str | None] | None = None,
    ) -> None:
        self.limit = limit  # lines of a list, None: all
        self.statuses = statuses  # of what is listed; empty: all
        self.task = task  # of jobs; "": all
        self.left_out = ""  # what a list that was shown did not have, if it was cut
        self.tag = tag  # (key, value, None for any) of executions; None: all

    def takes(self, status: str) -> bool:
        """Whether what has this status is to be listed. A job that has joined another one is not unless it is asked
        for: the other one is."""
        return status in self.statuses if self.statuses else status != "JOINED"

    def has_tag(self, past: Past) -> bool:
        """Whether an execution has the tag."""
        if self.tag is None:
            return True
        key, value = self.tag
        value = None if value is None else plain(value)
        return any(each == key and value in (None, its) for each, its in past.tags)


def executions(recorded: Recorded, wishes: Wishes) -> Iterator[Past]:
    """The executions that are to be listed, the newest first."""
    for past in recorded.executions.newest_first():
        if wishes.takes(past.status) and wishes.has_tag(past):
            yield past


def executions_lines(recorded: Recorded, wishes: Wishes) -> Iterator[str]:
    """The list of recent executions."""
    yield "Recent executions:"
    yield ""
    found = executions(recorded, wishes)
    yield from limited((execution_line(past) for past in found), wishes, "older executions")


def limited(lines: Iterator[str], wishes: Wishes, noun: str) -> Iterator[str]:
    """As many of `lines` as are wished for; `wishes` is told whether there are more, so that a program gets the list
    alone."""
    yield from islice(lines, wishes.limit)
    if wishes.limit is not None and next(lines, None) is not None:
        wishes.left_out = f"there are {noun}: --all shows them"


def execution_lines(recorded: Recorded, past: Past, wishes: Wishes) -> Iterator[str]:
    """An execution and the tree of its jobs."""
    tree = Tree(recorded.store, past)
    yield execution_line(past, whole_id=True)
    if past.seconds is not None:
        yield f"Duration: {duration(past.seconds)}"
    yield ""
    counts = tree.counts
    yield f"Jobs: {sum(counts.values()):,} ({', '.join(f'{status}: {count:,}' for status, count in counts.items())})"
    yield RULE
    yield from tree_lines(recorded, past, tree, wishes)


def tree_lines(recorded: Recorded, past: Past, tree: Tree, wishes: Wishes) -> Iterator[str]:
    """A line for each job that is to be listed; of those left out the first that failed have one, too."""
    shown = left = 0
    failed: list[int] = []
    for seq, depth, status in tree.walk():
        if not wishes.takes(status):
            continue
        if wishes.limit is not None and shown >= wishes.limit and not wishes.task:
            left += 1
            if status == "FAILED":
                failed.append(seq)
            continue
        job = recorded.job(past.digest, seq)
        if job is None or (wishes.task and job.task != wishes.task):
            continue
        shown += 1
        if wishes.limit is None or shown <= wishes.limit:
            yield job_line(recorded, job, 0 if wishes.task or wishes.statuses else depth)
        else:
            left += 1
    if left:
        yield f"... {left:,} more jobs: --all shows them" + (f"; {len(failed):,} of them failed" if failed else "")
        for seq in failed[:FAILURES]:
            job = recorded.job(past.digest, seq)
            if job is not None:
                yield job_line(recorded, job, 1)


def jobs_lines(recorded: Recorded, jobs: Iterable[Job], wishes: Wishes) -> Iterator[str]:
    """A list of jobs."""
    found = (job for job in jobs if wishes.takes(job.status))
    yield from limited((job_line(recorded, job) for job in found), wishes, "older jobs")


def files_lines(paths: Iterable[Path], wishes: Wishes) -> Iterator[str]:
    """A list of files."""
    yield from limited((file_line(path) for path in paths), wishes, "more files")


def file_lines(recorded: Recorded, path: Path) -> Iterator[str]:
    """A file, the job that made it with all that is known of that, and the jobs that have read it."""
    yield file_line(path)
    makers = [use for use in path.uses if use.is_made]
    readers = [use for use in path.uses if not use.is_made]
    job = job_of(recorded, makers[-1]) if makers else None
    if job is not None:
        yield f"Produced by Job {job.id[:8]}"
        yield ""
        yield from indented(job_lines(recorded, job), "  ")
    else:
        yield "Produced by no job that is recorded"
    if readers:
        yield ""
        yield from consumers(recorded, readers)


def consumers(recorded: Recorded, readers: list[Use]) -> Iterator[str]:
    """The jobs that have read a file, the latest first."""
    yield "Consumed by"
    yield ""
    for use in readers[::-1][:CONSUMERS]:
        job = job_of(recorded, use)
        if job is not None:
            yield f"  {job_line(recorded, job)}"
    if len(readers) > CONSUMERS:
        yield f"  ... and {len(readers) - CONSUMERS:,} earlier jobs"


def job_of(recorded: Recorded, use: Use) -> Job | None:
    """The job that had to do with a file."""
    return recorded.job(use.execution, use.seq)

"""One line for each thing of the past, and the pieces that such lines are made of."""

from __future__ import annotations

from redo_py.app.report import printable
from redo_py.app.telling.history import moment
from redo_py.query.log.shown import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.app.telling.recorded import Recorded
    from redo_py.query.log.executions import Past
    from redo_py.query.log.files import Path
    from redo_py.query.log.jobs import Job

SHORT = 8  # digits of an id where it need not be whole
WIDEST = 200  # characters of the line of one job
DEEPEST = 24  # levels of the tree that are shown by their indentation
TOOK_LONG = 0.1  # seconds that are told in a line


def execution_line(past: Past, whole_id: bool = False) -> str:
    """An execution: when, how it ended, what was asked for, its tags."""
    shown = past.id if whole_id else past.id[:SHORT]
    tags = f"  ({', '.join(f'{key}={value}' for key, value in past.tags)})" if past.tags else ""
    return printable(f"Exec {shown} {bracketed(past.status)} {moment(past.started)}:  {past.command}{tags}")


def job_line(recorded: Recorded, job: Job, depth: int = 0) -> str:
    """A job: when, how it ended, what it did, how long that took. Its depth in the tree shows as far as it can."""
    deep = f"({depth}) " if depth > DEEPEST else ""
    start = f"{'  ' * min(depth, DEEPEST)}{deep}Job {job.id[:SHORT]} {bracketed(job.status)} {moment(job.started)}:  "
    took = f"  {job.seconds:.2f} s" if job.status in ("DONE", "FAILED") and job.seconds >= TOOK_LONG else ""
    return start + cut(printable(recorded.lines.text(job)), max(40, WIDEST - len(start))) + took


def file_line(path: Path) -> str:
    """A file: its content, since when it has that, what jobs did with it."""
    return f"File {path.content.hex()[:SHORT]} {moment(path.since)} {path.mode:<2} {printable(path.path)}"


def bracketed(status: str) -> str:
    """A status as it stands in lines."""
    return f"[{status:^6}]"


def duration(seconds: float) -> str:
    """A length of time: `0:00:01.47`."""
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def indented(lines: Iterable[str], by: str) -> Iterable[str]:
    """`lines`, moved to the right; empty ones stay empty."""
    return (f"{by}{line}" if line else "" for line in lines)

"""What the status area says: lines that fit the terminal, from a picture of what is going on."""

from __future__ import annotations

from redo_py.app.report import printable
from redo_py.app.times.spans_of_time import about, age
from redo_py.cli.cells import cut, cut_front, padded, width_of
from redo_py.cli.escapes import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.app.watching.progress import Picture, Running

ROWS = 10  # of running jobs at most, and no more than a third of the terminal
NAMES = 40  # cells for the names of jobs at most, and no more than half of the terminal
AGES = 6  # cells for their ages
WORTH_SHOWING = 10  # cells that a last line must have to be shown at all


def jobs_shown(height: int) -> int:
    """Of how many running jobs there is to be a line, on a terminal with `height` lines."""
    return max(0, min(ROWS, height // 3))


def lines_of(picture: Picture, width: int) -> list[str]:
    """The lines of the area, each narrower than `width`, so that none of them is wrapped."""
    room = width - 1
    lines = [headline(picture, room)]
    column = min(NAMES, room // 2)
    lines += [line_of(job, column, room) for job in picture.running]
    if picture.running and picture.others:
        lines.append(cut(f"  and {picture.others} more", room))
    return lines


def headline(picture: Picture, room: int) -> str:
    """How far it is, what failed, how many run, and how long it may take yet; where that is too long, without those
    that run, which are seen below."""
    count = f"[{picture.done}/{picture.total}]"
    failed = [f"{picture.failed} failed"] if picture.failed else []
    running = [f"{len(picture.running) + picture.others} running"]
    left = [f"{about(picture.left)} left"] if picture.left is not None else []
    whole = f"{count} {', '.join([*failed, *running, *left])}"
    if width_of(whole) <= room:
        return whole
    return cut(f"{count} {', '.join([*failed, *left] or running)}", room)


def line_of(job: Running, column: int, room: int) -> str:
    """One running job: its name, its age, and what it printed last if there is room."""
    line = f"  {padded(cut_front(printable(job.name), column), column)} {age(job.seconds):>{AGES}}"
    last = shown(job.last_line)
    if last and room - width_of(line) - 2 >= WORTH_SHOWING:
        line = f"{line}  {last}"
    return cut(line, room)


def shown(last_line: bytes) -> str:
    """The last line of an output, as far as it can be seen."""
    text = harmless(last_line.decode("utf-8", "backslashreplace"), False).replace("\t", " ")
    return "".join(filter(str.isprintable, text)).strip()

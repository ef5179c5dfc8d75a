"""observe: what lies on disk now, asked once per execution and path, and written into the values that stand for it."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.files.api import ABSENT
from redo_py.ir.expression import Expression
from redo_py.task.task import TaskReference
from redo_py.values.file import File, Tool
from redo_py.values.unknown import ABSENT_DIGEST as ZERO
from redo_py.values.unknown import UNKNOWN_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.files.api import Stamp


def observe(execution: Execution, paths: Sequence[str]) -> list[Stamp]:
    """The stamps of `paths`; those not seen yet in this execution are looked at in one batch."""
    stamps = execution.stamps
    unseen = [path for path in dict.fromkeys(paths) if path not in stamps]
    if unseen:
        saw(execution, execution.doors.files.observe(unseen))
    return [stamps[path] for path in paths]


def stamp_values(execution: Execution, values: list[Any]) -> None:
    """Fill in the digests of the Files, Tools and TaskReferences among `values` that have none yet."""
    files = [value for value in values if type(value) is File and not value.digest]
    for file, stamp in zip(files, observe(execution, [file.path for file in files]), strict=True):
        file.digest = stamp.digest or ZERO
        file.kind = stamp.kind
    tools = [value for value in values if type(value) is Tool and not value.digest]
    if tools:
        for tool, digest in zip(tools, execution.doors.tools.digests([tool.name for tool in tools]), strict=True):
            tool.digest = digest
    for value in values:
        if type(value) is TaskReference and not value.digest:
            value.digest = execution.doors.tasks.digest(execution.doors.tasks.resolve(value.name))


def saw(execution: Execution, stamps: Sequence[Stamp]) -> None:
    """Remember what has just been looked at."""
    now = execution.doors.clock.now()
    for stamp in stamps:
        execution.stamps[stamp.path] = stamp
        execution.seen_at[stamp.path] = now


def forget(execution: Execution, paths: Sequence[str]) -> None:
    """Let the next question about `paths` look at the disk again."""
    for path in paths:
        execution.stamps.pop(path, None)


def product_at(execution: Execution, call: Expression, path: str) -> File:
    """The File that the finished job of `call` left at `path`, or what lies at `path` below a folder that it left."""
    job = execution.frontier.cells[id(call)]
    assert isinstance(job, Job)
    for file in (job.leader or job).products:
        if file.path == path:
            return file
        if path.startswith(file.path + "/") and file.digest == UNKNOWN_DIGEST:
            return File(path, UNKNOWN_DIGEST, 1)
    stamp = observe(execution, [path])[0]
    if stamp.kind == ABSENT:
        raise execution.doors.planner.missing_input(path)
    return File(path, stamp.digest, stamp.kind)

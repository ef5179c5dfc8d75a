"""product: what a call left at a path, for those that read it."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import observe
from redo_py.engine.temporary import materialise
from redo_py.files.api import ABSENT, LINK
from redo_py.files.api import FILE as REGULAR
from redo_py.ir.expression import Expression
from redo_py.values.file import File
from redo_py.values.unknown import UNKNOWN_DIGEST


def product_at(execution: Execution, call: Expression, path: str) -> File:
    """The File that the finished job of `call` left at `path`, or what lies at `path` below a folder that it left.
    A link that it left is followed."""
    job = execution.frontier.cells[id(call)]
    assert isinstance(job, Job)
    for file in job.products:
        if file.path == path and file.kind != LINK:
            return file
        if path.startswith(file.path + "/"):
            if file.digest == UNKNOWN_DIGEST or (execution.settings.dry and file.path in execution.unmaterialised):
                return File(path, UNKNOWN_DIGEST, REGULAR)
            if file.path in execution.unmaterialised:
                materialise(execution, job, [file.path])
    stamp = observe(execution, [path])[0]
    if stamp.kind == ABSENT:
        raise execution.doors.planner.missing_input(path)
    return File(path, stamp.digest, stamp.kind)

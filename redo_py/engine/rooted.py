"""rooted: paths as the records have them, whichever folder an execution has them relative to."""

from __future__ import annotations

from posixpath import normpath

from redo_py.engine.execution import Execution
from redo_py.values.file import is_url


def rooted(execution: Execution, path: str) -> str:
    """`path`, relative to the folder of the execution, relative to the root."""
    here = execution.settings.here
    if path.startswith("/"):
        path = execution.doors.planner.own_path(path)
    if not here or path.startswith("/") or is_url(path):
        return path
    return normpath(f"{here}/{path}")

"""undeclared: what a job wrote without saying so, as far as the words of its commands show it.

A word that names a file is an input. One that named nothing when the job was planned and names a file that came while
the job ran would be an input from then on: one that the job itself changes, so that it could never be up to date.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.ground.errors import RunError


def check_words(execution: Execution, job: Job) -> None:
    """Raises RunError if the finished `job`, some of whose words named nothing before it ran, made a file that one of
    them names, but no output does."""
    for path in execution.doors.files.changed_since(job.options["absent_words"], job.started):
        raise RunError("undeclared-output", path=path, origin=job.origin)


def changes_while_read(job: Job, path: str) -> RunError:
    """The error for a `job` whose input `path` was different each time that it ran."""
    code = "named-word-changes" if path in job.options.get("named_words", ()) else "changes-while-read"
    return RunError(code, path=path, origin=job.origin)

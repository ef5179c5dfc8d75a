"""line: a job as it is written in a line for people."""

from __future__ import annotations

from redo_py.engine.job import Job
from redo_py.ground.frames import shown_value
from redo_py.tasks.declaration.session import SESSION

LONGEST = 200  # characters of one argument; `redun log JOB` has more


def call_of(job: Job) -> str:
    """The call that `job` is, with the beginnings of long arguments."""
    given = [(name, value) for name, value in job.arguments.items() if value is not SESSION]
    return f"{job.name}({', '.join(f'{name}={shown_value(value, LONGEST)}' for name, value in given)})"

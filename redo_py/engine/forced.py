"""forced: what must run although a result of it may be known."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job


def is_forced(execution: Execution, job: Job) -> bool:
    """Whether `--force` names the job or one of its outputs."""
    forces = execution.settings.forces
    return forces is not None and (forces(job.origin) or any(forces(output.path) for output in job.outputs))

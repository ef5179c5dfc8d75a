"""staged: around the copies for a script, in the engine's thread: what lies in their way, and what came of them.

What lies at a path that redun has copied to when the script has ended counts as put there by redun: the script may have
changed its copy.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.room import ledger
from redo_py.engine.rooted import rooted
from redo_py.engine.stage import Stage, paths_at
from redo_py.files.api import ABSENT
from redo_py.ground.errors import RedunError
from redo_py.records import LEDGER, STAGED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def enter_stage(execution: Execution, job: Job, targets: Iterable[Any]) -> Stage:
    """What copies to `targets`, files and folders, for the script of `job`."""
    there = [path for target in targets for path in paths_at(target)]
    entries = dict(zip(there, ledger(execution, there), strict=True))
    stage = Stage(entries, execution.doors.files.clear, execution.staged_paths)
    execution.stages[job.seq] = stage
    return stage


def leave_stage(execution: Execution, job: Job) -> None:
    """`job` has ended: tell what was displaced for it, and record what was copied."""
    stage = execution.stages.pop(job.seq, None)
    if stage is None:
        return
    for told in stage.displaced:
        execution.doors.events.emit("displaced", job, told)
    for path in stage.copied:
        try:
            (stamp,) = execution.doors.files.observe_outputs([path])
        except RedunError:
            continue  # nobody knows what is there: it is not redun's
        if stamp.kind != ABSENT:
            execution.ledger[path] = (stamp.digest, stamp.kind)
            execution.buffer[LEDGER] += (rooted(execution, path), stamp.digest, stamp.kind, STAGED)

"""What a killed build has left in a project, put right before the next command changes anything."""

from __future__ import annotations

import os

from redo_py.config.root import STATE
from redo_py.executors.recovery import recover
from redo_py.records import LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redo_py.app.project import Project

JOURNAL = f"{STATE}/running"


def recover_project(project: Project, notice: Callable[[str], None]) -> dict[str, tuple[bytes, int] | None]:
    """End the processes of a killed build, drop its half-made outputs, take the whole ones as redun's.

    The project must be locked. Returns the whole outputs: path -> (content, kind), None where nothing is any more.
    """
    if not os.path.exists(JOURNAL):
        return {}
    left = recover(JOURNAL, project.clock)
    for process in left.ended:
        notice(f"ended {process}, left by a build that was killed")
    project.files.discard(left.outputs_in_progress)
    made = project.files.observe_outputs(left.outputs_made)
    whole = {stamp.path: (stamp.digest, stamp.kind) if stamp.digest else None for stamp in made}
    if whole:
        store = project.store(notice)
        store.write([(LEDGER, (path, *entry, path)) for path, entry in whole.items() if entry])
    os.unlink(JOURNAL)  # from here on, what lies at those paths may be the user's own
    return whole

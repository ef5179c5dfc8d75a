"""What a killed build has left in a project, put right before the next command changes anything.

Since the kill the user may have written to the same paths. The journal proves of every job until when a change at its
outputs was its own work. What was changed later may be the user's, or of a command that outlived the build: it is
displaced where a job was unfinished, with one line for all, and not taken for redun's where one had ended.
"""

from __future__ import annotations

import os

from redo_py.config.root import STATE
from redo_py.records import LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redo_py.app.project import Project

JOURNAL = f"{STATE}/running"


def recover_project(project: Project, notice: Callable[[str], None]) -> None:
    """End the processes of a killed build, drop its half-made outputs, take the whole ones as redun's. The project must
    be locked."""
    project.files.sweep()
    if not os.path.exists(JOURNAL):
        return
    from redo_py.executors.processes.recovery import recover

    left = recover(JOURNAL, project.clock)
    for process in left.ended:
        notice(f"ended {process}, left by a build that was killed")
    own, doubtful = parted(project, left.outputs_in_progress)
    project.files.discard(own)
    displaced = project.files.clear(doubtful, [None] * len(doubtful))
    if displaced:
        notice(told(displaced))
    whole = project.files.observe_outputs(parted(project, left.outputs_made)[0])
    if whole:
        rows = [(LEDGER, (stamp.path, stamp.digest, stamp.kind, stamp.path)) for stamp in whole if stamp.digest]
        project.store(notice).write(rows)
    os.unlink(JOURNAL)  # from here on, what lies at those paths may be the user's own


def told(displaced: list[tuple[str, str]]) -> str:
    """One line for all that was displaced: (path, new place)."""
    (path, new_place), *more = displaced
    if not more:
        return f"{path} is half made by a killed build, or yours: moved to {new_place}"
    folder = new_place.removesuffix(f"/{path}")
    return f"{path} and {len(more)} more are half made by a killed build, or yours: moved to {folder}"


def parted(project: Project, outputs: dict[str, int]) -> tuple[list[str], list[str]]:
    """The paths at which something lies: where it was last changed by the moment given, and where it was later."""
    own: list[str] = []
    doubtful: list[str] = []
    for (path, moment), changed in zip(outputs.items(), project.files.last_changes(list(outputs)), strict=True):
        if changed:
            (own if changed <= moment else doubtful).append(path)
    return own, doubtful

"""What the engine is told of the executors that the settings name: nothing is loaded if there are none."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from redo_py.app.workspace import Workspace


def names_elsewhere(workspace: Workspace) -> Collection[str]:
    """The names of executors whose jobs take nothing of this machine; looked for only if the settings name any."""
    if not workspace.settings.executors:
        return ()
    from redo_py.app.plugins import Elsewhere

    return Elsewhere(workspace)


def options_of_jobs(workspace: Workspace) -> Mapping[str, Mapping[str, Any]]:
    """What they say of their jobs. Raises UsageError for what cannot be."""
    if not workspace.settings.executors:
        return {}
    from redo_py.app.checked_executors import check_executors

    check_executors(workspace)
    return workspace.executor_options()

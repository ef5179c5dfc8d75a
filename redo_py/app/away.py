"""Which executors leave this machine alone."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from redo_py.app.workspace import Workspace


def names_elsewhere(workspace: Workspace) -> Collection[str]:
    """The names of executors whose jobs take nothing of this machine; looked for only if the settings name any."""
    if not workspace.settings.executors:
        return ()
    from redo_py.app.plugins import Elsewhere

    return Elsewhere(workspace)

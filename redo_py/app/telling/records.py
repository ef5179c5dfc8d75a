"""The records of a project for those who only read: a project that was never built has none."""

from __future__ import annotations

import os

from redo_py.ground.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.app.workspace import Workspace
    from redo_py.store.api import Reader


def all_records_of(workspace: Workspace) -> Reader | None:
    """The same, and what is recorded in a database that the settings name. Raises StoreError if that cannot be read."""
    local = records_of(workspace)
    if not workspace.settings.database:
        return local
    from redo_py.app.shared_records import beside

    return beside(lambda: workspace.shared(lambda _: None, reading=True), local)


def records_of(project: Workspace) -> Reader | None:
    """The read door of the project's store, of which only that is asked for; None when there are no records or they
    cannot be read."""
    path = f"{project.state}/state.db"
    if not os.path.isfile(path) or not os.path.getsize(path):
        return None
    project.only_reads = True
    try:
        return project.store(lambda _: None)
    except StoreError:
        return None

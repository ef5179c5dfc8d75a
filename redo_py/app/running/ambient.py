"""The tasks of a process in which nothing runs: what `Task.hash` and `Task.source` ask."""

from __future__ import annotations

import os

from redo_py.app.running.workspace import RunWorkspace
from redo_py.app.tasks import ProjectTasks
from redo_py.config.environment import environment

_known: dict[str, ProjectTasks] = {}  # by the current folder


def tasks_of_process() -> ProjectTasks:
    """The Tasks door of the project that the current folder belongs to. Code is read once: what a process has imported
    stays what it is."""
    folder = os.getcwd()
    if folder not in _known:
        workspace = RunWorkspace(environment())
        try:
            modules = workspace.modules()
        finally:
            workspace.close()
        _known[folder] = ProjectTasks(lambda: modules)
    return _known[folder]

"""Scheduler: runs expressions with settings of its own, from Python."""

from __future__ import annotations

import os

from redo_py.app.running.from_python import value_of
from redo_py.app.running.run import Run, RunOptions, RunWorkspace
from redo_py.compat.config import Config
from redo_py.compat.current import RUNNING
from redo_py.compat.executors import Executor
from redo_py.compat.listening import Listener
from redo_py.config.environment import environment
from redo_py.config.layers import Layer, merged
from redo_py.config.redun_ini import RedunIni
from redo_py.config.settings import DEFAULTS, Settings
from redo_py.ground.errors import RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from redo_py.compat.promise import Promise

IN_MEMORY = ("", "sqlite://", "sqlite:///:memory:")  # databases that go with their scheduler


class SchedulerError(Exception):
    """A scheduler was asked for what it cannot do."""


class DryRunResult(Exception):
    """A dry run has come to what would have to run."""


class Scheduler:
    """Keeps what it runs where `config` says: in `state.db` of its folder, or beside the database that it names. Without
    either, as long as the scheduler lives, and nowhere else."""

    def __init__(
        self,
        config: Config | Mapping[str, Mapping[str, Any]] | None = None,
        backend: Any = None,
        executor: Executor | None = None,
        logger: Any = None,
        use_task_traceback: bool = True,
        job_status_interval: int | None = None,
        migrate: bool | None = None,
    ) -> None:
        self.config = config if isinstance(config, Config) else Config(config)
        self.logger = logger
        self.use_task_traceback = use_task_traceback
        self.job_status_interval = job_status_interval
        self.executors: dict[str, Executor] = {}
        self._environ = environment()
        self._said = RedunIni(self.config.ini, self._environ).values
        self.limits: dict[str, int] = dict(self._said.get("limits", {}))
        self._workspace: RunWorkspace | None = None
        self._folder: Any = None  # of what goes with the scheduler; None: none yet, or another one
        self._run: Run | None = None  # what is under way
        if executor is not None:
            self.add_executor(executor)

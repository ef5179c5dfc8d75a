"""`setup_scheduler`: a function of the user's that makes the scheduler whose settings `redun run` takes."""

from __future__ import annotations

import os

from redo_py.app.running.arguments.parameters import Reader
from redo_py.app.running.help import aligned, meaning_of
from redo_py.app.running.script import load
from redo_py.compat.config import Config
from redo_py.compat.scheduler import Scheduler
from redo_py.ground.errors import RedunError, UsageError
from redo_py.ground.frames import frames_of, said
from redo_py.ground.spans import Span
from redo_py.tasks.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from redo_py.app.running.workspace import RunWorkspace
    from redo_py.ground.frames import Frame

CONFIG = "config"  # what a parameter is called, unless it comes first, that gets what redun.ini says


class Setup:
    """The function that the settings of `workspace` name, and what can be given to it."""

    def __init__(self, workspace: RunWorkspace) -> None:
        """Raises UsageError if there is none, or it cannot be imported."""
        self.workspace = workspace
        self.named = workspace.settings.setup_scheduler
        module, _, name = self.named.partition("::")
        if not self.named:
            raise UsageError("setup-not-set")
        if not module or not name:
            raise UsageError("no-setup", setting=self.named)
        path = f"{workspace.root}/{module}"
        loaded = load(workspace, path if module.endswith(".py") and os.path.isfile(path) else module, workspace.folder)
        function: Any = getattr(loaded, name, None)
        if not callable(function):
            raise UsageError("no-setup", setting=self.named)
        self.function: Callable[..., Any] = function
        self.reader = Reader(Task(function, self.named, "", {}), "redun run --setup-help", None)
        first = next(iter(self.reader.parameters.values()), None)
        self.config = first.name if first is not None and first.is_required else CONFIG
        self.takes_config = self.reader.parameters.pop(self.config, None) is not None

    def help(self) -> Iterator[str]:
        """The lines about what `-s` may give."""
        if not self.reader.parameters:
            yield f"{self.named}, which makes the scheduler, takes no arguments"
            return
        yield f"Arguments of {self.named}, which makes the scheduler, each given as `-s NAME=VALUE`:"
        yield ""
        yield from aligned((each.name, meaning_of(each)) for each in self.reader.parameters.values())

    def apply(self, given: Sequence[str]) -> None:
        """Let `workspace` have the settings of the scheduler that the function makes of `given`, texts NAME=VALUE.
        Raises UsageError."""
        words = [f"--{text}" for text in given]
        self.reader.read(words)
        self.reader.check_complete()
        arguments: dict[str, Any] = {**self.reader.given, **self.reader.extra}
        if self.takes_config:
            arguments[self.config] = self._config()
        try:
            scheduler = self.function(**arguments)
        except RedunError:
            raise
        except Exception as error:
            raise self._failed(error) from error
        if not isinstance(scheduler, Scheduler):
            raise UsageError("no-scheduler", setting=self.named, kind=type(scheduler).__name__)
        self.workspace.settings = scheduler.settings_for(self.workspace)

    def _failed(self, error: Exception) -> UsageError:
        """The function has raised `error`: that, at the innermost line of the user's."""
        frames = frames_of(error)
        trail = [(each.function, self._place(each)) for each in frames[:-1]]
        span, source = (self._place(frames[-1]), frames[-1].text) if frames else (None, None)
        return UsageError("setup-fails", span=span, source=source, trail=trail, setting=self.named, error=said(error))

    def _place(self, frame: Frame) -> Span:
        return Span(os.path.relpath(frame.file, self.workspace.folder), frame.line, 1)

    def _config(self) -> Config:
        """What redun.ini says."""
        config = Config(configdir=self.workspace.state)
        path = f"{self.workspace.state}/redun.ini"
        if os.path.isfile(path):
            config.read_path(path)
        return config

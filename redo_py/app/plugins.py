"""The executors of the settings that are no threads and processes of this machine: each from its class and options."""

from __future__ import annotations

import os

from redo_py.app.running.named_executors import is_local, resolved
from redo_py.config.environment import worker_environment
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any

    from redo_py.app.executors import Executors
    from redo_py.app.workspace import Workspace
    from redo_py.executors.api import Executor
    from redo_py.executors.backend import Site
    from redo_py.executors.processes.journal import Journal, Unwritten
    from redo_py.tasks.task import Task

    Factory = Callable[[Executors], Executor]

SCRATCH = "scratch"  # in the state folder, for executors that name none


class Plugins:
    """Makes them, for the execution in `workspace` with this id, if it has one. `identify` gives the digest of a task's
    code, `identify_files` that of whole files; modules are looked for in `folders` before the root. `notice` hears,
    from any thread, what is tried again. All that are made by one of these belong to one run, and share what they have
    in common."""

    def __init__(
        self,
        workspace: Workspace,
        journal: Journal | Unwritten | None,
        jobs: int,
        identify: Callable[[Task], bytes],
        folders: Sequence[str] = (),
        execution: bytes = b"",
        notice: Callable[[str], None] = lambda text: None,
        identify_files: Callable[[Task], bytes] | None = None,
    ) -> None:
        self._workspace = workspace
        self._journal = journal
        self._jobs = jobs
        self._identify = identify
        self._identify_files = identify_files
        self._folders = folders
        self._execution = execution
        self._notice = notice
        self._shared: dict[str, Any] = {}

    def factory(self, name: str, setting: Mapping[str, Any]) -> Factory:
        """What makes the executor `name`, which `setting` describes; it raises UsageError."""

        def make(executors: Executors) -> Executor:
            return self.made(name, setting)

        return make

    def made(self, name: str, setting: Mapping[str, Any]) -> Executor:
        """The executor. Raises UsageError."""
        from redo_py.executors.plugins import made_from, options_of

        made_of = class_of(self._workspace, name, setting)
        options = options_of(name, made_of, setting, lambda option: self._workspace.span_of_executor(name, option))
        site = self.site(name)
        if not hasattr(made_of, "launch"):
            executor: Executor = made_from(name, made_of, options, site)
            return executor
        from redo_py.executors.elsewhere.executor import ElsewhereExecutor
        from redo_py.remote.api.scratch import Scratch

        site.scratch = Scratch(options.scratch or f"{site.state}/{SCRATCH}", options.scratch_access, site.root)
        return ElsewhereExecutor(made_from(name, made_of, options, site), options, site, self._notice)

    def site(self, name: str) -> Site:
        """Where the executor `name` is."""
        from redo_py.executors.backend import Site

        workspace = self._workspace
        settings = workspace.settings
        return Site(
            name, workspace.root, os.getcwd(), os.path.abspath(workspace.state),
            worker_environment(workspace.environ), workspace.clock, self._identify, self._folders,
            {"redun": settings.redun, "packages": settings.packages}, self._jobs, self._journal,
            self._execution, self._shared, self._identify_files,
        )  # fmt: skip


def class_of(workspace: Workspace, name: str, setting: Mapping[str, Any]) -> Any:
    """The class that the executor `name` is made of. Raises UsageError."""
    try:
        return _class_of(name, setting, lambda module: workspace.modules().load(module))
    except UsageError as error:
        place = workspace.place_of_executor(name)
        if place and error.code.startswith("executor-"):
            error.facts.append(("set in", place))
        raise


def _class_of(name: str, setting: Mapping[str, Any], load: Callable[[str], Any]) -> Any:
    from redo_py.executors.plugins import class_at, class_of_type

    if "class" in setting:
        return class_at(name, str(setting["class"]), load)
    return class_of_type(name, str(setting.get("type", "")))


def options_of_jobs(
    name: str, settings: Mapping[str, Mapping[str, Any]], load: Callable[[str], Any]
) -> Collection[str]:
    """The options that jobs may give the executor `name` of the `settings`, if it is none of this machine; `load` gives
    a module of the project."""
    from redo_py.executors.options import per_job

    try:
        name = resolved(name, settings)
        setting = settings.get(name, {})
        return () if is_local(setting) else per_job(_class_of(name, setting, load).Options)
    except UsageError:
        return ()  # the job hears of it


class Elsewhere:
    """The names of executors whose jobs take nothing of this machine. Which those are is found out when it is asked."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._settings = workspace.settings.executors
        self._known: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        known = self._known.get(name)  # type: ignore[call-overload]
        if known is None:
            known = self._known[name] = self._is_elsewhere(str(name or ""))  # type: ignore[index]
        return bool(known)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._settings if name in self)

    def __len__(self) -> int:
        return sum(not is_local(setting) for setting in self._settings.values())

    def _is_elsewhere(self, name: str) -> bool:
        try:
            name = resolved(name, self._settings)
            setting = self._settings.get(name)
            if setting is None or is_local(setting):
                return False
            return not getattr(class_of(self._workspace, name, setting), "is_here", True)
        except UsageError:
            return False  # whoever gives it a job hears why it cannot be

"""The executors that a run has: threads of this process, processes, and what the settings name."""

from __future__ import annotations

from redo_py.app.environments import Environments, program_of
from redo_py.app.executors import Executors
from redo_py.config.environment import foreign_environment, worker_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.app.plugins import Plugins
    from redo_py.app.running.workspace import RunWorkspace
    from redo_py.executors.api import Executor
    from redo_py.executors.commands.sharing import Sharing
    from redo_py.executors.inbox import SelectInbox
    from redo_py.executors.processes.journal import Journal

    Factory = Callable[[Executors], Executor]

DEFAULT = "default"  # the executor of functions that ask for none; `thread` is another name of it


class RunExecutors:
    """Makes the executors of one run when a job asks for them; at most `jobs` of its jobs run at once."""

    def __init__(
        self,
        workspace: RunWorkspace,
        journal: Journal,
        sharing: Sharing,
        jobs: int,
        notice: Callable[[str], None],
        execution: bytes = b"",
    ) -> None:
        self.workspace = workspace
        self.journal = journal
        self.sharing = sharing
        self.jobs = jobs
        self.notice = notice  # who hears what the user should know once
        self.execution = execution  # its id; b"" for what is no execution
        self._plugins: Plugins | None = None  # None until the settings name executors of other kinds

    def made(self, inbox: SelectInbox) -> Executors:
        """The mapping of them all."""
        workspace = self.workspace
        factories: dict[str, Factory] = {
            "command": self.commands,
            DEFAULT: self.functions(None),
            "process": self.processes(None),
            "async": self.coroutines,
        }
        if workspace.settings.executors:
            from redo_py.app.running.named_executors import Named

            named = Named(workspace.settings.executors, self.functions, self.processes, self.plugin)
            factories |= named.factories()
        environments = Environments(workspace, self._processes_of, self.notice)
        return Executors(inbox, factories, self._behind, environments)

    def _behind(self, name: str) -> str:
        """The name of the executor that runs the jobs of `name`. Raises UsageError for aliases in a circle."""
        if self.workspace.settings.executors:
            from redo_py.app.running.named_executors import resolved

            name = resolved(name, self.workspace.settings.executors)
        return DEFAULT if name == "thread" else name

    def commands(self, made: Executors) -> Executor:
        """Runs shell commands."""
        from redo_py.executors.commands.command import CommandExecutor

        workspace = self.workspace
        scratch = f"{workspace.state}/tmp"
        return CommandExecutor(
            workspace.folder, workspace.clock, self.journal, scratch, workspace.environ, sharing=self.sharing
        )

    def functions(self, count: int | None) -> Factory:
        """What runs so many functions at once that ask for nothing: in threads, or where the interpreter of the project
        is."""
        threads = self.threads(count)
        if not self.workspace.python:
            return threads
        from redo_py.executors.environments.apart import ApartExecutor

        processes = self.processes(count)
        return lambda executors: ApartExecutor(processes(executors), threads(executors))

    def threads(self, count: int | None) -> Factory:
        """What runs functions in so many threads of this process."""

        def make(executors: Executors) -> Executor:
            from redo_py.executors.functions.threads import ThreadExecutor

            inner: Any = executors.get("command")
            return ThreadExecutor(
                count or self.jobs, self.workspace.clock, inner, passes_on=True,
                measures=self.workspace.settings.measures,
            )  # fmt: skip

        return make

    def coroutines(self, made: Executors) -> Executor:
        """Runs `async def` functions."""
        from redo_py.executors.functions.coroutines import CoroutineExecutor
        from redo_py.files import public as public  # functions may open the files that they are given

        return CoroutineExecutor(self.workspace.folder, self.workspace.clock, passes_on=True)

    def processes(self, count: int | None) -> Factory:
        """What runs functions in so many processes."""
        if self.workspace.python:
            return self._processes_of(program_of(self.workspace.python), self.workspace.environ, count)

        def make(executors: Executors) -> Executor:
            from redo_py.executors.functions.process import ProcessExecutor

            workspace = self.workspace
            environ = worker_environment(workspace.environ, workspace.import_paths)
            identify = workspace.tasks().digest_alone
            return ProcessExecutor(
                count or self.jobs, workspace.root, workspace.clock, self.journal, environ, identify,
                workspace.import_paths[:-1], workspace.folder,
            )  # fmt: skip

        return make

    def plugin(self, name: str, setting: Mapping[str, Any]) -> Factory:
        """What runs jobs in another way."""
        from redo_py.app.plugins import Plugins

        if self._plugins is None:
            workspace = self.workspace
            tasks, folders = workspace.tasks(), workspace.import_paths[:-1]
            self._plugins = Plugins(
                workspace, self.journal, self.jobs, tasks.digest_alone, folders, self.execution, self.notice,
                tasks.digest_of_files,
            )  # fmt: skip
        return self._plugins.factory(name, setting)

    def _processes_of(self, program: Sequence[str], environ: Mapping[str, str], count: int | None = None) -> Factory:
        """What runs functions in so many processes of another interpreter, which `program` starts."""

        def make(executors: Executors) -> Executor:
            from redo_py.executors.functions.process import ProcessExecutor

            workspace = self.workspace
            folders = workspace.import_paths
            return ProcessExecutor(
                count or self.jobs, workspace.root, workspace.clock, self.journal,
                foreign_environment(environ, folders), workspace.tasks().digest_of_files, folders[:-1],
                workspace.folder, program, by_files=True,
            )  # fmt: skip

        return make

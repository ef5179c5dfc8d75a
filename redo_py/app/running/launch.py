"""`redun launch`: a command of the user's as one job of an executor."""

from __future__ import annotations

import os

from redo_py.app.checked_executors import check_name
from redo_py.app.running.arguments.request import RunRequest
from redo_py.app.running.command import go_to
from redo_py.app.running.options import RunOptions, execution_id_of, pair, tags_of
from redo_py.app.running.reporting.report import RunReport
from redo_py.app.running.run import Run
from redo_py.app.running.workspace import RunWorkspace
from redo_py.engine.job import JobState
from redo_py.ground.errors import RedunError, UsageError
from redo_py.ground.job_ids import execution_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.engine.job import Cell

    Write = Callable[[str], None]


class Launch:
    """One `redun launch` line."""

    def __init__(
        self,
        words: Sequence[str],
        executor: str,
        code_package: bool = False,
        options: Sequence[str] = (),
        directory: str = "",
        profile: str = "",
        id: str = "",
    ) -> None:
        """Raises UsageError for an id that is none."""
        self.id = execution_id_of(id) if id else b""  # of the execution; b"" for a new one
        self.words = list(words)
        self.executor = executor
        self.code_package = code_package
        self.options = list(options)
        self.directory = directory
        self.profile = profile

    def carry_out(self, environ: Mapping[str, str], wait: bool, write: Write, tell: Write) -> int:
        """Run it, or with `wait` false have another process do that; the exit status. Raises UsageError."""
        if self.directory:
            go_to(self.directory)
        workspace = RunWorkspace(environ, self.profile)
        try:
            check_name(self.executor, workspace)
            if wait:
                return self._run(workspace, write, tell)
            self.call()  # what is wrong with the line is told here
        finally:
            workspace.close()
        return self._leave(environ, tell)

    def call(self) -> Any:
        """The lazy call. Raises UsageError for an option that cannot be."""
        from redo_py.library.scripting import script

        given = dict(map(pair, self.options))
        if self.code_package:
            given["code_package"] = True
        try:
            return script(self.words, executor=self.executor, cache=False, **given)
        except (TypeError, ValueError) as error:
            raise UsageError("launch-options", reason=str(error)) from None

    def argv(self, is_record: bool = False) -> list[str]:
        """The line that does the same and waits; with `is_record` as the user has given it: one that has an id already
        was most likely left to itself."""
        options = [word for option in self.options for word in ("-o", option)]
        flags = [
            *(["--code-package"] if self.code_package else []),
            *(["--profile", self.profile] if self.profile else []),
        ]
        known = ["--execution-id", execution_id(self.id)] if self.id and not is_record else []
        waits = [] if self.id and is_record else ["--wait"]
        return ["launch", "--executor", self.executor, *waits, *known, *flags, *options, "--", *self.words]

    def _leave(self, environ: Mapping[str, str], tell: Write) -> int:
        """Have another process wait for it."""
        from redo_py.config.environment import worker_environment
        from redo_py.executors.commands.aside import start_aside

        self.id = self.id or os.urandom(16)
        start_aside(self.argv(), worker_environment(environ))
        tell(f"[redun] launched on {self.executor}: `redun log {execution_id(self.id)}` tells how it is\n")
        return 0

    def _run(self, workspace: RunWorkspace, write: Write, tell: Write) -> int:
        options = RunOptions(
            ("redun", *self.argv(is_record=True)), tags=tags_of(RunRequest(), workspace, ""), id=self.id
        )
        report = RunReport(tell, workspace.settings.log_level)
        run = Run(workspace, options, report)
        root = run.evaluate(self.call())
        report.write_table()
        if run.execution.interrupted:
            return 128 + run.execution.interrupted
        if root.state == JobState.DONE:
            write(root.value.decode("utf-8", "replace"))
            return 0
        return status_of(root)


def status_of(root: Cell) -> int:
    """The exit status for a launch that failed: that of the command, if it came to one."""
    error = root.error
    if not isinstance(error, RedunError):
        return 1
    status = error.words.get("status")
    return status if type(status) is int and status else error.exit_status

"""`redun run`: from a request to the value of a task and an exit status."""

from __future__ import annotations

import os

from redo_py.app.report import describe
from redo_py.app.running.arguments import Reader
from redo_py.app.running.report import PREFIX, RunReport
from redo_py.app.running.run import Run, RunOptions, RunWorkspace
from redo_py.app.running.script import Script
from redo_py.engine.job import JobState
from redo_py.ground.errors import RedunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from redo_py.app.running.request import RunRequest
    from redo_py.engine.job import Cell
    from redo_py.tasks.task import Task

    Write = Callable[[str], None]

HELP, INFO = "help", "info"  # words that stand for a task, or behind one
WOULD_RUN = 1  # the exit status of a dry run that could not give the result
ASKING = ("-h", "--help")


class RunCommand:
    """One `redun run` line. The result and what was asked for is written with `write`, all else with `tell`; `debug` is
    given the error of a task that failed, if that was asked for."""

    def __init__(
        self,
        request: RunRequest,
        environ: Mapping[str, str],
        write: Write,
        tell: Write,
        debug: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.request = request
        self.environ = environ
        self.write = write
        self.tell = tell
        self.debug = debug
        self.value: Any = None  # of the task, once it has one
        self.workspace: RunWorkspace

    def carry_out(self) -> int:
        """The exit status. Raises UsageError before anything was run."""
        request = self.request
        if request.directory:
            go_to(request.directory)
        if not request.plain:
            raise UsageError("missing-argument", command="run", argument="SCRIPT")
        self.workspace = RunWorkspace(self.environ, request.profile)
        try:
            self.workspace.answer_redun(lambda text: self.tell(f"{PREFIX}{text}\n"))
            return self._run_script(Script(self.workspace, request.plain[0]))
        finally:
            self.workspace.close()

    def _run_script(self, script: Script) -> int:
        from redo_py.app.running import help as told

        name, words = (*self.request.plain, "")[1], self.request.words
        known = script.tasks()
        if name == INFO and INFO not in known:
            return self._show(told.facts_of_all(script, self.workspace.tasks()))
        if not name or (name == HELP and HELP not in known):
            return self._show(told.tasks_in(script))
        task = script.task(name)
        called = f"redun run {script.named} {name}"
        if words == (INFO,):
            return self._show(told.source_of(task, self.workspace.tasks()))
        if words == (HELP,) or self.request.help:
            return self._show(told.arguments_of(task, called))
        reader = Reader(task, called, self.request)
        if any(word in words and word not in reader.by_option for word in ASKING):
            return self._show(told.arguments_of(task, called))
        reader.read(words)
        reader.check_complete()
        return self._run_task(task, *reader.call())

    def _show(self, lines: Iterable[str]) -> int:
        self.write("".join(f"{line}\n" for line in lines))
        return 0

    def _run_task(self, task: Task, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
        request = self.request
        report = RunReport(self.tell, request.log_level)
        options = RunOptions(
            ("redun", *request.argv),
            dry=request.dry,
            cache=request.cache,
            jobs=request.jobs,
            max_failures=request.max_failures,
        )
        run = Run(self.workspace, options, report)
        root = run.evaluate(task(*args, **kwargs))
        report.write_table()
        return self._conclude(run, root)

    def _conclude(self, run: Run, root: Cell) -> int:
        """Tell how it ended; the exit status."""
        execution = run.execution
        if execution.interrupted:
            return 128 + execution.interrupted
        if root.state == JobState.DONE and report_of_dry_run(run, self.tell):
            return WOULD_RUN
        if root.state == JobState.DONE:
            self.value = root.value
            if root.value is not None:
                self.write(pretty(root.value) + "\n")
            return 0
        error = root.error
        told = {id(job.error) for job in execution.failures}
        if error is not None and id(error) not in told:
            self.tell(describe(error) + "\n")
        if error is not None and self.debug is not None:
            self.debug(error)
        status = error.exit_status if isinstance(error, RedunError) else 1
        return 1 if status == 2 and any(job.tries for job in execution.frontier.jobs) else status


def report_of_dry_run(run: Run, tell: Write) -> bool:
    """Whether `run` was a dry run in which something would have run, which is told."""
    count = sum(job.outcome == "would_run" for job in run.execution.frontier.jobs)
    if count:
        tell(f"[redun] Dry run: {count} job{'s' if count > 1 else ''} would run, and perhaps others after them\n")
    return count > 0


def go_to(directory: str) -> None:
    """Make `directory` the current folder; raises UsageError."""
    if not os.path.isdir(directory):
        from redo_py.app.nearby import nearby

        raise UsageError("no-such-folder", path=directory, hint=nearby(directory, os.getcwd(), os.path.isdir))
    os.chdir(directory)


def pretty(value: object) -> str:
    """The result as it is printed: on one line if that is short, else with its parts below each other."""
    kind = type(value)
    if kind in (int, float, bool) or (kind in (str, list, tuple, bytes) and len(repr(value)) < 75):
        return repr(value)
    from pprint import pformat

    return pformat(value)

"""`redo_py.run`: evaluate an expression from a Python program."""

from __future__ import annotations

import sys

from redo_py.app.running.arguments.request import RunRequest
from redo_py.app.running.options import RunOptions, context_of, execution_id_of
from redo_py.app.running.run import Run
from redo_py.app.running.workspace import RunWorkspace
from redo_py.config.environment import environment
from redo_py.engine.job import JobState
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, TypeVar

    from redo_py.app.running.run import Report
    from redo_py.engine.execution import Execution

    R = TypeVar("R")

LOGGER = "redun"  # the name that redun's users know
INFO = 20  # as `logging` counts


class Unheard:
    """A report that nobody reads."""

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        """Nobody is told."""

    def notice(self, text: str) -> None:
        """Nobody is told."""

    def begin(self, execution: Execution, argv: str, state: str) -> None:
        """Nobody is told."""

    def write_table(self) -> None:
        """Nobody is told."""

    def ended(self) -> None:
        """Nobody is told."""


class DryRunResult(Exception):
    """A dry run has come to what would have to run."""


def run(
    expr: R,
    config_dir: str | None = None,
    exec_argv: Sequence[str] | None = None,
    dryrun: bool = False,
    cache: bool = True,
    tags: Iterable[tuple[str, Any]] = (),
    context: Mapping[str, Any] | None = None,
    execution_id: str | None = None,
) -> R:
    """The value of `expr`, which may hold task calls at any depth. What is remembered is reused, and what ran is
    remembered: in the folder `config_dir`, else in the nearest `.redun` folder upward from where the program stands.
    What happens is told to the logger `redun`, if anybody listens to it.

    Raises what the task raised, RedunError, and DryRunResult if `dryrun` and something would have to run.
    """
    workspace = RunWorkspace(environment(), state=config_dir or "")
    workspace.look_beside_program()
    options = RunOptions(
        exec_argv or ("redo_py.run",),
        dryrun,
        cache,
        tags=tags,
        context={**context_of(RunRequest(), workspace), **(context or {})},
        id=execution_id_of(execution_id) if execution_id else b"",
    )
    try:
        made = Run(workspace, options, report())
        value: R = value_of(made, expr)
        if dryrun and any(job.outcome == "would_run" for job in made.execution.frontier.jobs):
            raise DryRunResult
        return value
    finally:
        workspace.close()


def report() -> Report:
    """Who is told what happens: the logger, if the program has set one up."""
    logging = sys.modules.get("logging")
    if logging is None or not logging.getLogger(LOGGER).isEnabledFor(INFO):
        return Unheard()
    from redo_py.app.running.reporting.report import PREFIX, RunReport

    logger = logging.getLogger(LOGGER)

    def write(text: str) -> None:
        for line in text.splitlines():
            logger.info(line.removeprefix(PREFIX.rstrip()).removeprefix(" "))

    return RunReport(write)


def value_of(run: Run, expr: Any) -> Any:
    """Carry out `run`; what `expr` comes to. Raises what the task raised, RedunError, KeyboardInterrupt."""
    root = run.evaluate(expr)
    run.report.write_table()
    if run.execution.interrupted:
        raise KeyboardInterrupt
    if root.state == JobState.DONE:
        return root.value
    raise root.error or RunError("stuck", count=0, origins="")

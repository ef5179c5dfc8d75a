"""`redo_py.run`: evaluate an expression from a Python program."""

from __future__ import annotations

from redo_py.app.running.options import RunOptions
from redo_py.app.running.run import Run
from redo_py.app.running.workspace import RunWorkspace
from redo_py.config.environment import environment
from redo_py.engine.job import JobState
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.engine.execution import Execution


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


def run(expr: Any, *, exec_argv: Sequence[str] = (), cache: bool = True) -> Any:
    """The value of `expr`, which may hold task calls at any depth. What is remembered in the `.redun` folder of the
    project that the current folder belongs to is reused, and what ran is remembered there.

    Raises what the task raised, and RedunError.
    """
    workspace = RunWorkspace(environment())
    try:
        made = Run(workspace, RunOptions(exec_argv or ("redo_py.run",), cache=cache), Unheard())
        return value_of(made, expr)
    finally:
        workspace.close()


def value_of(run: Run, expr: Any) -> Any:
    """Carry out `run`; what `expr` comes to. Raises what the task raised, RedunError, KeyboardInterrupt."""
    root = run.evaluate(expr)
    if run.execution.interrupted:
        raise KeyboardInterrupt
    if root.state == JobState.DONE:
        return root.value
    raise root.error or RunError("stuck", count=0, origins="")

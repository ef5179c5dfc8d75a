"""`redun run`: from a request to the value of a task and an exit status."""

from __future__ import annotations

from redo_py.app.running.report import RunReport
from redo_py.app.running.run import Run, RunOptions, RunWorkspace
from redo_py.app.running.script import Script
from redo_py.engine.job import JobState
from redo_py.ground.errors import RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redo_py.app.running.request import RunRequest

NOTHING_TO_SHOW = (None,)


def run_command(
    request: RunRequest, environ: Mapping[str, str], write: Callable[[str], None], tell: Callable[[str], None]
) -> int:
    """Carry out `request`; the exit status. The result is written with `write`, all else with `tell`. Raises UsageError
    before anything was run."""
    workspace = RunWorkspace(environ)
    try:
        report = RunReport(tell)
        workspace.answer_redun(report.notice)
        script = Script(workspace, request.script)
        task = script.task(request.task)
        run = Run(workspace, RunOptions(("redun", *request.argv)), report)
        root = run.evaluate(task())
        report.end()
        if root.state == JobState.DONE:
            if root.value is not None:
                write(pretty(root.value) + "\n")
            return 0
        if run.execution.interrupted:
            return 128 + run.execution.interrupted
        error = root.error
        told = {id(job.error) for job in run.execution.failures}
        if error is not None and id(error) not in told:
            from redo_py.app.report import describe

            tell(describe(error) + "\n")
        return error.exit_status if isinstance(error, RedunError) else 1
    finally:
        workspace.close()


def pretty(value: object) -> str:
    """The result as it is printed."""
    from pprint import pformat

    return pformat(value)

"""`redun run`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.app.running.request import RunRequest
from redo_py.cli.application import Command, app


@app.command(cls=Command, short_help="Run a task of a Python file.")
def run(
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help="A Python file, or the name of a module.")],
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task to run.")],
) -> int:
    """Run a task of a Python file, with everything that it calls: what is remembered and still holds is reused."""
    from redo_py.cli.run import run as carry_out

    return carry_out(RunRequest(script, task, (), ("run", script, task)))

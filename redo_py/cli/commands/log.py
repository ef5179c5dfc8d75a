"""`redun log`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Directory, File, request_of
from redo_py.cli.terminal import write_bytes
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError


@app.command(cls=Command, short_help="Show what a target printed when it last ran.")
def log(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A file, check or action.")] = "",
    output: Annotated[bool, typer.Option("--output", help="Show what TARGET printed when it last ran.")] = False,
    directory: Directory = "",
    file: File = "",
) -> int:
    """Show what a target printed when it last ran: `redun log --output TARGET`."""
    from redo_py.app.telling.log import printed

    if not output or not target:
        raise UsageError("log-needs-output")
    write_bytes(printed(request_of((target,), None, directory, file), environment()))
    return 0

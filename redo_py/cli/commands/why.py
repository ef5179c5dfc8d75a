"""`redun why`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="Say why a target would run now, or why it last ran.")
def why(
    targets: Annotated[list[str], typer.Argument(metavar="TARGET", help="What to ask about; source files, too.")],
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
) -> int:
    """Say why TARGET would run now, down to the file, option, variable, tool or line of code that differs.

    If nothing would run: what made it, when and why that was. Of a source file: what uses it. Nothing is run.
    """
    from redo_py.app.request import versions
    from redo_py.app.why import why as explain

    return explain(request_of(targets, defines, directory, file), environment(), write, versions())

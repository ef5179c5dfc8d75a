"""`redun init`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.terminal import write


@app.command(cls=Command, short_help="Write a redunfile.py to start from.")
def init(
    directory: Annotated[
        str, typer.Argument(metavar="DIR", help="Where, and not here; made if it is not there.")
    ] = ".",
) -> int:
    """Write a commented redunfile.py that works, where there is none."""
    from redo_py.app.care.init import init as start

    write(start(directory))
    return 0

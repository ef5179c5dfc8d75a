"""`redun targets`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, Profile, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="List what can be built.")
def targets(
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """List what can be built: groups, files, patterns, checks and actions, with what their rules say of them.

    The redunfile is read; no module of yours is imported and nothing is run.
    """
    from redo_py.app.views.targets import as_json, as_text, targets_of

    listed = targets_of(request_of((), defines, directory, file, profile), environment())
    write(as_json(listed) if json else as_text(listed))
    return 0

"""`redun config`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, Profile, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="Show the settings, and where each comes from.")
def config(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="Show only what has this name.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """Show every setting and every value of the redunfile's config(...), and where each comes from.

    The default, a line of a settings file, a profile, an environment variable, or the command line.
    """
    from redo_py.app.views.configuration import configuration

    return configuration(request_of((), defines, directory, file, profile), name, environment(), json, write)

"""`redun adopt`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, Profile, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError


@app.command(cls=Command, short_help="Take outputs that are there as made, without running anything.")
def adopt(
    globs: Annotated[list[str] | None, typer.Argument(metavar="GLOB", help="Outputs that are there.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Adopt whatever `redun build` would make.")] = False,
    any_age: Annotated[
        bool, typer.Option("--any-age", help="Adopt also outputs that are older than what they are made from.")
    ] = False,
    dry: Annotated[bool, typer.Option("-n", "--dry-run", help="Say what would be adopted; record nothing.")] = False,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """Record outputs that are there as made of the present inputs, for a project that was built with another tool.

    Nothing is run, so nothing proves that they are: `redun why` says that they were adopted, and not verified.
    `redun build --force GLOB` makes them, and they are as good as any other.
    """
    from redo_py.app.care.adopt import adopt as take
    from redo_py.app.request import versions

    if bool(globs) == everything:
        raise UsageError("adopt-what")
    request = request_of((), defines, directory, file, profile)
    request.dry = dry
    return take(request, globs or (), any_age, environment(), write, versions())

"""`redun clean`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, Profile, Targets, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="Remove what redun made, and nothing else.")
def clean(
    targets: Targets = None,
    stale: Annotated[bool, typer.Option("--stale", help="Remove only what no rule can make any more.")] = False,
    dry: Annotated[bool, typer.Option("-n", "--dry-run", help="Say what would be removed; remove nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Remove also what git keeps.")] = False,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """Remove what redun made and nobody has changed since: everything, or what makes up the TARGETs.

    Never a file that redun did not make, and what git keeps only if it is named. The cache keeps the contents: the next
    build puts them back.
    """
    from redo_py.app.care.clean import clean as remove

    request = request_of(targets, defines, directory, file, profile)
    request.dry = dry
    request.force_all = force
    return remove(request, stale, environment(), write)

"""`redun compdb`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, Profile, Targets, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="Write compile_commands.json, for clangd and other tools.")
def compdb(
    targets: Targets = None,
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            show_default=False,
            help="Write FILE instead of compile_commands.json in the project's root; - prints.",
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="All commands, not only those that compile C.")] = False,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """Write how TARGETs, or the defaults, compile C, C++ and their relatives, for clangd and other tools.

    Nothing is run: what is not built yet is there, too. A file that says the same already is not touched.
    """
    from redo_py.app.views.compdb import compdb as write_database

    request = request_of(targets, defines, directory, file, profile)
    return write_database(request, output, everything, environment(), write)

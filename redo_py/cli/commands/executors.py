"""`redun executors`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Directory, Profile
from redo_py.cli.terminal import write
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError

CHECK = "check"


@app.command(cls=Command, short_help="List the executors and whether they can be used here; try one.")
def executors(
    action: Annotated[str, typer.Argument(metavar="[check]", help="Run a small job; nothing lists them all.")] = "",
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="The executor to try.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    directory: Directory = "",
    profile: Profile = "",
) -> int:
    """List the executors that tasks and rules can name: those that are always there and those of the settings, and why
    one cannot be used here.

    `redun executors check NAME` runs a small job on one and says what its worker is. The exit status is 1 if it fails.
    """
    from redo_py.app.views.executors import check_executor, list_executors

    if not action:
        return list_executors(environment(), write, directory, profile, json)
    if action != CHECK:
        raise UsageError("unknown-executors-action", action=action)
    if not name:
        raise UsageError("missing-argument", command="executors check", argument="NAME")
    return check_executor(name, environment(), write, directory, profile)

"""`redun launch`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import LaunchCommand, app
from redo_py.cli.options import Directory, Profile
from redo_py.cli.terminal import write, write_aside
from redo_py.config.environment import environment


@app.command(cls=LaunchCommand, short_help="Run any command as one job of an executor.")
def launch(
    words: Annotated[list[str], typer.Argument(metavar="COMMAND", help="The command, and all that is its own.")],
    executor: Annotated[
        str, typer.Option("--executor", metavar="EXECUTOR", show_default=False, help="Where it runs.")
    ] = "default",
    code_package: Annotated[bool, typer.Option("--code-package", help="Send the code of the project with it.")] = False,
    option: Annotated[
        list[str] | None,
        typer.Option("-o", "--option", metavar="KEY=VALUE", help="An option of the job, as of a task."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has ended, and print what it printed.")] = False,
    execution_id: Annotated[
        str, typer.Option("--execution-id", metavar="ID", show_default=False, help="The id that it gets.")
    ] = "",
    directory: Directory = "",
    profile: Profile = "",
) -> int:
    """Run a command as one job of an executor, for example a whole run: `redun launch --executor far --code-package
    redun run flow.py main`.

    The options of launch stand before the command: all behind its first word is its own. Without --wait it is left to
    itself, and what comes of it is found with `redun log`. The exit status is that of the command when it is waited
    for.
    """
    from redo_py.app.running.launch import Launch

    asked = Launch(list(words), executor, code_package, option or [], directory, profile, execution_id)
    return asked.carry_out(environment(), wait, write, write_aside)

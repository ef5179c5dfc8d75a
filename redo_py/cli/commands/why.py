"""`redun why`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, Profile, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError


@app.command(cls=Command, short_help="Say why a target would run now, or why it last ran.")
def why(
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="TARGET", help="What to ask about; source files, too.")
    ] = None,
    past: Annotated[
        str,
        typer.Option(
            "--in",
            metavar="EXECUTION",
            help="What a past execution did: -, the last one, ~2 ... earlier ones, or an id.",
        ),
    ] = "",
    unrelated: Annotated[
        str, typer.Option("--not", metavar="FILE", help="Whether a change of FILE would reach TARGET, and how.")
    ] = "",
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """Say why TARGET would run now, down to the file, option, variable, tool or line of code that differs.

    If nothing would run: what made it, when and why that was. Of a source file: what uses it. Nothing is run. Where
    there is no redunfile, the records of runs tell when and why a task last ran, and what made a file.
    """
    request = request_of(targets, defines, directory, file, profile)
    if past and unrelated:
        raise UsageError("why-not-in-past")
    if past:
        from redo_py.app.telling.past import past as tell

        return tell(request, past, environment(), write)
    if not targets:
        raise UsageError("why-needs-target")
    from redo_py.app.request import versions
    from redo_py.app.telling.reaching import Reaching
    from redo_py.app.telling.why import Why
    from redo_py.app.telling.why import why as explain

    def answer(asked: Why) -> list[list[str]]:
        return Reaching(asked).blocks(unrelated) if unrelated else asked.blocks()

    return explain(request, environment(), write, versions(), answer, rules=bool(unrelated))

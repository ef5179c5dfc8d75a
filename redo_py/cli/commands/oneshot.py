"""`redun oneshot`: its help. The fast lane carries the command itself out, see cli.fastlane."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.terminal import write_aside
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="Run one job that lies in a scratch: for executors, not for people.")
def oneshot(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="SCRATCH/jobs/KEY; for a job of an array, SCRATCH.")],
    array: Annotated[str, typer.Option("--array", metavar="NAME", show_default=False, help="The array.")] = "",
    index: Annotated[
        str,
        typer.Option(
            "--index", metavar="VARIABLE", show_default=False, help="The variable with the number of the job."
        ),
    ] = "",
) -> int:
    """Run one job: what an executor starts where jobs run.

    The exit status is 0 if the job succeeded, 1 if it failed, 74 if the scratch or the job's folder cannot be used, 143
    if it was ended.
    """
    from redo_py.app.workers.oneshot import oneshot as run

    words = (place, "--array", array, "--index", index) if array else (place,)
    return run(words, environment(), write_aside)

"""`redun aws`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Directory, Profile
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="List, read and end jobs in AWS Batch.")
def aws(
    action: Annotated[str, typer.Argument(metavar="list-jobs|logs|kill-jobs", help="What to do.")],
    job: Annotated[
        list[str] | None,
        typer.Argument(metavar="JOB", help="The beginning of a job's id, or a part of its name; ID:N of an array."),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("-s", "--status", metavar="STATUS", help="Only jobs in this state: RUNNING, FAILED, ..."),
    ] = None,
    all: Annotated[
        bool, typer.Option("-a", "--all", help="All jobs: for list-jobs and logs also those that are over.")
    ] = False,
    executor: Annotated[
        str, typer.Option("--executor", metavar="NAME", show_default=False, help="The executor whose queue it is.")
    ] = "",
    directory: Directory = "",
    profile: Profile = "",
) -> int:
    """List the jobs that redun has submitted to an executor's queue, print what they have printed, or end them.

    Without --all or --status, list-jobs shows those that wait or run. AWS forgets jobs about a week after their end.
    """
    from redo_py.app.aws import Wishes
    from redo_py.app.aws import aws as carry_out

    wishes = Wishes(job or (), status or (), all, executor)
    return carry_out(action, wishes, environment(), write, directory, profile)

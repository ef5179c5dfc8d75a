"""`redun run` as help and completion know it; its lines are read by app.running.arguments.line."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from redo_py.app.running.arguments.line import OPTIONS
from redo_py.cli.application import Command, app

_BY_FIELD = {option.field: option for option in OPTIONS}


def of(field: str) -> Any:
    """The option that fills `field`, as typer's."""
    option = _BY_FIELD[field]
    return typer.Option(*option.spellings, metavar=option.metavar or None, help=option.help, show_default=False)


@app.command(cls=Command, short_help="Run a task of a Python file.")
def run(
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help="A Python file, or the name of a module.")],
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task; without one its tasks are listed.")] = "",
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="--ARGUMENT VALUE", help="Arguments of the task.")
    ] = None,
    cache: Annotated[bool, of("cache")] = False,
    prov: Annotated[bool, of("prov")] = False,
    dry: Annotated[bool, of("dry")] = False,
    debug: Annotated[bool, of("debug")] = False,
    rerun: Annotated[bool, of("rerun")] = False,
    jobs: Annotated[str, of("jobs")] = "",
    max_failures: Annotated[bool, of("max_failures")] = False,
    options: Annotated[list[str] | None, of("options")] = None,
    tags: Annotated[list[str] | None, of("tags")] = None,
    project: Annotated[str, of("project")] = "",
    doc: Annotated[str, of("doc")] = "",
    user: Annotated[str, of("user")] = "",
    exclude_users: Annotated[list[str] | None, of("exclude_users")] = None,
    context: Annotated[list[str] | None, of("context")] = None,
    context_file: Annotated[str, of("context_file")] = "",
    input: Annotated[str, of("input")] = "",
    execution_id: Annotated[str, of("execution_id")] = "",
    setup: Annotated[list[str] | None, of("setup")] = None,
    setup_help: Annotated[bool, of("setup_help")] = False,
    config: Annotated[str, of("config")] = "",
    log_level: Annotated[str, of("log_level")] = "",
    directory: Annotated[str, of("directory")] = "",
    profile: Annotated[str, of("profile")] = "",
) -> None:
    """Run a task of a Python file, with everything that it calls: what is remembered and still holds is reused.

    \b
    redun run workflow.py                      the tasks of the file
    redun run workflow.py main --help          the arguments of one
    redun run workflow.py main --size 3        run it
    redun run -n workflow.py main --size 3     only say what would run, and why
    """

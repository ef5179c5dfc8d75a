"""`redun fs`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.terminal import write
from redo_py.ground.errors import UsageError

COPY = "cp"


@app.command(cls=Command, short_help="Copy files between this machine, object stores and the web.")
def fs(
    action: Annotated[str, typer.Argument(metavar="[cp]", help="What to do; nothing lists the file systems.")] = "",
    source: Annotated[str, typer.Argument(metavar="[SRC]", help="A path or URL; - is standard input.")] = "",
    destination: Annotated[str, typer.Argument(metavar="[DEST]", help="A path or URL; - is standard output.")] = "",
    recursive: Annotated[
        bool, typer.Option("-r", "--recursive", help="Copy all files below SRC to the same places below DEST.")
    ] = False,
) -> int:
    """List the file systems that are known, or copy: redun fs cp SRC DEST.

    URLs begin with s3://, gs://, az://, http://, https:// or memory://; who asks, and where, is what the usual
    variables of the environment say.
    """
    from redo_py.app.copying import copy, listed_systems

    if not action:
        write(listed_systems())
        return 0
    if action != COPY:
        raise UsageError("unknown-fs-action", action=action)
    if not source or not destination:
        raise UsageError("missing-argument", command="fs cp", argument="DEST" if source else "SRC")
    copy(source, destination, recursive, sys.stdin.buffer, sys.stdout.buffer)
    return 0

"""`redun graph`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import PastCommand, app
from redo_py.cli.options import Defines, Directory, File, Profile, Targets, request_of
from redo_py.cli.terminal import complain, write
from redo_py.config.environment import environment


@app.command(cls=PastCommand, short_help="Draw what goes into what: dot, mermaid, json, or a page to look at.")
def graph(
    targets: Targets = None,
    format: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", show_default=False, help="dot, mermaid, json or html; else as FILE ends."
        ),
    ] = "",
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="FILE", show_default=False, help="Write FILE instead of standard output."
        ),
    ] = "",
    rules: Annotated[bool, typer.Option("--rules", help="One node for each rule, not for each file it makes.")] = False,
    depth: Annotated[
        int | None, typer.Option("--depth", metavar="N", help="Only what is at most N steps before the targets.")
    ] = None,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """Draw what goes into what, for TARGETs or the defaults: files, rules, checks, actions, groups and calls of tasks.

    What only running shows, as headers, is drawn dashed, as of the last build. Nothing is run. Where there is no
    redunfile, the last run is drawn from the records; TARGET is then an execution (-, ~2, an id), a task or a file.

    \b
    redun graph -o graph.html         a page with search, to look at in a browser
    redun graph app | dot -Tsvg       Graphviz
    redun graph --rules --format mermaid
    """
    from redo_py.app.views.graph import Picture
    from redo_py.app.views.graph import graph as draw

    picture = Picture(format, output, rules, depth)
    request = request_of(targets, defines, directory, file, profile)
    return draw(request, picture, environment(), write, complain)

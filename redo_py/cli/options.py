"""What several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.app.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

Directory = Annotated[
    str, typer.Option("-C", "--directory", metavar="DIR", show_default=False, help="Work on the project in DIR.")
]
File = Annotated[
    str, typer.Option("-f", "--file", metavar="FILE", show_default=False, help="Read FILE instead of redunfile.py.")
]
Defines = Annotated[
    list[str] | None, typer.Option("-D", "--define", metavar="NAME=VALUE", help="Give a value to config(NAME).")
]
Profile = Annotated[
    str, typer.Option("--profile", metavar="NAME", show_default=False, help="Take the settings of [profile.NAME].")
]
Check = Annotated[
    bool, typer.Option("--check", help="As -n, and end with exit status 4 if anything would have to run.")
]
Events = Annotated[
    str, typer.Option("--events", metavar="FILE", show_default=False, help="Append what happens to FILE as JSON lines.")
]
Trace = Annotated[
    str, typer.Option("--trace", metavar="FILE", show_default=False, help="Write where time went, as a Chrome trace.")
]
Junit = Annotated[
    str, typer.Option("--junit", metavar="FILE", show_default=False, help="Write checks and actions as JUnit XML.")
]
Targets = Annotated[
    list[str] | None, typer.Argument(metavar="TARGET", help="Files to make, or names of groups, checks, actions.")
]


def request_of(
    targets: Sequence[str] | None, defines: list[str] | None, directory: str, file: str, profile: str = ""
) -> Request:
    """What was asked for, as all of redun knows it."""
    return Request(targets or (), defines=defines or (), directory=directory, file=file, profile=profile)

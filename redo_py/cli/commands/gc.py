"""`redun gc`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from redo_py.cli.application import Command, app
from redo_py.cli.options import Directory, File, Profile, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError
from redo_py.ground.units import bytes_of, seconds_of


@app.command(cls=Command, short_help="Drop what the cache will hardly need again.")
def gc(
    keep_last_build: Annotated[
        bool, typer.Option("--keep-last-build", help="Drop all that the last successful builds do not need.")
    ] = False,
    max_size: Annotated[
        str | None,
        typer.Option("--max-size", metavar="SIZE", help="Keep at most so much for reuse: 500M, 2G. Oldest use goes."),
    ] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="AGE", help="Drop what was not used for so long: 12h, 30d.")
    ] = None,
    displaced: Annotated[
        bool, typer.Option("--displaced", help="Also drop files of yours that were moved out of the way of outputs.")
    ] = False,
    dry: Annotated[bool, typer.Option("-n", "--dry-run", help="Say what would be dropped; drop nothing.")] = False,
    directory: Directory = "",
    file: File = "",
    profile: Profile = "",
) -> int:
    """Drop what killed builds and workers left, and what is above the limits of the settings; with options, more.

    Of the scratch of executors go jobs, code and files that no job has needed for a week, or for --older-than.

    What the last successful build of each target needs stays, unless --max-size leaves no room for it. Files of the
    project are never touched.
    """
    from redo_py.app.care.gc import Wishes
    from redo_py.app.care.gc import gc as collect

    request = request_of((), None, directory, file, profile)
    request.dry = dry
    size = _read("--max-size", max_size, bytes_of, "a size such as 500M or 2G")
    age = _read("--older-than", older_than, seconds_of, "a length of time such as 12h or 30d")
    wishes = Wishes(keep_last_build, None if size is None else int(size), age, displaced)
    return collect(request, wishes, environment(), write)


def _read(option: str, text: str | None, reading: Callable[[str], float | None], wanted: str) -> float | None:
    """What the value of `option` says, None if it is not given. Raises UsageError."""
    if text is None:
        return None
    found = reading(text)
    if found is None:
        raise UsageError("option-value", option=option, wanted=wanted, value=text)
    return found

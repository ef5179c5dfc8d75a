"""`redun run`, with its output and its exit status."""

from __future__ import annotations

import os

from redo_py.app.running.arguments.line import read_line
from redo_py.app.running.command import RunCommand
from redo_py.cli.refusals import refused
from redo_py.cli.terminal import write, write_aside
from redo_py.config.environment import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.app.running.workspace import RunWorkspace
    from redo_py.compat.setup import Setup

AHEAD = (
    "-c",
    "--config",
    "--log-level",
    "-s",
    "--setup",
    "--setup-help",
)  # options that redun's users write before run
ALONE = ("--setup-help",)  # those of them that take no value


def run(argv: Sequence[str]) -> int | None:
    """Carry out the line `run ...`; the exit status, None if it asks for the help of the command itself."""
    asks_for_help = False

    def carry_out() -> int:
        nonlocal asks_for_help
        request = read_line(argv[1:], argv)
        asks_for_help = request.help and not request.plain
        debug = post_mortem if request.debug else None
        if asks_for_help:
            return 0
        return RunCommand(request, environment(), write, write_aside, debug, set_up).carry_out()

    status = refused(carry_out)
    return None if asks_for_help else status


def set_up(workspace: RunWorkspace) -> Setup:
    """The user's function setup_scheduler."""
    from redo_py.compat.setup import Setup

    return Setup(workspace)


def put_behind(argv: Sequence[str]) -> list[str]:
    """A line whose options of `redun run` stand before the word `run`, as `run` with them behind it; any other line as
    it is. The word may be left out behind an option that asks what may be given to others."""
    place = 0
    while place < len(argv) and argv[place].partition("=")[0] in AHEAD:
        place += 1 if argv[place] in ALONE or "=" in argv[place] else 2
    asks = place >= len(argv) and any(each in ALONE for each in argv)
    if place == 0 or (list(argv[place : place + 1]) != ["run"] and not asks):
        return list(argv)
    return ["run", *argv[:place], *argv[place + 1 :]]


def post_mortem(error: BaseException) -> None:
    """Start the debugger where `error` was raised, if anybody can talk to it."""
    if error.__traceback__ is None or not os.isatty(0):
        write_aside("[redun] --pdb: there is no terminal, or nothing to look at: no Python function raised this\n")
        return
    import pdb

    pdb.post_mortem(error.__traceback__)

"""From a command line to its command: everything that the fast lane does not answer."""

from __future__ import annotations

from copy import copy

from typer import Abort
from typer.main import get_command

from redo_py.app.request import Request
from redo_py.cli.application import app
from redo_py.cli.refusals import refused

# Each puts itself on `app`; the order is that of `redun --help`.
from redo_py.cli.commands import (  # isort: skip  # noqa: F401
    build, run, targets, why, log, graph, compdb, clean, adopt, gc, config, executors, launch, doctor, fs, aws, init,
    completion, oneshot,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typer import Typer


def run_command(argv: Sequence[str]) -> int:
    """Carry out any command line; the exit status."""
    if not argv:
        parse(["--help"])
        return 2
    return refused(lambda: carry_out(list(argv)))


def carry_out(argv: list[str]) -> int:
    """Carry out a command line that is not empty; the exit status. Raises what `refused` knows."""
    answer = parse(argv)
    if isinstance(answer, Request):
        from redo_py.cli.build import build

        return build(answer)
    return answer or 0


def parse(argv: list[str]) -> Any:
    """The Request of a `build` line; any other command is carried out, which gives its exit status."""
    try:
        return get_command(commands_of(argv[0])).main(argv, prog_name="redun", standalone_mode=False)
    except Abort:
        raise KeyboardInterrupt from None


def commands_of(first: str) -> Typer:
    """Only the command that a line begins with, if it does begin with one: typer examines each that it is given."""
    only = copy(app)
    only.registered_commands = [
        each for each in app.registered_commands if getattr(each.callback, "__name__", "") == first
    ]
    return only if only.registered_commands else app

"""`redun completion`."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from redo_py.cli import shells
from redo_py.cli.application import Command, app
from redo_py.cli.shells import SHELLS
from redo_py.cli.terminal import write
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ground.errors import UsageError


@app.command(cls=Command, short_help="Print a script that completes targets and options in your shell.")
def completion(shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> int:
    """Print the script that makes SHELL complete commands, options, targets, options of actions and values for -D.

    \b
    bash   echo 'eval "$(redun completion bash)"' >> ~/.bashrc
    zsh    echo 'eval "$(redun completion zsh)"' >> ~/.zshrc
    fish   redun completion fish > ~/.config/fish/completions/redun.fish
    """
    if shell not in SHELLS:
        hint = closest(shell, SHELLS) or "there are bash, zsh and fish"
        raise UsageError("no-such-shell", shell=shell, hint=hint)
    with open(os.path.join(os.path.dirname(shells.__file__), f"redun.{shell}"), encoding="utf-8") as script:
        write(script.read())
    return 0

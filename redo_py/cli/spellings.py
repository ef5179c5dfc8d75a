"""All commands with their options, as plain data: what completion needs of typer without importing it.

It is read from typer once and kept in the user's cache folder, for exactly these sources of the commands.
"""

from __future__ import annotations

import os

from redo_py.app.request import versions
from redo_py.config.environment import environment
from redo_py.config.home import cache_folder
from redo_py.files.sealed import read_sealed, write_sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAGIC = b"redunW\x01\x00"
HELP = {"--help": ("", "Show help."), "-h": ("", "Show help.")}


class Spelled:
    """One command."""

    __slots__ = ("arguments", "help", "name", "options")

    def __init__(self, name: str, help: str, options: dict[str, tuple[str, str]], arguments: list[str]) -> None:
        self.name = name
        self.help = help
        self.options = options  # spelling -> (metavar of its value or "", what it does)
        self.arguments = arguments  # metavars; the last one may be repeated

    def __bool__(self) -> bool:
        return bool(self.name)


def spellings() -> dict[str, Spelled]:
    """Name -> command, in the order of `redun --help`; "" -> one without name, that nothing is known of."""
    folder = cache_folder(environment())
    key = f"{versions()} {_sources()}"
    kept = read_sealed(f"{folder}/commands", MAGIC) if folder else None
    if not isinstance(kept, tuple) or len(kept) != 2 or kept[0] != key:
        kept = (key, _from_typer())
        if folder:
            _keep(folder, kept)
    return {"": Spelled("", "", {}, []), **{each[0]: Spelled(*each) for each in kept[1]}}


def _sources() -> list[tuple[str, int]]:
    """The modules of the commands and when they were last changed."""
    here = os.path.dirname(__file__)
    found = [entry for folder in (here, f"{here}/commands") for entry in os.scandir(folder) if entry.is_file()]
    return sorted((entry.name, entry.stat().st_mtime_ns) for entry in found)


def _keep(folder: str, kept: Any) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:  # somebody else's: next time they are read again
        return
    write_sealed(f"{folder}/commands", MAGIC, kept)


def _from_typer() -> list[tuple[str, str, dict[str, tuple[str, str]], list[str]]]:
    from typer.main import get_command

    from redo_py.cli import dispatch  # noqa: F401  it is what puts the commands on the app
    from redo_py.cli.application import app

    commands: Any = get_command(app)
    return [
        (name, command.get_short_help_str(), _options(command), _arguments(command))
        for name, command in commands.commands.items()
        if not command.hidden
    ]


def _options(command: Any) -> dict[str, tuple[str, str]]:
    found = {
        spelling: ("" if each.is_flag else each.metavar or "", each.help or "")
        for each in command.params
        if each.param_type_name == "option" and not each.hidden
        for spelling in each.opts
    }
    return {**found, **HELP}


def _arguments(command: Any) -> list[str]:
    return [each.metavar or "" for each in command.params if each.param_type_name == "argument"]

"""Every command and every option of the command line is documented."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import pytest
import typer
from typer.main import get_command

from tests.house.sources import ROOT, modules

# Options that say nothing of ours.
UNREMARKABLE = frozenset({"--help", "--install-completion", "--show-completion"})


@pytest.fixture(scope="module")
def documentation() -> str:
    """README and all pages of docs."""
    return "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])


def test_every_command_is_documented(documentation: str):
    names = [name for name, _ in commands()]
    assert "build" in names
    assert [name for name in names if not re.search(rf"redun {name}\b", documentation)] == []


def test_every_option_is_documented(documentation: str):
    undocumented = [
        f"redun {name} {option}"
        for name, options in commands()
        for option in sorted(options - UNREMARKABLE)
        if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", documentation)
    ]
    assert undocumented == []


def commands() -> Iterator[tuple[str, set[str]]]:
    """(name, long options) of every command that the typer app shows."""
    for name, command in getattr(get_command(app()), "commands", {}).items():
        if not command.hidden:
            options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
            yield name, options


def app() -> typer.Typer:
    """The one typer app of the command line."""
    apps = {
        id(found): found
        for name in modules()
        if name.startswith("redo_py.cli.")
        for found in vars(importlib.import_module(name)).values()
        if isinstance(found, typer.Typer)
    }
    (only,) = apps.values()
    return only

"""Every command, option, variable and built-in method is documented where people look for it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

import pytest
import typer
from typer.main import get_command

from redo_py.front.redunfile.builtins.options import RECIPE_OPTIONS, TASK_OPTIONS
from redo_py.front.redunfile.evaluation.methods import DICT_METHODS, FILE_ATTRIBUTES, FILE_METHODS, TEXT_METHODS
from redo_py.tasks.options import ALIASES
from tests.house.sources import ROOT, modules

# Options that say nothing of ours.
UNREMARKABLE = frozenset({"--help", "--install-completion", "--show-completion"})


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    """docs/commands.md by its headings; what stands before the first one has none and is about all commands."""
    first, *parts = re.split(r"^## ", (ROOT / "docs/commands.md").read_text(), flags=re.MULTILINE)
    return {"": first} | dict(part.split("\n", 1) for part in parts)


def test_every_command_has_a_section_and_every_section_a_command(sections: dict[str, str]):
    titles = {f"redun {name}" for name, _ in commands()}
    assert "redun build" in titles
    assert set(sections) - {"", "redun --version, redun --help"} == titles


def test_every_option_stands_in_the_section_of_its_command(sections: dict[str, str]):
    undocumented = [
        f"redun {name} {option}"
        for name, options in commands()
        for option in sorted(options - UNREMARKABLE)
        if not mentions(sections[""] + sections[f"redun {name}"], option)
    ]
    assert undocumented == []


def test_no_section_promises_an_option_that_is_gone(sections: dict[str, str]):
    known = {option for _, options in commands() for option in options}
    rows = "".join(line for text in sections.values() for line in text.splitlines(True) if line.startswith("| `-"))
    named = re.findall(r"(?<=[`, ])--[a-z][\w-]*", rows)
    assert [option for option in named if option not in known] == []


def test_every_variable_that_is_read_is_documented():
    page = (ROOT / "docs/settings.md").read_text()
    names = {
        node.value
        for module in modules().values()
        if module.name.startswith("redo_py.config.")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"REDUN_[A-Z_]+", node.value)
    }
    assert "REDUN_JOBS" in names
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_every_option_of_rules_and_tasks_has_a_row():
    page = (ROOT / "grammar/README.md").read_text()
    names = {*RECIPE_OPTIONS, *TASK_OPTIONS} - set(ALIASES)
    assert [name for name in sorted(names) if f"| `{name}` |" not in page] == []
    assert [name for name in ALIASES if f"`{name}` is another name" not in page] == []


def test_every_method_is_listed():
    page = (ROOT / "grammar/README.md").read_text()
    listed = set(re.findall(r"[\w]+", page.partition("Methods are ")[2].partition("\n\n")[0]))
    names = {*TEXT_METHODS, *DICT_METHODS, *FILE_METHODS, *FILE_ATTRIBUTES}
    assert sorted(names - listed) == []


def mentions(text: str, option: str) -> bool:
    """Does `text` name `option`, and not only one that begins like it?"""
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) is not None


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

"""How `redun targets` spells what it lists."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.app.views.targets import LISTED, Listing, as_text, option_of
from redo_py.front.redunfile.planning.listing import Target
from redo_py.ground.spans import Span


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (("filter", "str", ...), "--filter STR"),
        (("dry_run", "bool", False), "[--dry-run]"),
        (("colour", "bool", True), "[--no-colour]"),
        (("count", "int", 3), "[--count 3]"),
        (("count", "int", 0), "[--count 0]"),
        (("name", "str", ""), "[--name STR]"),
        (("paths", "list", []), "[--paths LIST]"),
        (("rate", "float", 0.5), "[--rate 0.5]"),
    ],
)
def test_option_of(parameter: tuple[str, str, Any], text: str):
    assert option_of(*parameter) == text


def target(name: str, kind: str = "rule", doc: str = "", instances: tuple[str, ...] = ()) -> Target:
    """A target of the list."""
    made = Target(name, kind, Span("redunfile.py", 1, 1), doc)
    made.instances = list(instances)
    return made


def test_a_long_name_has_a_line_for_itself():
    listing = Listing("redunfile.py", "", [target("x" * 50, doc="Long."), target("short", doc="Short.")])
    assert as_text(listing) == f"files\n  {'x' * 50}\n{' ' * 44}Long.\n  {'short':<40}  Short.\n"


def test_a_long_list_of_files_is_cut():
    paths = tuple(f"out/{number}" for number in range(LISTED + 5))
    lines = as_text(Listing("redunfile.py", "", [target("out/{n}", "pattern", "", paths)])).splitlines()
    assert lines[-2:] == [f"    out/{LISTED - 1}", "    and 5 more"]


def test_only_the_first_line_of_a_docstring():
    listing = Listing("redunfile.py", "", [target("a", doc="\n  First.\n\n  More.")])
    assert as_text(listing) == "files\n  a  First.\n"


def test_each_name_stays_on_its_line():
    listing = Listing("redunfile.py", "", [target("new\nline"), target("caf\udce9.o", "pattern", "", ("tab\t",))])
    assert as_text(listing) == "files\n  new\\nline\n\npatterns\n  caf\\xe9.o\n    tab\\t\n"

"""Redunfiles that parse and are wrong, and exactly what is said about each.

tests/golden/language/NAME.redunfile.py is loaded as `redunfile.py`, then planned for the targets that its first lines
name, and must be refused with the text of NAME.expected. First lines may be `# files: PATH...`, `# env: NAME=VALUE...`,
`# define: NAME=VALUE...`, `# targets: TARGET...`, `# here: FOLDER`, `# action: NAME ARGUMENT...`,
`# links: FOLDER=FOLDER...`, `# pipes: PATH...` and `# borders: FOLDER=PATH...`. A line `# ---- PATH` begins another
file.
UPDATE_GOLDEN=1 writes the expected texts anew; read the difference before believing it.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

import pytest

from redo_py.front.redunfile.grammar.parse import parse
from redo_py.front.redunfile.loading.load import load
from redo_py.front.redunfile.planning.planner import Planner
from redo_py.ground.catalogue import graph, language
from redo_py.ground.errors import ErrorList, UsageError
from tests.unit.front.redunfile.small_world import World, check_sources

FOLDER = Path(__file__).resolve().parents[4] / "golden/language"
SUFFIX = ".redunfile.py"
NAMES = sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob("*" + SUFFIX))
IS_UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"
DIRECTIVES = ("files", "env", "define", "targets", "here", "action", "links", "pipes", "borders")


def directives(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, colon, rest = line.removeprefix("# ").partition(":")
        if not line.startswith("# ") or not colon or word not in DIRECTIVES:
            break
        found[word] = rest.split()
    return found


def planned(name: str) -> None:
    """Load and plan what the golden redunfile asks for, warnings being errors."""
    text, *others = (FOLDER / (name + SUFFIX)).read_text(encoding="utf-8").split("# ---- ")
    given = directives(text)
    world = World(
        tuple(given.get("files", ())),
        dict(each.split("=", 1) for each in given.get("env", ())),
        dict(each.split("=", 1) for each in given.get("define", ())),
    )
    for other in others:
        path, _, content = other.partition("\n")
        world.files[path] = content
    world.borders = dict(each.split("=", 1) for each in given.get("borders", ()))
    world.links = dict(each.split("=", 1) for each in given.get("links", ()))
    world.oddities = dict.fromkeys(given.get("pipes", ()), "a named pipe")
    plan = Planner(load(parse(text, "redunfile.py"), text, world), world)
    if "action" in given:
        plan.request_action(given["action"][0], given["action"][1:])
    else:
        plan.request(given.get("targets", []), "".join(given.get("here", [])))
    check_sources(plan, world)
    if plan.redunfile.warnings:
        raise ErrorList(plan.redunfile.warnings)


@functools.cache
def refused(name: str) -> ErrorList | UsageError:
    with pytest.raises((ErrorList, UsageError)) as caught:
        planned(name)
    assert isinstance(caught.value, (ErrorList, UsageError))
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str):
    expected = FOLDER / (name + ".expected")
    text = f"{refused(name)}\n"
    if IS_UPDATE:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.skipif(IS_UPDATE, reason="the expected texts are being written")
def test_every_file_has_its_pair():
    assert sorted(path.name.removesuffix(".expected") for path in FOLDER.glob("*.expected")) == NAMES


def test_every_entry_of_the_catalogue_is_shown():
    shown = set()
    for name in NAMES:
        error = refused(name)
        shown |= {each.code for each in error.errors} if isinstance(error, ErrorList) else {error.code}
    assert sorted({*language.ENTRIES, *graph.ENTRIES} - shown) == [
        "config-type",
        "empty-target",
        "include-deep",
        "leftover-input",
        "output-is-option",
        "unreadable",
    ]  # see test_executor_options, test_load, test_planner, test_several_redunfiles and tests/e2e/test_user_files

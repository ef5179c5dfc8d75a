"""Redunfiles that look at what they should not, or at files that are not what their names say.

tests/golden/windows/NAME.redunfile.py is loaded as `redunfile.py` beside the files in NAME/, then planned for its
defaults, and must be refused with the text of NAME.expected. UPDATE_GOLDEN=1 writes the expected texts anew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from redo_py.ground.catalogue.windows import ENTRIES
from redo_py.ground.errors import ErrorList, UsageError
from tests.unit.front.redunfile.small_world import World, check_sources, planner

FOLDER = Path(__file__).resolve().parents[4] / "golden/windows"
SUFFIX = ".redunfile.py"
NAMES = sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob("*" + SUFFIX))
IS_UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


@pytest.fixture(autouse=True)
def _without_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)


def planned(text: str, world: World) -> None:
    plan = planner(text, world)
    plan.request([])
    check_sources(plan, world)


def refused(name: str) -> ErrorList | UsageError:
    text = (FOLDER / (name + SUFFIX)).read_text(encoding="utf-8")
    found = (FOLDER / name).iterdir() if (FOLDER / name).is_dir() else ()
    world = World({path.name: path.read_bytes().decode("utf-8", "surrogateescape") for path in found})
    with pytest.raises((ErrorList, UsageError)) as caught:
        planned(text, world)
    assert isinstance(caught.value, (ErrorList, UsageError))
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str) -> None:
    expected = FOLDER / (name + ".expected")
    text = f"{refused(name)}\n"
    if IS_UPDATE:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.skipif(IS_UPDATE, reason="the expected texts are being written")
def test_every_file_has_its_pair() -> None:
    assert sorted(path.name.removesuffix(".expected") for path in FOLDER.glob("*.expected")) == NAMES
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} <= set(NAMES)


def test_every_entry_of_the_catalogue_is_shown() -> None:
    errors = [refused(name) for name in NAMES]
    shown = {each.code for error in errors for each in (error.errors if isinstance(error, ErrorList) else [error])}
    assert sorted(set(ENTRIES) - shown) == ["data-deep", "data-value"]  # see test_documents

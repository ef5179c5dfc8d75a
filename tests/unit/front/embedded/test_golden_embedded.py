"""Python modules whose rules cannot be read, and exactly what is said about each.

tests/golden/embedded/NAME.module.py is read and loaded as `pipeline.py`, and must be refused with the text of
NAME.expected. UPDATE_GOLDEN=1 writes the expected texts anew; read the difference before believing it.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

import pytest

from redo_py.front.embedded.reading import read_module
from redo_py.front.redunfile.loading.load import load
from redo_py.ground.catalogue import embedded
from redo_py.ground.errors import ErrorList
from redo_py.tasks.reading.sources import Source
from tests.unit.front.redunfile.small_world import World

FOLDER = Path(__file__).resolve().parents[3] / "golden/embedded"
SUFFIX = ".module.py"
NAMES = sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob("*" + SUFFIX))
IS_UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


@functools.cache
def refused(name: str) -> ErrorList:
    source = Source("/pipeline.py", "pipeline.py", "pipeline", (FOLDER / (name + SUFFIX)).read_bytes())
    with pytest.raises(ErrorList) as caught:
        load(read_module(source), source.text, World(), "pipeline.py")
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
    shown = {error.code for name in NAMES for error in refused(name).errors}
    assert sorted({*embedded.ENTRIES} - shown) == ["reached-window"]  # see tests/e2e/test_embedded.py

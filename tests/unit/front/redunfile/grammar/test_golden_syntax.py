"""Wrong redunfiles and exactly what is said about each.

tests/golden/syntax/NAME.redunfile.py is read as `redunfile.py` and must be refused with the text of NAME.expected.
UPDATE_GOLDEN=1 writes the expected texts anew; read the difference before believing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py.front.redunfile.grammar.parse import parse_bytes
from redo_py.ground.catalogue import syntax
from redo_py.ground.errors import ErrorList

FOLDER = Path(__file__).resolve().parents[4] / "golden/syntax"
SUFFIX = ".redunfile.py"
NAMES = sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob("*" + SUFFIX))
IS_UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def refusal(name: str) -> ErrorList:
    with pytest.raises(ErrorList) as caught:
        parse_bytes((FOLDER / (name + SUFFIX)).read_bytes(), "redunfile.py")
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str):
    expected = FOLDER / (name + ".expected")
    said = f"{refusal(name)}\n"
    if IS_UPDATE:
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.skipif(IS_UPDATE, reason="the expected texts are being written")
def test_every_file_has_its_pair():
    assert sorted(path.name.removesuffix(".expected") for path in FOLDER.glob("*.expected")) == NAMES


def test_every_entry_of_the_catalogue_is_shown():
    shown = {error.code for name in NAMES for error in refusal(name).errors}
    assert sorted(syntax.SYNTAX.keys() - shown) == ["lone-surrogate"]  # no file can hold one: test_parse shows it


def test_every_alternative_is_shown():
    told = {error.words.get("word") for name in NAMES for error in refusal(name).errors}
    assert sorted(syntax.INSTEAD.keys() - told) == []

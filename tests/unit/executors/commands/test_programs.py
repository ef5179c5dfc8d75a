"""Which program a word leads to, and where it was looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.executors.commands.programs import DEFAULT_PATH, find, identified, places, program_to_start


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two folders, the first with a file `mt` that may not be executed, the second with a program."""
    for name, mode in (("first/mt", 0o644), ("second/mt", 0o755)):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text("#!/bin/sh\n")
        path.chmod(mode)
    (tmp_path / "third/mt").mkdir(parents=True)
    return tmp_path


def test_the_first_that_may_be_executed_is_found(root: Path):
    assert find(str(root), "mt", "none:first:third:second:late") == (
        "second/mt",
        ["none/mt", "first/mt", "third/mt", "second/mt"],
    )
    assert find(str(root), "mt", f"{root}/first:{root}/second")[0] == f"{root}/second/mt"


def test_what_is_not_there_was_looked_for_everywhere(root: Path):
    assert find(str(root), "mt", "first:none") == ("", ["first/mt", "none/mt"])
    assert find(str(root), "first/mt", "second") == ("", ["first/mt"])


def test_a_folder_that_path_names_twice_is_looked_into_once(root: Path):
    assert places("mt", "none:first:none:second:first") == ["none/mt", "first/mt", "second/mt"]
    assert find(str(root), "mt", "first:first:second") == ("second/mt", ["first/mt", "second/mt"])


def test_what_is_relative_starts_in_the_folder_of_the_command(root: Path):
    assert find(str(root), "mt", ":/usr/bin", "second") == ("second/mt", ["second/mt"])
    assert find(str(root), "mt", "", "second") == ("second/mt", ["second/mt"])
    assert find(str(root), "mt", "../second", "first")[0] == "first/../second/mt"
    assert find(str(root), "./mt", None, "second")[0] == "second/./mt"
    assert find(str(root), "second/mt", None)[0] == "second/mt"


def test_without_path_there_is_one():
    assert places("mt", None) == [f"{folder}/mt" for folder in DEFAULT_PATH.split(":")]
    assert places("/opt/mt", "x", "y") == ["/opt/mt"]


def test_what_is_started_is_what_is_found_or_says_what_is_wrong(root: Path):
    assert program_to_start(str(root), "mt", "first:second") == f"{root}/second/mt"
    assert program_to_start(str(root), "mt", "none:third:first") == f"{root}/first/mt"
    assert program_to_start(str(root), "mt", "none") == ""
    assert program_to_start(str(root), "./mt", None) == "./mt"
    assert program_to_start(str(root), "./mt", None, "none") == f"{root}/none/./mt"


def test_a_program_that_appears_earlier_is_found(root: Path):
    assert program_to_start(str(root), "mt", "first:second") == f"{root}/second/mt"
    (root / "first/mt").chmod(0o755)
    assert program_to_start(str(root), "mt", "first:second") == f"{root}/first/mt"


def test_what_was_found_last_is_what_is_identified(root: Path):
    where = (str(root), "mt", "first:second", "")
    assert identified(*where) == ""
    find(*where)
    assert identified(*where) == f"{root}/second/mt"
    (root / "first/mt").chmod(0o755)
    assert identified(*where) == f"{root}/second/mt"
    find(*where)
    assert identified(*where) == f"{root}/first/mt"
    assert identified(str(root), "mt", "first:second", "third") == ""
    for name in ("first/mt", "second/mt"):
        (root / name).unlink()
    find(*where)
    assert identified(*where) == ""

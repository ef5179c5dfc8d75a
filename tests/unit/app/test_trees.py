"""Syntax trees that are remembered: by their bytes, for all projects of a user, and never believed when damaged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from redo_py.app import trees
from redo_py.app.trees import Trees
from redo_py.front.redunfile.loading import checks, load
from redo_py.ground.errors import ErrorList
from tests.unit.front.redunfile.small_world import World

TEXT = b"X = 1\n"


def parsed(file: str, content: bytes, cache: str) -> Any:
    """The tree of the only redunfile of a project."""
    kept = Trees(cache)
    tree = kept.parsed(file, content)
    kept.save()
    return tree


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "one/.redun").mkdir(parents=True)
    (tmp_path / "two/.redun").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "one")
    return tmp_path


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was really parsed."""
    from redo_py.front.redunfile.grammar import parse

    seen: list[bytes] = []
    real = parse.parse_bytes

    def counted(data: bytes, *arguments: Any) -> Any:
        seen.append(data)
        return real(data, *arguments)

    monkeypatch.setattr(parse, "parse_bytes", counted)
    return seen


def test_a_file_is_parsed_once_for_all_projects(project: Path, parses: list[bytes]) -> None:
    cache = str(project / "cache")
    tree = parsed("redunfile.py", TEXT, cache)
    assert parsed("redunfile.py", TEXT, cache) == tree
    os.chdir(project / "two")
    assert parsed("redunfile.py", TEXT, cache) == tree
    assert parsed("redunfile.py", TEXT, "") == tree, "the second project has its own now"
    assert parses == [TEXT]
    parsed("redunfile.py", TEXT + b"Y = 2\n", cache)
    parsed("other.py", TEXT, cache)
    assert len(parses) == 3


def test_the_trees_of_several_redunfiles_are_kept_together(project: Path, parses: list[bytes]) -> None:
    for _ in range(2):
        both = Trees("")
        both.parsed("redunfile.py", TEXT)
        both.parsed("sub/redunfile.py", TEXT)
        both.save()
    assert len(parses) == 2
    before = (project / "one/.redun/parsed").stat()
    again = Trees("")
    again.parsed("redunfile.py", TEXT)
    again.parsed("sub/redunfile.py", TEXT)
    again.save()
    assert (project / "one/.redun/parsed").stat().st_ino == before.st_ino, "nothing has changed"
    parsed("redunfile.py", TEXT, "")
    parsed("sub/redunfile.py", TEXT, "")
    assert len(parses) == 3, "what is not included any more is forgotten"


def test_damaged_trees_are_parsed_again(project: Path, parses: list[bytes]) -> None:
    cache = str(project / "cache")
    parsed("redunfile.py", TEXT, cache)
    for path in (*(project / "cache/trees").iterdir(), project / "one/.redun/parsed"):
        path.write_bytes(path.read_bytes()[:-1])
    assert parsed("redunfile.py", TEXT, cache).doc == ""
    assert parses == [TEXT, TEXT]


def test_what_is_wrong_is_not_remembered(project: Path, parses: list[bytes]) -> None:
    for _ in range(2):
        with pytest.raises(ErrorList):
            parsed("redunfile.py", b"while\n", str(project / "cache"))
    assert len(parses) == 2


def test_only_the_latest_are_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST", 2)
    for number in range(4):
        parsed("redunfile.py", b"X = %d\n" % number, str(project / "cache"))
    assert len(list((project / "cache/trees").iterdir())) == 2


def test_a_cache_folder_that_cannot_be_made_is_done_without(project: Path) -> None:
    (project / "file").write_text("")
    assert parsed("redunfile.py", TEXT, str(project / "file/cache")).doc == ""


def test_a_redunfile_is_checked_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    check_names = checks.check_names

    def counted(machine: Any, module: Any) -> Any:
        checked.append(module)
        return check_names(machine, module)

    monkeypatch.setattr(checks, "check_names", counted)
    for _ in range(2):
        kept = Trees("")
        load.load(kept.parsed("redunfile.py", TEXT), TEXT.decode(), World())
        kept.save()
    assert len(checked) == 1


def test_what_was_found_wrong_is_found_again(project: Path) -> None:
    for _ in range(2):
        kept = Trees("")
        with pytest.raises(ErrorList, match="missing"):
            load.load(kept.parsed("redunfile.py", b"X = missing\n"), "X = missing\n", World())
        kept.save()

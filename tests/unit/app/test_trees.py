"""Syntax trees that are remembered: by their bytes, for all projects of a user, and never believed when damaged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from redo_py.app import trees
from redo_py.ground.errors import ErrorList

TEXT = b"X = 1\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "one/.redun").mkdir(parents=True)
    (tmp_path / "two/.redun").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "one")
    return tmp_path


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was really parsed."""
    from redo_py.front.redunfile import parse

    seen: list[bytes] = []
    real = parse.parse_bytes

    def counted(data: bytes, *arguments: Any) -> Any:
        seen.append(data)
        return real(data, *arguments)

    monkeypatch.setattr(parse, "parse_bytes", counted)
    return seen


def test_a_file_is_parsed_once_for_all_projects(project: Path, parses: list[bytes]) -> None:
    cache = str(project / "cache")
    tree = trees.parsed("redunfile.py", TEXT, cache)
    assert trees.parsed("redunfile.py", TEXT, cache) == tree
    os.chdir(project / "two")
    assert trees.parsed("redunfile.py", TEXT, cache) == tree
    assert trees.parsed("redunfile.py", TEXT, "") == tree, "the second project has its own now"
    assert parses == [TEXT]
    trees.parsed("redunfile.py", TEXT + b"Y = 2\n", cache)
    trees.parsed("other.py", TEXT, cache)
    assert len(parses) == 3


def test_damaged_trees_are_parsed_again(project: Path, parses: list[bytes]) -> None:
    cache = str(project / "cache")
    trees.parsed("redunfile.py", TEXT, cache)
    for path in (*(project / "cache/trees").iterdir(), project / "one/.redun/parsed"):
        path.write_bytes(path.read_bytes()[:-1])
    assert trees.parsed("redunfile.py", TEXT, cache).doc == ""
    assert parses == [TEXT, TEXT]


def test_what_is_wrong_is_not_remembered(project: Path, parses: list[bytes]) -> None:
    for _ in range(2):
        with pytest.raises(ErrorList):
            trees.parsed("redunfile.py", b"while\n", str(project / "cache"))
    assert len(parses) == 2


def test_only_the_latest_are_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST", 2)
    for number in range(4):
        trees.parsed("redunfile.py", b"X = %d\n" % number, str(project / "cache"))
    assert len(list((project / "cache/trees").iterdir())) == 2


def test_a_cache_folder_that_cannot_be_made_is_done_without(project: Path) -> None:
    (project / "file").write_text("")
    assert trees.parsed("redunfile.py", TEXT, str(project / "file/cache")).doc == ""

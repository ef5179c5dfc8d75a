"""The project's code as one archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.remote.api.package import Damaged, Package, files_of, regex, unpack_archive


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in (
        "flow.py", "parts/__init__.py", "parts/deep/words.py", "data/table.csv", "notes.txt", ".hidden/secret.py",
        ".redun/state.py", "env/pyvenv.cfg", "env/lib/thing.py", "parts/__pycache__/words.py", "node_modules/x.py",
    ):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    return tmp_path


def test_which_files_are_code(root: Path):
    assert files_of(str(root), ["**/*.py"], []) == ["flow.py", "parts/__init__.py", "parts/deep/words.py"]


@pytest.mark.parametrize(
    ("includes", "excludes", "found"),
    [
        (["*.py"], [], ["flow.py"]),
        (["**/*.py", "data/*"], ["parts/deep/**"], ["data/table.csv", "flow.py", "parts/__init__.py"]),
        (["parts/**"], [], ["parts/__init__.py", "parts/deep/words.py"]),
        (["[fn]*.???", "./fl?w.py"], [], ["flow.py", "notes.txt"]),
        ([".hidden/*.py"], [], [".hidden/secret.py"]),
    ],
)
def test_patterns(root: Path, includes: list[str], excludes: list[str], found: list[str]):
    assert files_of(str(root), includes, excludes) == found


def test_a_pattern_with_characters_that_mean_something_to_others():
    assert regex("a+(b).py").fullmatch("a+(b).py")
    assert regex("x[z-a]?.txt").fullmatch("x[z-a]1.txt")
    assert not regex("x[z-a]?.txt").fullmatch("xz1.txt")
    assert not regex("a.py").fullmatch("abpy")
    assert regex("[!a].py").fullmatch("b.py")
    assert not regex("[!a].py").fullmatch("a.py")


def test_the_same_files_give_the_same_package(root: Path, tmp_path_factory: pytest.TempPathFactory):
    first = Package(str(root), ["**/*.py"], [])
    other = tmp_path_factory.mktemp("other")
    for path in first.files:
        (other / path).parent.mkdir(parents=True, exist_ok=True)
        (other / path).write_text(path)
    second = Package(str(other), ["**/*.py"], [])
    assert (second.digest, second.content) == (first.digest, first.content)
    (other / "flow.py").write_text("changed")
    assert Package(str(other), ["**/*.py"], []).digest != first.digest
    unpack_archive(second.content, str(other / "unpacked"), second.digest)
    assert (other / "unpacked/parts/deep/words.py").read_text() == "parts/deep/words.py"


@pytest.mark.parametrize("left", [0, 5, 40, -20, -4, -1])
def test_an_archive_that_is_cut_off_leaves_nothing(root: Path, tmp_path_factory: pytest.TempPathFactory, left: int):
    made = Package(str(root), ["**/*.py"], [])
    there = tmp_path_factory.mktemp("there")
    with pytest.raises(Damaged):
        unpack_archive(made.content[:left], str(there), made.digest)
    assert list(there.iterdir()) == []


def test_an_archive_of_other_files_is_not_taken(root: Path, tmp_path_factory: pytest.TempPathFactory):
    made = Package(str(root), ["**/*.py"], [])
    there = tmp_path_factory.mktemp("there")
    with pytest.raises(Damaged, match="its digest is not that of what was sent"):
        unpack_archive(made.content, str(there), "0" * 32)
    with pytest.raises(Damaged):
        unpack_archive(made.content[:60] + b"\xff" * 20 + made.content[80:], str(there), made.digest)
    assert list(there.iterdir()) == []

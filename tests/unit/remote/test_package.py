"""The project's code as one archive."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import pytest

from redo_py.remote.api.package import Damaged, Package, fault_of, files_of, regex, unpack_archive


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


def test_signs_in_a_set_of_characters():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern, text in (("[[]x].py", "[x].py"), ("[a&&b]", "&"), ("[+--]", ","), ("[^\\\\]", "a"), ("[a^]", "^")):
            assert regex(pattern).fullmatch(text), pattern
    assert not regex("[^\\\\]").fullmatch("\\")


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("", "it is empty"),
        ("./", "it is empty"),
        ("/home/me/**", "patterns are relative to the project's root, and stay below it"),
        ("~/lib/*.py", "patterns are relative to the project's root, and stay below it"),
        ("../lib/*.py", "patterns are relative to the project's root, and stay below it"),
        ("parts/", "a folder by itself matches nothing; `parts/**` is all that is in it"),
        ("[z-a].py", "`[z-a]` is no set of characters"),
        ("[!].py", "`[!]` is no set of characters"),
        ("src/[a-z.py", "`[` begins a set of characters, which nothing ends; `[[]` is the character itself"),
        *((fine, "") for fine in ("**", "**/*.py", "./a/?.py", "[a-z]*/[!b].py", "[[]id].py", "a..b/x", "a]", "x~")),
    ],
)
def test_a_pattern_that_cannot_be_meant(pattern: str, fault: str):
    assert fault_of(pattern) == fault


# ---- links


def test_folders_that_links_lead_to_are_code(root: Path, tmp_path_factory: pytest.TempPathFactory):
    other = tmp_path_factory.mktemp("other")
    (other / "deep").mkdir()
    (other / "near.py").write_text("near")
    (other / "deep/far.py").write_text("far")
    (root / "linked").symlink_to(other)
    (root / "parts/again").symlink_to("../linked/deep")
    (root / "single.py").symlink_to(other / "near.py")
    made = Package(str(root), ["**/*.py"], ["parts/deep/**"])
    assert made.files == [
        "flow.py", "linked/deep/far.py", "linked/near.py", "parts/__init__.py", "parts/again/far.py", "single.py",
    ]  # fmt: skip
    (root / "linked").unlink()
    (root / "linked/deep").mkdir(parents=True)
    (root / "linked/near.py").write_text("near")
    (root / "linked/deep/far.py").write_text("far")
    assert Package(str(root), ["**/*.py"], ["parts/deep/**"]).digest == made.digest, "what counts is the content"
    (root / "linked/deep/far.py").write_text("changed")
    assert Package(str(root), ["**/*.py"], ["parts/deep/**"]).digest != made.digest


def test_links_that_lead_back_and_nowhere_are_left_out(root: Path, tmp_path_factory: pytest.TempPathFactory):
    before = files_of(str(root), ["**/*.py"], [])
    other = tmp_path_factory.mktemp("other")
    (other / "home").symlink_to(root)
    (root / "parts/up").symlink_to("..")
    (root / "parts/here").symlink_to(".")
    (root / "parts/above").symlink_to(root.parent)
    (root / "other").symlink_to(other)
    (root / "gone.py").symlink_to("nowhere.py")
    (root / "gone").symlink_to("nowhere")
    (root / "itself.py").symlink_to("itself.py")
    os.mkfifo(root / "pipe.py")
    assert Package(str(root), ["**/*.py"], []).files == before


def test_folders_that_link_to_each_other_come_to_an_end(root: Path):
    (root / "one").mkdir()
    (root / "two").mkdir()
    (root / "one/x.py").write_text("x")
    (root / "one/two").symlink_to("../two")
    (root / "two/one").symlink_to("../one")
    found = files_of(str(root), ["**/x.py"], [])
    assert found == ["one/x.py", "two/one/x.py"]


def test_links_to_installed_packages_are_no_code(root: Path, tmp_path_factory: pytest.TempPathFactory):
    before = files_of(str(root), ["**/*.py"], [])
    other = tmp_path_factory.mktemp("other")
    (other / "site-packages/thing").mkdir(parents=True)
    (other / "site-packages/thing/x.py").write_text("")
    (root / "thing").symlink_to(other / "site-packages/thing")
    (root / "packages").symlink_to("env/lib")
    (root / "environment").symlink_to("env")
    assert files_of(str(root), ["**/*.py"], []) == before


def test_folders_that_are_left_out_are_not_looked_into(root: Path, monkeypatch: pytest.MonkeyPatch):
    looked, scandir = [], os.scandir

    def noted(folder: str) -> Any:
        looked.append(folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", noted)
    assert "data/table.csv" not in files_of(str(root), ["**"], ["data/**", "**/deep/**"])
    assert not any("data" in folder or "deep" in folder for folder in looked)
    assert f"{root}/parts" in looked


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

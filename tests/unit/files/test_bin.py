"""Removing in one step, and what is done where that cannot be."""

from __future__ import annotations

import os
from errno import EACCES, EBUSY, EXDEV
from pathlib import Path

import pytest

from redo_py.files.bin import Bin
from redo_py.files.sweeping import sweep


@pytest.fixture
def waste(tmp_path: Path) -> Bin:
    return Bin(str(tmp_path / ".redun"))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with files, links and folders in it."""
    top = tmp_path / os.fsdecode(b"a b\n\xff")
    (top / "deep/deeper").mkdir(parents=True)
    (top / "deep/file").write_text("x")
    (top / "link").symlink_to(tmp_path)
    return top


def staged(tmp_path: Path) -> list[str]:
    return os.listdir(tmp_path / ".redun/staging")


def test_a_tree_goes_and_nothing_stays(waste: Bin, tree: Path, tmp_path: Path):
    waste.remove(str(tree))
    assert not tree.exists()
    assert staged(tmp_path) == []


def test_it_goes_in_one_step(waste: Bin, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen: list[bool] = []
    unlink = os.unlink

    def watched(path: str) -> None:
        seen.append(os.path.lexists(tree))
        unlink(path)

    monkeypatch.setattr(os, "unlink", watched)
    waste.remove(str(tree))
    assert len(seen) >= 3  # the folder, which cannot be unlinked, and then what was in it
    assert seen[0]
    assert not any(seen[1:])


def test_files_links_and_what_is_not_there(waste: Bin, tmp_path: Path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "to folder").symlink_to("folder")
    for name in ("link", "file", "to folder", "nothing", "file/below"):
        waste.remove(str(tmp_path / name))
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.parametrize("number", [EXDEV, EBUSY])
def test_what_cannot_be_moved_is_removed_in_place(waste: Bin, tree: Path, monkeypatch: pytest.MonkeyPatch, number: int):
    def refuse(source: str, destination: str) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "rename", refuse)
    waste.remove(str(tree))
    assert not tree.exists()


@pytest.mark.parametrize("read_only", [".", "deep", "deep/deeper"])
def test_folders_that_may_not_be_written(waste: Bin, tree: Path, tmp_path: Path, read_only: str):
    (tree / read_only).chmod(0o555)
    waste.remove(str(tree))
    assert not tree.exists()
    assert staged(tmp_path) == []


def test_a_folder_gets_the_permission_that_moving_it_needs(
    waste: Bin, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    rename = os.rename

    def strict(source: str, destination: str) -> None:
        if not os.stat(source).st_mode & 0o200:  # as it is for everybody but root
            raise OSError(EACCES, os.strerror(EACCES))
        rename(source, destination)

    tree.chmod(0o555)
    monkeypatch.setattr(os, "rename", strict)
    monkeypatch.setattr("redo_py.files.bin.remove_tree", lambda folder: pytest.fail("it was not moved"))
    waste.remove(str(tree))
    assert not tree.exists()
    assert staged(tmp_path) == []


def test_what_cannot_be_unlinked_is_an_error(waste: Bin, tree: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: str) -> None:
        raise OSError(EACCES, os.strerror(EACCES))

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(PermissionError):
        waste.remove(str(tree / "deep/file"))


def test_leftovers_go_unless_their_process_lives(tmp_path: Path):
    folder = tmp_path / "staging"
    sweep(str(folder))
    for name in (f"{os.getppid()}-1", f"{os.getpid()}-removed-1", f"{2**22 + 1}-removed-1", "oddly named"):
        (folder / name / "below").mkdir(parents=True)
    sweep(str(folder))
    assert os.listdir(folder) == [f"{os.getppid()}-1"]

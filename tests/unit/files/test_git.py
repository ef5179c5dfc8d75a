"""What git looks after is told apart from the rest."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from redo_py.files.git import tracked_by_git


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in a folder of a work tree."""
    project = tmp_path / "project"
    (project / "dir").mkdir(parents=True)
    for path in ("tracked", "untracked", "dir/below", "odd \n'\u00e9", "*"):
        (project / path).write_bytes(b"")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    names = ["tracked", "dir", "odd \n'\u00e9", "*"]
    subprocess.run(["git", "--literal-pathspecs", "add", "--", *names], cwd=project, check=True)
    return project


def test_tracked_files_and_their_folders(root: Path):
    paths = ["tracked", "untracked", "dir/below", "dir", "none", "odd \n'\u00e9", "*", "/etc/passwd", "tracked/below"]
    assert tracked_by_git(str(root), paths) == {"tracked", "dir/below", "dir", "odd \n'\u00e9", "*"}


def test_patterns_are_plain_names(root: Path):
    assert tracked_by_git(str(root), ["t*", "[t]racked", ":/tracked"]) == set()


def test_many_paths(root: Path):
    assert tracked_by_git(str(root), [f"none {number}" for number in range(1200)] + ["tracked"]) == {"tracked"}


def test_no_paths_and_no_work_tree(tmp_path: Path):
    assert tracked_by_git(str(tmp_path), []) == set()
    assert tracked_by_git(str(tmp_path), ["a"]) == set()


def test_no_git(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert tracked_by_git(str(root), ["tracked"]) == set()

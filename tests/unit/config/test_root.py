"""Which project a command line means, and where in it its user stands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py.app.project import Project
from redo_py.config.root import find_project, find_root
from redo_py.ground.errors import UsageError


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A project in `top` with folders, and a file of another name below; nothing above belongs to it."""
    folder = tmp_path / "top"
    (folder / "sub/deep").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "redunfile.py").write_text("")
    (folder / "sub/other.py").write_text("")
    (tmp_path / "elsewhere").mkdir()
    return folder


def found(top: Path, directory: str, file: str) -> tuple[str, str, str] | None:
    """(root, here, file), the root relative to `top`."""
    place = find_project(str(top / directory), file.replace("TOP", str(top)))
    return (str(Path(place.root).relative_to(top)), place.here, place.file) if place else None


@pytest.mark.parametrize(
    ("directory", "file", "place"),
    [
        ("", "", (".", "", "redunfile.py")),
        ("sub/deep", "", (".", "sub/deep", "redunfile.py")),
        ("sub/deep", "other.py", ("sub", "deep", "other.py")),
        ("", "other.py", None),
        ("", "sub/other.py", ("sub", "", "other.py")),
        ("", "./redunfile.py", (".", "", "redunfile.py")),
        ("sub", "../redunfile.py", (".", "sub", "redunfile.py")),
        ("sub/deep", "TOP/redunfile.py", (".", "sub/deep", "redunfile.py")),
        ("../elsewhere", "TOP/redunfile.py", (".", "", "redunfile.py")),
        ("../elsewhere", "../top/sub/redunfile.py", (".", "sub", "redunfile.py")),
        ("", "sub/", None),
        ("", "sub/none.py", None),
        ("", "/none.py", None),
    ],
)
def test_a_project_is_found(top: Path, directory: str, file: str, place: tuple[str, str, str] | None):
    assert found(top, directory, file) == place


@pytest.mark.parametrize(
    ("files", "here", "root"),
    [
        (["redunfile.py", "a/redunfile.py", "a/b/redunfile.py"], "a/b", "."),
        (["redunfile.py", "a/redunfile.py", "a/.git", "a/b/redunfile.py"], "a/b", "a"),
        (["redunfile.py", "a/redunfile.py", "a/redun.toml=root = true", "a/b/redunfile.py"], "a/b", "a"),
        (["redunfile.py", "a/redun.toml=root = true", "a/b/redunfile.py"], "a/b", "a/b"),
        (["redunfile.py", "a/redun.toml=root = false", "a/b/redunfile.py"], "a/b", "."),
        (["redunfile.py", "a/redun.toml=[build]\nroot = true", "a/b/redunfile.py"], "a/b", "."),
        (["redunfile.py", "a/redun.toml=root = ", "a/b/redunfile.py"], "a/b", "."),
        (["redunfile.py", "a/redun.toml=root = true"], "a/b", None),
        (["redunfile.py"], "a/b", "."),
        (["a/redunfile.py"], "a/b/c", "a"),
    ],
)
def test_the_root_of_several_redunfiles(tmp_path: Path, files: list[str], here: str, root: str | None):
    (tmp_path / ".git").mkdir()
    (tmp_path / here).mkdir(parents=True)
    for file in files:
        name, _, content = file.partition("=")
        (tmp_path / name).write_text(content)
    found = find_root(str(tmp_path / here))
    assert (found and str(Path(found).relative_to(tmp_path))) == root


def test_of_files_of_another_name_the_nearest_counts(top: Path):
    (top / "other.py").write_text("")
    assert found(top, "", "other.py") == (".", "", "other.py")
    assert found(top, "sub", "other.py") == ("sub", "", "other.py")
    assert found(top, "sub/deep", "other.py") == ("sub", "deep", "other.py")
    assert found(top, "", "sub/deep/other.py") == ("sub", "deep", "other.py")


@pytest.mark.parametrize("here", ["/", "//", "//tmp"])
def test_the_top_of_all_folders_is_no_project(here: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("os.path.isfile", lambda path: path in ("/redunfile.py", "//redunfile.py"))
    assert find_root(here) is None
    with pytest.raises(UsageError) as caught:
        Project("/", "", {})
    assert str(caught.value) == (
        "redun: / cannot be a project\n  hint: move redunfile.py into a folder of its own, with what it builds"
    )


def test_a_file_with_a_folder_that_is_not_there(top: Path):
    with pytest.raises(UsageError) as caught:
        Project(str(top), "sub/none.py", {})
    assert str(caught.value).startswith(f"redun: there is no none.py in {top}/sub or above it\n")


def test_a_pipe_is_no_settings_file(top: Path):
    os.mkfifo(top / "redun.toml")
    place = find_project(str(top), "")  # would wait for somebody to write
    assert place is not None
    assert place.root == str(top)

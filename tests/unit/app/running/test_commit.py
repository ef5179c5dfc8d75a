"""The commit and the origin of a repository, from git's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.app.running.commit import commit_of


@pytest.fixture
def git(tmp_path: Path) -> Path:
    """git's folder of a repository without commits."""
    folder = tmp_path / ".git"
    (folder / "refs/heads").mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def found(folder: Path, **environ: str) -> dict[str, str]:
    """The tags of `folder`."""
    return commit_of(str(folder), environ)


def test_a_repository_without_commits(git: Path):
    assert found(git.parent) == {}


def test_a_branch(git: Path):
    (git / "refs/heads/main").write_text("abc\n")
    (git / "config").write_text('[remote "up"]\n\turl = u\n[remote "origin"]\n\tfetch = x\n\turl = git@host:x.git\n')
    (git.parent / "sub").mkdir()
    assert found(git.parent / "sub") == {"git_commit": "abc", "git_origin_url": "git@host:x.git"}


def test_a_packed_branch(git: Path):
    (git / "packed-refs").write_text("# pack-refs\nfff refs/heads/other\neee refs/heads/main\n^abc\n")
    assert found(git.parent) == {"git_commit": "eee"}


def test_a_detached_head(git: Path):
    (git / "HEAD").write_text("0123\n")
    assert found(git.parent) == {"git_commit": "0123"}


def test_another_work_tree(git: Path, tmp_path: Path):
    (git / "worktrees/w").mkdir(parents=True)
    (git / "worktrees/w/HEAD").write_text("ref: refs/heads/topic\n")
    (git / "worktrees/w/commondir").write_text("../..\n")
    (git / "refs/heads/topic").write_text("fed\n")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {git}/worktrees/w\n")
    assert found(tree) == {"git_commit": "fed"}


def test_passwords_are_left_out(git: Path):
    (git / "config").write_text('[remote "origin"]\nurl = https://me:pass@host/x.git\n')
    assert found(git.parent)["git_origin_url"] == "https://me@host/x.git"
    (git / "config").write_text('[remote "origin"]\nurl = https://host/a:b@c\n')
    assert found(git.parent)["git_origin_url"] == "https://host/a:b@c"


def test_the_environment_goes_before(git: Path):
    (git / "HEAD").write_text("0123\n")
    assert found(git.parent, REDUN_GIT_COMMIT="given") == {"git_commit": "given"}
    assert found(git.parent, REDUN_GIT_COMMIT="a", REDUN_GIT_ORIGIN_URL="b") == {
        "git_commit": "a",
        "git_origin_url": "b",
    }

"""Files that commands leave: whole, or untouched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from redo_py.app.leave import leave as leave_marked
from redo_py.ground.errors import UsageError


def leave(path: str, content: bytes) -> bool:
    """As it is for files that may hold anything."""
    return leave_marked(path, content, b"")


def test_what_has_no_mark_stays(tmp_path: Path):
    path = tmp_path / "x"
    for content, mark in ((b"", b"{"), (b'{"', b'{"')):  # an empty one, and one of the kind
        path.write_bytes(content)
        assert leave_marked(str(path), b'{"a": 1}', mark)
    path.write_bytes(b"mine")
    with pytest.raises(UsageError) as caught:
        leave_marked(str(path), b"{}", b"{", b"[")
    assert caught.value.headline == f"{path} holds something else, which would be lost"
    assert path.read_bytes() == b"mine"


def test_new_and_again(tmp_path: Path):
    path = tmp_path / "x.json"
    assert leave(str(path), b"one")
    before = path.stat()
    assert not leave(str(path), b"one")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert leave(str(path), b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["x.json"]


def test_mode_and_link_stay(tmp_path: Path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o600)
    link.symlink_to("target")
    assert leave(str(link), b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_pipe_is_written_into(tmp_path: Path):
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert leave(path, b"text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)


@pytest.mark.parametrize(("name", "reason"), [("none/x", "No such file or directory"), ("", "Is a directory")])
def test_where_nothing_can_be_written(tmp_path: Path, name: str, reason: str):
    path = str(tmp_path / name)
    with pytest.raises(UsageError) as caught:
        leave(path, b"text")
    assert caught.value.headline == f"{path} cannot be written: {reason}"
    assert os.listdir(tmp_path) == []


def test_nothing_is_left_when_the_last_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(UsageError, match="No space left on device"):
        leave(str(tmp_path / "x"), b"text")
    assert os.listdir(tmp_path) == []

"""What `redun gc` drops from a scratch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py.app.care.scratches import forgotten, scratches
from redo_py.remote.api import wire
from redo_py.remote.api.scratch import Scratch

OLD, NOW = 1000.0, 5000.0


def put(folder: Path, name: str, moment: float, content: bytes = b"x") -> None:
    Scratch(str(folder)).write(name, content)
    os.utime(folder / name, (moment, moment))
    os.utime((folder / name).parent, (moment, moment))


def test_old_jobs_go_and_what_no_other_needs(tmp_path: Path):
    job = wire.written({"code": "c1", "inputs": [("a", "f", "b1")], "outputs": ["made.txt"]}, b"")
    result = wire.written({"outputs": [("made.txt", "f", "b2")]}, b"")
    put(tmp_path, "jobs/young/result", OLD, result)
    put(tmp_path, "jobs/young/job", NOW, job)
    put(tmp_path, "jobs/old/job", OLD, wire.written({"code": "c2", "inputs": [("a", "f", "b3")]}, b""))
    put(tmp_path, "jobs/torn/job", NOW, b"torn")
    for name in ("code/c1.tar.gz", "code/c2.tar.gz", "blobs/b1", "blobs/b2", "blobs/b3", "blobs/b4.0a.part"):
        put(tmp_path, name, OLD)
    put(tmp_path, "blobs/b5", NOW)
    put(tmp_path, "arrays/a1", OLD, b"young\nold\n")
    put(tmp_path, "arrays/a2", OLD, b"old\n")
    gone = forgotten(str(tmp_path), 2000.0)
    assert [os.path.relpath(path, tmp_path) for path in gone] == [
        "arrays/a2", "blobs/b3", "blobs/b4.0a.part", "code/c2.tar.gz", "jobs/old",
    ]  # fmt: skip
    assert forgotten(str(tmp_path), 500.0) == []


def test_which_scratches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".redun/scratch").mkdir(parents=True)
    (tmp_path / "shared").mkdir()
    executors = {
        "a": {"scratch": str(tmp_path / "shared")}, "b": {"scratch": "s3://bucket/x"}, "c": {"scratch": "absent"},
        "d": {"type": "subprocess"}, "e": {"debug_scratch": "shared/"},
    }  # fmt: skip
    assert scratches(executors, False) == [f"{tmp_path}/.redun/scratch"]
    assert scratches(executors, True) == [f"{tmp_path}/.redun/scratch", f"{tmp_path}/shared"]
    assert scratches({}, True) == [f"{tmp_path}/.redun/scratch"]

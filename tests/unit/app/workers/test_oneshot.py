"""`redun oneshot`: why there is no result, told apart."""

from __future__ import annotations

import os
from errno import EMFILE, ENOSPC
from pathlib import Path

import pytest

from redo_py.app.workers.lodging import Lodging
from redo_py.app.workers.oneshot import OneJob, oneshot
from redo_py.remote.api import NO_RESULT, stage, wire
from redo_py.remote.api.scratch import JOB, Scratch, job_name

KEY = "a" * 32
HOST = os.uname().nodename


@pytest.fixture
def lodgings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where jobs get their folders."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def scratch_with_job(tmp_path: Path) -> Scratch:
    """A scratch with a job that is given a file."""
    scratch = Scratch(str(tmp_path / "scratch"))
    (tmp_path / "project").mkdir()
    (tmp_path / "project/given").write_text("content")
    entries = stage.entries_at(str(tmp_path / "project"), ["given"])
    stage.send(scratch, str(tmp_path / "project"), entries, set())
    header = {
        "root": "/project", "here": ".", "code": "", "in_place": False, "inputs": [each.told() for each in entries],
        "outputs": [], "gives": [], "depfiles": [], "attempt": "1", "environment": None,
    }  # fmt: skip
    scratch.write(job_name(KEY, JOB), wire.written(header, b""))
    return scratch


def run(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the worker says, which leaves no result."""
    monkeypatch.setattr("signal.signal", lambda *_: None)
    said: list[str] = []
    assert oneshot([f"{scratch.url}/jobs/{KEY}"], {}, said.append) == NO_RESULT
    return said


def test_a_worker_without_room_for_a_folder(tmp_path: Path, lodgings: Path, monkeypatch: pytest.MonkeyPatch):
    scratch = scratch_with_job(tmp_path)
    lodgings.rmdir()
    (said,) = run(scratch, monkeypatch)
    assert said.startswith("redun: no temporary folder can be made: [Errno 2] ")


def test_a_disk_of_the_worker_that_is_full(tmp_path: Path, lodgings: Path, monkeypatch: pytest.MonkeyPatch):
    """Writing to an open file fails without a word of which."""
    scratch = scratch_with_job(tmp_path)

    class Full:
        def __init__(self, fd: int) -> None:
            self.fd = fd

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.fd)

        def write(self, content: bytes) -> int:
            raise OSError(ENOSPC, "No space left on device")

    real = open

    def opened(file: int | str, mode: str = "r") -> object:
        return Full(file) if isinstance(file, int) and "w" in mode else real(file, mode)

    monkeypatch.setattr("redo_py.remote.api.scratch.open", opened, raising=False)
    (said,) = run(scratch, monkeypatch)
    said, _, place = said.rpartition(": ")
    assert said == f"redun: the folder of the job on {HOST} cannot be used: [Errno 28] No space left on device"
    assert place.startswith(f"'{lodgings}/redun-job-")
    assert os.listdir(lodgings) == []


def test_a_scratch_that_cannot_be_read(tmp_path: Path, lodgings: Path, monkeypatch: pytest.MonkeyPatch):
    scratch = scratch_with_job(tmp_path)
    (Path(scratch.url) / job_name(KEY, JOB)).unlink()
    (Path(scratch.url) / job_name(KEY, JOB)).mkdir()
    (said,) = run(scratch, monkeypatch)
    assert said == (
        f"redun: the scratch {scratch.url} cannot be used: [Errno 21] Is a directory: "
        f"'{scratch.url}/{job_name(KEY, JOB)}'\n"
    )
    assert os.listdir(lodgings) == []


def test_a_scratch_in_the_project_of_a_job_in_place(tmp_path: Path, lodgings: Path, monkeypatch: pytest.MonkeyPatch):
    scratch = Scratch(str(tmp_path / "project/.redun/scratch"))
    job = OneJob(scratch, KEY, {}, lambda _: None)
    job.root = str(tmp_path / "project")
    lodging = Lodging()

    def blamed(error: OSError) -> str:
        return job.unusable(error, lodging)

    assert blamed(PermissionError(13, "no", scratch.at("blobs/x"))) == f"the scratch {scratch.url} cannot be used"
    assert blamed(OSError("gone")) == f"the worker on {HOST} cannot go on"
    assert blamed(OSError(EMFILE, "no more", scratch.at("blobs/x"))) == f"the worker on {HOST} cannot go on"
    assert blamed(PermissionError(13, "no", f"{job.root}/out")) == f"the folder of the job on {HOST} cannot be used"
    assert blamed(PermissionError(13, "no", f"{lodging.folder}/x")) == f"the folder of the job on {HOST} cannot be used"
    lodging.leave()

"""Folders of workers that were killed are removed by the next one, and by nobody while they are worked in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from redo_py.app.lodging import LOCK, Lodging, abandoned

WORKER = "from redo_py.app.lodging import Lodging; l = Lodging(); print(l.folder, flush=True); input()"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_killed_worker_leaves_its_folder_to_the_next_one(temporary: Path):
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    folder = Path(worker.stdout.readline().strip())
    (folder / "home").mkdir()
    assert abandoned(str(temporary)) == []
    second = Lodging()
    assert folder.is_dir()
    second.leave()
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert abandoned(str(temporary)) == [str(folder)]
    third = Lodging()
    assert not folder.exists()
    assert os.listdir(third.folder) == [LOCK]
    third.leave()
    assert os.listdir(temporary) == []


def test_what_has_no_lock_is_left_alone(temporary: Path):
    (temporary / "redun-job-new").mkdir()
    (temporary / "redun-job-link").symlink_to(temporary / "redun-job-new")
    (temporary / "other").mkdir()
    (temporary / "other" / LOCK).touch()
    assert abandoned(str(temporary)) == []
    assert abandoned(str(temporary / "absent")) == []

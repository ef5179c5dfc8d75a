"""Folders of workers that were killed are removed by the next one, and by nobody while they are worked in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from redo_py.app.workers import lodging
from redo_py.app.workers.lodging import LOCK, UNLOCKABLE, Lodging, abandoned

WORKER = "from redo_py.app.workers.lodging import Lodging; l = Lodging(); print(l.folder, flush=True); input()"
LEAVING = """
import os, signal
from pathlib import Path
from redo_py.app.workers.lodging import Lodging

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

lodging = Lodging()
for name in ("a", "home", "z"):
    (Path(lodging.folder) / name).mkdir()
    (Path(lodging.folder) / f"{name}.txt").touch()
os.rmdir = die
lodging.leave()
"""
# A job that is told to end while its folder is made.
ENDED_EARLY = """
import os, signal, sys
from redo_py.app.workers import lodging
from redo_py.app.workers import oneshot
from redo_py.remote.api.scratch import Scratch

made = lodging._locked

def locked(folder):
    os.kill(os.getpid(), signal.SIGTERM)
    return made(folder)

lodging._locked = locked
sys.exit(oneshot.OneJob(Scratch(sys.argv[1]), "0" * 32, {}, print).run())
"""
ALL = float("inf")  # time before which everything is old


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
    assert abandoned(str(temporary), 0.0) == []
    second = Lodging()
    assert folder.is_dir()
    second.leave()
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert abandoned(str(temporary), 0.0) == [str(folder)]
    third = Lodging()
    assert not folder.exists()
    assert os.listdir(third.folder) == [LOCK]
    third.leave()
    assert os.listdir(temporary) == []


def worker(text: str, temporary: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run this with another temporary folder."""
    environ = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-P", "-c", text, *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)


def test_a_worker_that_is_killed_while_it_leaves(temporary: Path):
    done = worker(LEAVING, temporary)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (folder,) = temporary.iterdir()
    assert {"a", "home", "z"} & set(os.listdir(folder))
    assert abandoned(str(temporary), 0.0) == [str(folder)]
    Lodging().leave()
    assert os.listdir(temporary) == []


def test_a_worker_that_is_ended_while_it_comes(temporary: Path, tmp_path_factory: pytest.TempPathFactory):
    done = worker(ENDED_EARLY, temporary, str(tmp_path_factory.mktemp("scratch")))
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "")


def test_a_folder_that_cannot_be_made_is_told(temporary: Path):
    (temporary / "file").touch()
    text = f"import tempfile; tempfile.tempdir = {str(temporary / 'file')!r}\n{ENDED_EARLY}"
    done = worker(text, temporary, str(temporary / "scratch"))
    assert done.returncode == 74
    assert done.stdout.startswith("redun: no temporary folder can be made: ")


def test_what_has_no_lock_is_left_once_it_is_old(temporary: Path):
    (temporary / "redun-job-new").mkdir()
    (temporary / "redun-job-new" / "half").mkdir()
    (temporary / "redun-job-link").symlink_to(temporary / "redun-job-new")
    (temporary / "redun-job-file").touch()
    (temporary / "other").mkdir()
    (temporary / "other" / LOCK).touch()
    assert abandoned(str(temporary), 0.0) == []
    assert abandoned(str(temporary), ALL) == [str(temporary / "redun-job-new")]
    assert abandoned(str(temporary / "absent"), ALL) == []
    long_ago = (temporary / "redun-job-new").stat().st_mtime - 2 * lodging.AGE
    os.utime(temporary / "redun-job-new", (long_ago, long_ago))
    Lodging().leave()
    assert sorted(os.listdir(temporary)) == ["other", "redun-job-file", "redun-job-link"]


def test_where_nothing_can_be_locked_no_folder_is_taken_for_left(temporary: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lodging, "lock", lambda _: False)
    first = Lodging()
    assert os.listdir(first.folder) == [UNLOCKABLE]
    assert abandoned(str(temporary), ALL) == []
    first.leave()
    assert os.listdir(temporary) == []

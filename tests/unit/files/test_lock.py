"""One build at a time holds the project's lock, and it falls with its process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from redo_py.files.lock import ProjectLock
from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError

HOLDER = """
import sys
from redo_py.files.lock import ProjectLock
from redo_py.ground.clock import Clock
lock = ProjectLock(sys.argv[1], Clock(), "redun build 'a\\nb'")
lock.acquire(print)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path) -> str:
    (tmp_path / ".redun").mkdir()
    return str(tmp_path)


@pytest.fixture
def holder(root: str):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def lock_of(root: str, outer_root: str = "") -> ProjectLock:
    return ProjectLock(root, Clock(), "redun build x", outer_root)


def never(holder: str) -> None:
    raise AssertionError(f"waited for {holder}")


def test_it_can_be_taken_again_and_again(root: str):
    for _ in range(3):
        lock = lock_of(root)
        lock.acquire(never)
        lock.release()
        lock.release()


def test_it_names_its_holder_once_and_waits(root: str, holder):
    told: list[str] = []

    def wait(text: str) -> None:
        told.append(text)
        threading.Timer(0.1, holder.stdin.close).start()

    lock = lock_of(root)
    started = time.monotonic()
    lock.acquire(wait)
    assert time.monotonic() - started >= 0.1
    assert len(told) == 1
    assert told[0].startswith(f"process {holder.pid}, since ")
    assert told[0].endswith(": redun build 'a b'")
    lock.release()


def test_it_falls_with_a_killed_process(root: str, holder):
    holder.kill()
    holder.wait()
    lock = lock_of(root)
    lock.acquire(never)
    lock.release()


def test_a_program_left_behind_does_not_hold_it(root: str):
    lock = lock_of(root)
    lock.acquire(never)
    sleeper = subprocess.Popen(["sleep", "300"], close_fds=False)
    lock.release()
    again = lock_of(root)
    again.acquire(never)
    again.release()
    sleeper.kill()
    sleeper.wait()


def test_a_new_file_in_its_place_is_noticed(root: str, holder):
    def wait(text: str) -> None:
        os.unlink(f"{root}/.redun/lock")
        holder.stdin.close()

    lock = lock_of(root)
    lock.acquire(wait)
    other = lock_of(root)
    with pytest.raises(RuntimeError, match="waiting"):
        other.acquire(stop_waiting)
    lock.release()


def stop_waiting(text: str) -> None:
    raise RuntimeError(f"waiting for {text}")


def test_a_waiter_may_give_up(root: str, holder):
    with pytest.raises(RuntimeError, match=f"waiting for process {holder.pid}"):
        lock_of(root).acquire(stop_waiting)


def test_a_build_inside_a_build(root: str, tmp_path_factory: pytest.TempPathFactory):
    link = tmp_path_factory.mktemp("other") / "link"
    link.symlink_to(root)
    with pytest.raises(UsageError) as caught:
        lock_of(root, outer_root=str(link)).acquire(never)
    assert str(caught.value) == (
        f"redun: a build of {root} is running, and `redun build x` is run by a command of it\n"
        '  hint: let the rule that runs this command need its targets: `need("TARGET")` builds them first, in the same'
        " build"
    )
    other = lock_of(root, outer_root=str(link.parent))
    other.acquire(never)
    other.release()


def test_where_nothing_can_be_locked(tmp_path: Path):
    with pytest.raises(UsageError) as caught:
        lock_of(str(tmp_path)).acquire(never)
    assert str(caught.value) == (
        f"redun: {tmp_path}/.redun/lock cannot be locked: No such file or directory\n"
        "  hint: the project must lie in a folder that you may write to, on a file system that can lock"
    )

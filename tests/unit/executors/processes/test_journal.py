"""The journal of what runs, and what the next build makes of it after a kill -9."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.executors.processes import system
from redo_py.executors.processes.journal import Journal, escape, unescape
from redo_py.executors.processes.recovery import TICK, recover
from redo_py.executors.processes.system import group_lives, is_alive, place, start_of
from redo_py.files.lock import ProjectLock
from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError

ODD = ["a b", "tab\there", "new\nline", "back\\slash\\", "\\n", "\udcff"]
BUILDER = """
import os, sys
from redo_py.executors.api import CommandStep, JobSpec
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes import system
from redo_py.executors.processes.journal import Journal
from redo_py.files.lock import ProjectLock
from redo_py.ground.clock import Clock

clock = Clock()
lock = ProjectLock(os.getcwd(), clock, "redun build")
lock.acquire(print)
inbox = SelectInbox(clock)
executor = CommandExecutor(os.getcwd(), clock, Journal("running"), "scratch")
executor.start(inbox)
environment = {"PATH": os.environ["PATH"]}
texts = [
    "{ sleep 300; } & echo $$ $! >> pids; sleep 300", "/bin/sleep 300", "/bin/true", "(trap '' HUP; exec sleep 300)"
]
print("ready", flush=True)
for seq in range(1000):
    executor.submit([JobSpec(seq, "x", [CommandStep(texts[seq % 4])], environment, [f"out {seq}\\n"])])
    inbox.wait(0.001)
    if seq >= 12:
        inbox.wait(None)
"""


@pytest.fixture
def much_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who obeys TERM gets the time for it, however slow the machine is."""
    monkeypatch.setattr("redo_py.executors.processes.recovery.GRACE", 60.0)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "running")


@given(st.text(max_size=20))
@settings(max_examples=100)
def test_any_path_is_one_field(name: str):
    assert unescape(escape(name)) == name
    assert not set(escape(name)) & {"\n", "\t"}


def test_no_journal(path: str):
    recovery = recover(path, Clock())
    assert (recovery.outputs_in_progress, recovery.outputs_made, recovery.ended) == ({}, {}, [])


def test_a_build_that_closed_leaves_nothing(path: str):
    journal = Journal(path)
    journal.intend(1, ["a"])
    journal.close()
    journal.close()
    assert not os.path.exists(path)


def test_what_was_in_progress_failed_and_made(path: str):
    journal = Journal(path)
    journal.intend(1, ODD)
    journal.intend(2, ["made"])
    journal.ended(2, True)
    journal.intend(3, ["failed", "a b"])
    journal.ended(3, False)
    journal.intend(4, ["again"])
    journal.ended(4, False)
    journal.intend(4, ["again"])
    journal.ended(4, True)
    journal.intend(5, ["nested"])
    journal.intend(5, [])
    journal.ended(5, True)
    recovery = recover(path, Clock())
    assert list(recovery.outputs_in_progress) == [*ODD, "failed", "nested"]
    assert list(recovery.outputs_made) == ["made", "again"]
    journal.close()


def test_depfiles_do_not_outlive_a_job(path: str):
    journal = Journal(path)
    journal.intend(1, ["made"], ["made.d"])
    journal.ended(1, True)
    journal.intend(2, ["failed"], ["failed.d"])
    journal.ended(2, False)
    journal.intend(3, [], ["open\t.d"])
    recovery = recover(path, Clock())
    assert list(recovery.outputs_in_progress) == ["failed", "failed.d", "open\t.d"]
    assert list(recovery.outputs_made) == ["made"]  # what lies at its depfile now is not redun's
    journal.close()


def test_until_when_a_change_is_the_job_s_own(path: str):
    journal = Journal(path)
    before = time.time_ns()
    journal.intend(1, ["made"])
    journal.ended(1, True)
    journal.intend(2, ["failed"])
    journal.ended(2, False)
    between = time.time_ns()
    time.sleep(0.05)
    journal.intend(3, ["open"])
    written = os.stat(path).st_mtime_ns
    recovery = recover(path, Clock())
    assert before <= recovery.outputs_made["made"] <= recovery.outputs_in_progress["failed"] <= between
    assert recovery.outputs_in_progress["open"] == written + TICK
    journal.close()


def test_every_truncation_and_garbage_can_be_read(path: str):
    journal = Journal(path)
    journal.intend(1, ["a\nb", "c"])
    journal.started(1, 2**22)
    journal.intend(2, ["d"])
    journal.ended(2, True)
    whole = Path(path).read_bytes()
    journal.close()
    for size in range(len(whole) + 1):
        Path(path).write_bytes(whole[:size])
        assert set(recover(path, Clock()).outputs_in_progress) <= {"a\nb", "c", "d"}
    Path(path).write_bytes(b"\xff\x00\nstart\nstart\tx\ty\tz\nmade\tq\nintent\t1\tgood\nbuild\n" + whole)
    assert "good" in recover(path, Clock()).outputs_in_progress


def test_a_full_disk_is_an_error():
    with pytest.raises(OSError, match="No space left"):
        Journal("/dev/full")


def test_start_tells_processes_apart():
    assert is_alive(os.getpid(), start_of(os.getpid()))
    assert not is_alive(os.getpid(), "1")
    assert not is_alive(2**22 + 1, start_of(2**22 + 1))
    with subprocess.Popen(["true"]) as child:
        start = start_of(child.pid)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not is_alive(child.pid, start)  # a zombie


def sleeper(**environment: str) -> subprocess.Popen[bytes]:
    """A process in a group of its own."""
    return subprocess.Popen(["sleep", "300"], process_group=0, env={**os.environ, **environment})


def lines_of(journal: Journal, *lines: str) -> None:
    """Add lines to the journal as another writer would."""
    with open(journal.path, "a") as file:
        file.writelines(line + "\n" for line in lines)


def test_a_pid_that_was_used_again_is_left_alone(path: str):
    child = sleeper()
    journal = Journal(path)
    lines_of(journal, "intent\t1\ta", f"start\t1\t{child.pid}\t{int(start_of(child.pid)) - 1}")
    assert recover(path, Clock()).ended == []
    assert child.poll() is None
    child.kill()
    child.wait()
    journal.close()


def test_processes_of_another_boot_or_container_are_left_alone(path: str):
    child = sleeper()
    Path(path).write_text(f"build\tx\t1\t1\telsewhere\nintent\t1\ta\nstart\t1\t{child.pid}\t{start_of(child.pid)}\n")
    recovery = recover(path, Clock())
    assert (list(recovery.outputs_in_progress), recovery.ended) == (["a"], [])
    assert child.poll() is None
    child.kill()
    child.wait()


def test_our_own_group_is_left_alone(path: str):
    journal = Journal(path)
    lines_of(journal, "intent\t1", *(f"start\t1\t{pid}\t{start_of(pid)}" for pid in (os.getpid(), os.getpgrp())))
    assert recover(path, Clock()).ended == []
    journal.close()


@pytest.mark.usefixtures("much_grace")
def test_a_group_of_an_unfinished_job_is_ended_and_of_a_finished_one_not(path: str):
    unfinished, finished = sleeper(), sleeper()
    journal = Journal(path)
    for seq, child in enumerate((unfinished, finished)):
        journal.intend(seq, [])
        journal.started(seq, child.pid)
    journal.ended(1, True)
    assert recover(path, Clock()).ended == [f"{unfinished.pid} (sleep)"]
    assert unfinished.wait() == -signal.SIGTERM
    assert finished.poll() is None
    finished.kill()
    finished.wait()
    journal.close()


@pytest.mark.usefixtures("much_grace")
def test_an_intent_without_a_start_is_found_by_its_environment(path: str):
    journal = Journal(path)
    ours = sleeper(REDUN_BUILD=journal.build_id, REDUN_JOB="1")
    others = [
        sleeper(REDUN_BUILD=journal.build_id, REDUN_JOB="2"),  # over
        sleeper(REDUN_BUILD=journal.build_id, REDUN_JOB="11"),
        sleeper(REDUN_BUILD=journal.build_id + "0", REDUN_JOB="1"),
        sleeper(REDUN_JOB="1"),
    ]
    lines_of(journal, "intent\t1\ta", "intent\t2\tb", "made\t2")
    assert recover(path, Clock()).ended == [f"{ours.pid} (sleep)"]
    assert ours.wait() == -signal.SIGTERM
    for other in others:
        assert other.poll() is None
        other.kill()
        other.wait()
    journal.close()


@pytest.mark.usefixtures("much_grace")
def test_a_worker_is_ended_with_the_commands_that_it_has_started(path: str):
    journal = Journal(path)
    worker = sleeper()
    command = sleeper(REDUN_BUILD=journal.build_id, REDUN_JOB="1")
    of_another_job = sleeper(REDUN_BUILD=journal.build_id, REDUN_JOB="2")
    journal.intend(1, ["a"])
    journal.sent(1, worker.pid)
    journal.intend(2, ["b"])
    journal.sent(2, worker.pid)
    journal.ended(2, True)
    assert sorted(recover(path, Clock()).ended) == sorted(f"{child.pid} (sleep)" for child in (worker, command))
    assert (worker.wait(), command.wait()) == (-signal.SIGTERM, -signal.SIGTERM)
    assert of_another_job.poll() is None
    of_another_job.kill()
    of_another_job.wait()
    journal.close()


def test_who_ignores_term_is_killed_after_the_grace(path: str):
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(300)"
    child = subprocess.Popen([sys.executable, "-c", script], process_group=0, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    journal = Journal(path)
    lines_of(journal, "intent\t1\ta", f"start\t1\t{child.pid}\t{start_of(child.pid)}")
    started = time.monotonic()
    assert len(recover(path, Clock()).ended) == 1
    assert time.monotonic() - started >= 2.0
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    journal.close()


class HastyClock(Clock):
    """A clock on which hours pass in the time of a blink."""

    __slots__ = ()

    def monotonic(self) -> float:
        """Seconds, a thousand for each real one."""
        return time.monotonic() * 1000


def test_what_cannot_be_ended_is_named(path: str, monkeypatch: pytest.MonkeyPatch):
    child = sleeper()
    journal = Journal(path)
    lines_of(journal, "intent\t1\ta", f"start\t1\t{child.pid}\t{start_of(child.pid)}")
    deaf = "redo_py.executors.processes.recovery.send"  # as in a sleep of the kernel
    monkeypatch.setattr(deaf, lambda target, number: None)
    with pytest.raises(UsageError) as caught:
        recover(path, HastyClock())
    assert str(caught.value) == (
        f"redun: a command of a build that was killed still runs and cannot be ended: process {child.pid} (sleep)\n"
        "  hint: end it yourself, then build again"
    )
    child.kill()
    child.wait()
    journal.close()


@pytest.mark.usefixtures("much_grace")
def test_without_proc_the_system_is_asked_by_ps(path: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "HAS_PROC", False)
    child, other = sleeper(), sleeper()
    start = start_of(child.pid)
    assert is_alive(child.pid, start)
    assert not is_alive(child.pid, "Thu Jan  1 00:00:00 1970")
    assert not is_alive(2**22 + 1, start_of(2**22 + 1))
    journal = Journal(path)
    lines_of(journal, "intent\t1\ta", f"start\t1\t{child.pid}\t{start}", f"start\t1\t{other.pid}\t1970")
    init = threading.Thread(target=child.wait)
    init.start()
    assert recover(path, Clock()).ended[0].startswith(str(child.pid))
    init.join()
    assert child.returncode == -signal.SIGTERM
    assert not is_alive(child.pid, start)
    assert other.poll() is None
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert start_of(other.pid) == ""  # a zombie
    other.wait()
    journal.close()


def test_place_is_the_same_in_a_child():
    code = "from redo_py.executors.processes.system import place; print(place())"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)
    assert said.stdout.strip() == place()


def carriers(build_id: str) -> list[int]:
    """Living processes that carry the build's id, however they are found."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            is_carrier = (
                entry.name.isdecimal() and f"REDUN_BUILD={build_id}".encode() in (entry / "environ").read_bytes()
            )
            if is_carrier and (entry / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("seed", range(20))
def test_after_a_kill_at_any_moment_nothing_is_left(tmp_path: Path, seed: int):
    (tmp_path / ".redun").mkdir()
    lock = ProjectLock(str(tmp_path), Clock(), "redun build")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    builder = subprocess.Popen(
        [sys.executable, "-c", BUILDER], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, process_group=0
    )
    assert builder.stdout is not None
    builder.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.0, 0.04))
    builder.kill()
    builder.wait()
    builder.stdout.close()
    build_id = (tmp_path / "running").read_text("utf-8", "surrogateescape").split("\t")[1]
    lock.acquire(lambda holder: None)
    recovery = recover(str(tmp_path / "running"), Clock())
    lock.release()
    assert carriers(build_id) == []
    assert all(name.startswith("out ") and name.endswith("\n") for name in recovery.outputs_in_progress)
    pids = (tmp_path / "pids").read_text().split() if (tmp_path / "pids").exists() else []
    assert not any(group_lives(int(pid)) for pid in pids)

"""What a process prints is passed on and kept, also if it is the last thing that it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
BEGINNING = """
import os, signal, subprocess, sys, time
from redo_py.executors.functions.tee import Tee
tee = Tee()
"""


def run(code: str) -> tuple[int, str]:
    """Status and output of a process that begins with a Tee."""
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING + code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_output_is_passed_on_and_kept():
    status, output = run(
        """
print("one")
sys.stderr.write("two\\n")
sys.stderr.flush()
os.write(1, b"three\\n")
subprocess.run(["echo", "four"])
kept = tee.end()
print("after", kept)
"""
    )
    lines = output.splitlines()
    assert (status, sorted(lines[:-1])) == (0, ["four", "one", "three", "two"])
    assert lines[-1].startswith("after b'")
    assert all(word in lines[-1] for word in ("one", "two", "three", "four"))


@pytest.mark.parametrize("end", ["os._exit(9)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_the_last_words_of_a_process_that_is_gone_are_passed_on(end: str):
    for number in range(10):
        status, output = run(f'print("last words {number}", flush=True)\n{end}\n')
        assert (status in (9, -9), output) == (True, f"last words {number}\n")


def test_a_child_that_is_left_behind_is_not_waited_for():
    status, output = run('print("x")\nsubprocess.Popen(["sleep", "3"])\nprint(tee.end())\n')
    assert (status, output) == (0, "x\nb'x\\n'\n")


def test_what_the_other_process_is_slow_to_take_is_kept():
    """It has not run at all when nobody waits for more."""
    status, output = run(
        """
import threading
import redo_py.executors.functions.tee
redo_py.executors.functions.tee.PATIENCE = 0.05
os.kill(tee._pump, signal.SIGSTOP)
print("a word", flush=True)
threading.Timer(0.3, os.kill, [tee._pump, signal.SIGCONT]).start()
print(tee.end())
"""
    )
    assert (status, output) == (0, "a word\nb'a word\\n'\n")


def test_signals_for_the_whole_job_leave_the_output_alone():
    status, output = run(
        """
signal.signal(signal.SIGTERM, lambda *_: print("told"))
os.kill(tee._pump, signal.SIGTERM)
os.kill(os.getpid(), signal.SIGTERM)
print("still here")
tee.end()
"""
    )
    assert (status, output) == (0, "told\nstill here\n")


def test_a_large_output():
    status, output = run('sys.stdout.write("x" * 1_000_000)\nkept = tee.end()\nprint(len(kept))\n')
    assert (status, len(output)) == (0, 1_000_000 + len("1000000\n"))


def test_nobody_listens():
    read_fd, write_fd = os.pipe()
    os.close(read_fd)
    code = BEGINNING + "print('x' * 100000)\nkept = tee.end()\nos._exit(7 if len(kept) == 100001 else 8)\n"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=write_fd, stderr=write_fd, timeout=120, check=False,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN),
    )  # fmt: skip
    os.close(write_fd)
    assert done.returncode == 7

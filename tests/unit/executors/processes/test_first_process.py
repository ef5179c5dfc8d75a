"""The first process of a container: what becomes of the one that works below it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, sys, time
from redo_py.executors.processes.first_process import work_as_second


def work():
    {work}


sys.exit(work_as_second(work))
"""


def begin(work: str) -> subprocess.Popen[str]:
    """A first process whose child does `work`."""
    return subprocess.Popen([sys.executable, "-c", PROGRAM.format(work=work)], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("work", "status"),
    [
        ("return 3", 3),
        ("os.kill(os.getpid(), signal.SIGKILL)", 137),
        ("os._exit(0)", 0),
        ("raise SystemExit(5)", 5),
    ],
)
def test_the_status_is_that_of_the_child(work: str, status: int):
    process = begin(work)
    process.communicate(timeout=120)
    assert process.returncode == status


def test_signals_are_passed_on():
    process = begin(
        "signal.signal(signal.SIGTERM, lambda *_: os._exit(7)); print('up', flush=True); time.sleep(300); return 0"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == 7


def test_children_of_others_are_buried():
    process = begin("os.fork() or os._exit(0); time.sleep(0.1); return 4")
    process.communicate(timeout=120)
    assert process.returncode == 4

"""Short turns: asked for where they exist, and nothing else of the thread is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from redo_py.executors.commands import turns

ASK = "import os, sys; from redo_py.executors.commands.turns import take_short_turns; "
HEEDED = sys.platform == "linux" and turns.version_of(os.uname().release) >= turns.OLDEST
GRANTED = HEEDED and os.uname().machine in turns.NUMBERS
BEFORE = os.getpriority(os.PRIO_PROCESS, 0)  # the tests themselves may be nice


def printed(code: str, *before: str) -> list[str]:
    ran = subprocess.run([*before, sys.executable, "-c", ASK + code], capture_output=True, text=True, check=True)
    return ran.stdout.split()


def test_nothing_but_the_length_of_a_turn_changes():
    code = "print(take_short_turns(), os.sched_getscheduler(0) & 0xFFFF, os.getpriority(os.PRIO_PROCESS, 0))"
    assert printed(code, "nice", "-n", "3")[1:] == ["0", str(BEFORE + 3)]


@pytest.mark.parametrize("nice", [0, 7])
def test_a_child_has_what_its_parent_had(nice: int):
    code = "take_short_turns(); os.system('nice; chrt -p $$ | sed s/.*:.//')"
    assert printed(code, "nice", "-n", str(nice)) == [str(BEFORE + nice), "SCHED_OTHER", "0"]


def test_the_call_is_understood():
    assert printed("print(take_short_turns())") == [str(GRANTED)]


def test_another_policy_is_left_alone():
    code = "os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)); print(take_short_turns())"
    assert printed(code) == ["False"]


@pytest.mark.parametrize(
    ("release", "machine"),
    [("6.11.9", "x86_64"), ("5.15.0-89-generic", "x86_64"), ("6.18", "sparc"), ("odd", "")],
)
def test_elsewhere_nothing_is_asked(release: str, machine: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(turns, "ask", lambda *_: pytest.fail("it was asked"))
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release=release, machine=machine))
    assert not turns.take_short_turns()


def test_versions():
    assert turns.version_of("6.12.3-amd64") == (6, 12)
    assert turns.version_of("6.12-rc1") == (6, 12)
    assert turns.version_of("7.0") == (7, 0)
    assert turns.version_of("") == (0, 0)

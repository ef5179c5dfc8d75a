"""What jobs take of the machine is measured, and only where it can be known."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.functions.threads import ThreadExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.executors.processes.usage import Meter, together
from redo_py.ground.clock import Clock
from redo_py.testing import Driver

MIB = 1 << 20
ENVIRONMENT = {"PATH": os.environ["PATH"]}
BUSY = "import time\nwhile time.process_time() < 0.2: pass"


def spec(*steps: CallStep | CommandStep) -> JobSpec:
    return JobSpec(1, "out.txt", steps, ENVIRONMENT)


def python(text: str) -> CommandStep:
    return CommandStep(f"{sys.executable} -c '{text}'")


class MovedClock(Clock):
    """A clock whose time passes when it is told to."""

    def __init__(self) -> None:
        self.moment = 0.0

    def monotonic(self) -> float:
        return self.moment


def busy() -> str:
    clock = Clock()
    end = clock.thread_seconds() + 0.1
    while clock.thread_seconds() < end:
        pass
    return "done"


def fail() -> None:
    raise ValueError("no")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=[False, True], ids=["plain", "measured"])
def measures(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def commands(folder: Path):
    clock, journal = Clock(), Journal(str(folder / "running"))
    inbox = SelectInbox(clock)
    made = CommandExecutor(str(folder), clock, journal, str(folder / "scratch"))
    yield Driver(made, inbox)
    made.stop()
    journal.close()
    inbox.close()


@pytest.fixture
def threads(commands: Driver, measures: bool):
    inner: Any = commands.executor
    made = ThreadExecutor(2, Clock(), inner, measures=measures)
    yield Driver(made, commands.inbox)
    made.stop()


def peak_of(step: CommandStep, driver: Driver) -> int:
    usage = driver.success(spec(step)).usage
    assert usage is not None
    return usage[1]


def test_the_processor_time_of_all_steps(commands: Driver):
    usage = commands.success(spec(python(BUSY), CommandStep("true"), python(BUSY))).usage
    assert usage is not None
    assert 0.4 <= usage[0] < 10


def test_a_failure_has_it_too(commands: Driver):
    usage = commands.failure(spec(python(BUSY + "\nraise SystemExit(3)"))).usage
    assert usage is not None
    assert usage[0] >= 0.2


def test_children_that_were_awaited_count(commands: Driver):
    usage = commands.success(spec(CommandStep(f"{python(BUSY).text}; true"))).usage
    assert usage is not None
    assert usage[0] >= 0.2


def test_a_peak_above_our_own_is_known(commands: Driver):
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    size = own + 32 * MIB
    peak = peak_of(python(f"x = bytearray({size}); x[::4096] = x[::4096].replace(bytes(1), bytes([1]))"), commands)
    assert size <= peak < size + 64 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak of a small command is told")
def test_a_peak_below_our_own_is_not_told(commands: Driver):
    assert peak_of(CommandStep("true"), commands) == 0


def test_functions_in_threads_are_measured_if_that_is_asked(threads: Driver, measures: bool):
    usage = threads.success(spec(CallStep(busy, (), {}))).usage
    assert (usage is not None) == measures
    if usage is not None:
        assert 0.1 <= usage[0] < 5
        assert usage[1] == 0
    assert (threads.failure(spec(CallStep(fail, (), {}))).usage is not None) == measures


def test_commands_of_threads_are_measured_where_they_are_all_there_is(threads: Driver, measures: bool):
    usage = threads.success(spec(python(BUSY))).usage
    assert usage is not None
    assert usage[0] >= 0.2
    usage = threads.success(spec(python(BUSY), CallStep(busy, (), {}))).usage
    assert (usage is not None) == measures
    if usage is not None:
        assert usage[0] >= 0.3


def test_parts_add_up():
    assert together(None, None) is None
    assert together((1.0, 5), None) == together(None, (1.0, 5)) == (1.0, 5)
    assert together((1.0, 5), (2.5, 3)) == (3.5, 5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can forget a peak")
def test_a_worker_knows_the_peak_of_each_job_that_takes_a_while():
    clock = MovedClock()
    meter = Meter(clock)
    peaks = []
    for size in (96 * MIB, 0):
        meter.begin()
        held = bytearray(size)
        held[::4096] = bytes([1]) * len(held[::4096])
        del held
        clock.moment += 1.0
        peaks.append(meter.end()[1])
    assert peaks[0] > peaks[1] + 64 * MIB
    assert peaks[1] > 0
    meter.begin()
    assert meter.end()[1] == 0


def test_a_worker_counts_the_children_that_its_job_awaited():
    import subprocess

    meter = Meter(Clock())
    meter.begin()
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert meter.end()[0] >= 0.2
    meter.begin()
    assert meter.end()[0] < 0.2

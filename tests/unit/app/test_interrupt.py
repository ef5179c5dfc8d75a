"""Signals while an execution runs: the handler only notes them, jobs are ended where the engine waits."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from redo_py.app.interrupt import PATIENCE, Interrupts
from redo_py.cli.fastlane import EarlyInterrupt
from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.functions.threads import ThreadExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Unwritten
from redo_py.files.memory import MovedClock
from redo_py.ground.clock import Clock
from redo_py.testing import Driver


def execution(*seqs: int) -> Any:
    """As much of one as signals concern."""
    return SimpleNamespace(interrupted=0, stopping=False, frontier=SimpleNamespace(running=dict.fromkeys(seqs)))


class Cancelled:
    """Executors that note what they are to end."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def cancel(self, seqs: list[int]) -> None:
        self.asked.append(seqs)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_jobs_are_ended_by_wait_and_not_by_the_handler(number: int):
    inbox = SelectInbox(Clock())
    running, executors = execution(1, 2), Cancelled()
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        with Interrupts(running, executors, inbox.call_soon, Clock()) as interrupts:  # type: ignore[arg-type]
            interrupts.listen()
            signal.raise_signal(number)
            assert (running.interrupted, running.stopping) == (number, True)
            assert executors.asked == []
            running.frontier.running[3] = None  # one that the engine was about to submit
            assert inbox.wait(None) == []
            assert executors.asked == [[1, 2, 3]]
    finally:
        signal.signal(signal.SIGHUP, before)
    inbox.close()


@pytest.mark.parametrize("has_come", [True, False])
def test_a_signal_that_came_before_anything_listened(has_come: bool):
    early = EarlyInterrupt()
    before = signal.signal(signal.SIGINT, early)
    running = execution()
    try:
        if has_come:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        with Interrupts(running, Cancelled(), lambda _: None, Clock()) as interrupts:  # type: ignore[arg-type]
            interrupts.listen()
            assert (running.interrupted, running.stopping) == (signal.SIGINT if has_come else 0, has_come)
        assert signal.getsignal(signal.SIGINT) is early
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_signal_while_the_engine_waits():
    inbox = SelectInbox(Clock())
    running, executors = execution(1), Cancelled()
    with Interrupts(running, executors, inbox.call_soon, Clock()) as interrupts:  # type: ignore[arg-type]
        interrupts.listen()
        kick = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGINT])
        kick.start()
        while not executors.asked:
            assert inbox.wait(None) == []
        kick.join()
    assert executors.asked == [[1]]
    inbox.close()


@pytest.mark.parametrize("is_interrupted", [True, False])
def test_signals_once_the_engine_has_stopped(is_interrupted: bool):
    """Those that come together do nothing; who insists ends what hangs."""
    clock = MovedClock()
    running = execution()
    soon: list[Callable[[], None]] = []
    with Interrupts(running, Cancelled(), soon.append, clock) as interrupts:  # type: ignore[arg-type]
        interrupts.listen()
        if is_interrupted:
            signal.raise_signal(signal.SIGINT)
        asked = len(soon)
        interrupts.engine_stopped()
        signal.raise_signal(signal.SIGINT)
        clock.move(PATIENCE / 2)
        signal.raise_signal(signal.SIGINT)
        assert (running.interrupted, len(soon)) == (signal.SIGINT if is_interrupted else 0, asked)
        clock.move(PATIENCE)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_the_first_signal_never_ends_an_ending():
    clock = MovedClock()
    with Interrupts(execution(), Cancelled(), print, clock) as interrupts:  # type: ignore[arg-type]
        interrupts.listen()
        interrupts.engine_stopped()
        clock.move(60)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        clock.move(PATIENCE)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_second_signal_while_jobs_are_being_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It arrives while the executor's lock is held, which is not reentrant."""
    monkeypatch.chdir(tmp_path)
    clock = Clock()
    inbox = SelectInbox(clock)
    commands = CommandExecutor(str(tmp_path), clock, Unwritten(), str(tmp_path / "scratch"))
    commands.start(inbox)
    executor = ThreadExecutor(1, clock, commands)
    driver = Driver(executor, inbox)
    begun = threading.Event()
    steps: list[CallStep | CommandStep] = [CallStep(begun.set, (), {}), CommandStep("touch begun; sleep 300")]
    wake = SelectInbox.wake
    signals: list[int] = []

    def wake_and_be_hit(self: SelectInbox) -> None:
        if executor.lock.locked() and not signals and threading.current_thread() is threading.main_thread():
            signals.append(1)
            signal.raise_signal(signal.SIGINT)
        wake(self)

    driver.executor.submit([JobSpec(1, "work", steps, {"PATH": os.environ["PATH"]})])
    assert begun.wait(60)
    while not (tmp_path / "begun").exists():
        inbox.wait(0.01)
    interrupts = Interrupts(execution(1), executor, inbox.call_soon, clock)  # type: ignore[arg-type]
    with monkeypatch.context() as patch, interrupts:
        interrupts.listen()
        patch.setattr(SelectInbox, "wake", wake_and_be_hit)
        signal.raise_signal(signal.SIGINT)
        [outcome] = driver.outcomes(1)
    assert signals == [1]
    assert getattr(outcome.error, "code", "") == "job-cancelled"  # type: ignore[union-attr]
    executor.stop()
    commands.stop()
    inbox.close()

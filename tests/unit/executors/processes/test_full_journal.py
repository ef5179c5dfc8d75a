"""A disk that is full when the end of a job is to be written down: whoever ran it, a success becomes a failure, and
what has failed keeps its own error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from errno import ENOSPC
from pathlib import Path

import pytest

from redo_py.config.environment import worker_environment
from redo_py.executors.api import CommandStep, Executor, Failed, Finished, JobSpec
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.functions.process import ProcessExecutor
from redo_py.executors.functions.threads import ThreadExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Unwritten, conclude
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError
from redo_py.testing import Driver
from tests.unit.executors.spark.spark_project import Sparks

PATIENCE = 120.0


class FullJournal(Unwritten):
    """One on a disk that fills up while jobs run, or before they begin."""

    def __init__(self, is_full_before: bool = False) -> None:
        super().__init__()
        self._is_full_before = is_full_before

    def intend(self, seq: int, outputs: Sequence[str], depfiles: Sequence[str] = ()) -> None:
        if self._is_full_before:
            raise no_room()

    def ended(self, seq: int, is_made: bool) -> None:
        raise no_room()


def no_room() -> OSError:
    return OSError(ENOSPC, "No space left on device", "journal")


def commands(folder: Path, journal: Unwritten, sparks: Sparks) -> Iterator[Driver]:
    clock = Clock()
    yield from driven(CommandExecutor(str(folder), clock, journal, str(folder / "scratch")), SelectInbox(clock))


def threads(folder: Path, journal: Unwritten, sparks: Sparks) -> Iterator[Driver]:
    clock, inbox = Clock(), SelectInbox(Clock())
    beside = CommandExecutor(str(folder), clock, journal, str(folder / "scratch"))
    beside.start(inbox)
    yield from driven(ThreadExecutor(2, clock, beside), inbox)
    beside.stop()


def processes(folder: Path, journal: Unwritten, sparks: Sparks) -> Iterator[Driver]:
    clock = Clock()
    environ = worker_environment(os.environ)
    yield from driven(ProcessExecutor(2, str(folder), clock, journal, environ, lambda task: b""), SelectInbox(clock))


def spark(folder: Path, journal: Unwritten, sparks: Sparks) -> Iterator[Driver]:
    made = sparks(master="local[1]")
    made.executor._journal = journal  # type: ignore[attr-defined]
    yield made


def driven(executor: Executor, inbox: SelectInbox) -> Iterator[Driver]:
    yield Driver(executor, inbox, PATIENCE)
    executor.stop()
    inbox.close()


Maker = Callable[[Path, Unwritten, Sparks], Iterator[Driver]]


@pytest.mark.parametrize("make", [commands, threads, processes, spark])
def test_whoever_ran_it(make: Maker, tmp_path: Path, sparks: Sparks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path / "project")
    for driver in make(tmp_path / "project", FullJournal(), sparks):
        full = driver.failure(job("echo made; echo x > out"))
        assert isinstance(full.error, RunError)
        assert full.error.code == "disk-full"
        assert full.output == b"made\n"
        failed = driver.failure(job("echo half > out; exit 3"))
        assert "the command ended with exit status 3" in str(failed.error)


@pytest.mark.parametrize("make", [commands, threads, processes, spark])
def test_before_it_begins(make: Maker, tmp_path: Path, sparks: Sparks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path / "project")
    for driver in make(tmp_path / "project", FullJournal(is_full_before=True), sparks):
        full = driver.failure(job("echo x > out"))
        assert isinstance(full.error, RunError)
        assert full.error.code == "disk-full"
        assert not (tmp_path / "project/out").exists()


def test_outcomes():
    spec = job("true")
    made = Finished(1, "value", b"said\n", (), 1.0, 2.0, (), (0.5, 7))
    assert conclude(spec, made, Unwritten()) is made
    failure = conclude(spec, made, FullJournal())
    assert isinstance(failure, Failed)
    assert (failure.output, failure.started, failure.ended, failure.usage) == (b"said\n", 1.0, 2.0, (0.5, 7))
    own = Failed(1, ValueError("own"), b"", 1.0, 2.0)
    assert conclude(spec, own, FullJournal()) is own


def job(text: str) -> JobSpec:
    return JobSpec(1, "made", [CommandStep(text)], {"PATH": os.environ["PATH"]}, ("out",))

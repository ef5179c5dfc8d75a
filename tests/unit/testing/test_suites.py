"""The suites of executors fail for those that do not what they must."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import Failed, Inbox, JobSpec
from redo_py.executors.elsewhere import executor as elsewhere
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.system import SIGKILL, send
from redo_py.executors.subprocesses import SubprocessBackend
from redo_py.ground.clock import Clock
from redo_py.testing import Bench, Driver, ExecutorSuite, RemoteSuite, call_suite, executor_suite, holds
from redo_py.testing.reuniting import Killing


class Lazy(SubprocessBackend):
    """Ends nothing."""

    begun: list[int] = []  # noqa: RUF012

    def launch(self, jobs: Sequence[Any]) -> None:
        super().launch(jobs)
        self.begun.extend(self._children[job.key].pid for job in jobs)

    def cancel(self, keys: Sequence[str]) -> None:
        """Nobody is told."""


class Idle:
    """An executor that never answers."""

    def start(self, inbox: Inbox) -> None:
        """Nothing is begun."""

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """They are forgotten."""

    def cancel(self, seqs: Sequence[int]) -> None:
        """There are none."""

    def stop(self) -> None:
        """There is nothing."""

    def tail(self, seq: int) -> bytes:
        """Nothing was printed."""
        return b""


class OfIdle(ExecutorSuite):
    def succeed(self, seq: int, label: str) -> JobSpec:
        return JobSpec(seq, label, [], {})

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        return JobSpec(seq, "long", [], {}, timeout=timeout)


@pytest.fixture
def lazy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(call_suite, "await_end", lambda held, _: holds.await_end(held, 0.2))
    monkeypatch.setattr(elsewhere, "END_WITHIN", 0.2)
    Lazy.begun.clear()
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path)
    setting = {"class": f"{__name__}:Lazy", "job_monitor_interval": 0.2, "python": sys.executable}
    bench = Bench(tmp_path / "project", setting)
    yield bench
    for pid in Lazy.begun:
        send(-pid, SIGKILL)
    bench.close()


@pytest.mark.parametrize("test", ["test_cancel", "test_a_timeout", "test_stop_ends_and_awaits_what_runs"])
def test_a_backend_that_ends_nothing(lazy: Bench, tmp_path: Path, test: str):
    with pytest.raises(AssertionError, match="a job runs on after it was ended"):
        getattr(RemoteSuite(), test)(lazy, tmp_path)


class Careless(Idle):
    """Ends its jobs, and nothing that they have started."""

    def start(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.begun: dict[int, subprocess.Popen[bytes]] = {}

    def submit(self, specs: Sequence[JobSpec]) -> None:
        for spec in specs:
            words = list(spec.options["words"])
            self.begun[spec.seq] = subprocess.Popen(words, start_new_session=True)

    def stop(self) -> None:
        for seq, process in self.begun.items():
            process.kill()
            process.wait()
            self.inbox.put(Failed(seq, ValueError("stopped"), b"", 0.0, 0.0))


class OfCareless(OfIdle):
    def hold(self, seq: int, place: str) -> JobSpec:
        return JobSpec(seq, "held", [], {}, options={"words": holds.words_below(place)})


def test_an_executor_that_leaves_processes_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(executor_suite, "await_end", lambda held, _: holds.await_end(held, 0.2))
    inbox, careless = SelectInbox(Clock()), Careless()
    with pytest.raises(AssertionError, match="a job runs on after it was ended"):
        OfCareless().test_stop_ends_what_jobs_have_started(Driver(careless, inbox), tmp_path)
    (process,) = careless.begun.values()
    send(-process.pid, SIGKILL)
    holds.await_end([holds.Hold(tmp_path / "hold")], 30.0)
    inbox.close()


def test_an_executor_says_why_processes_go_on(tmp_path: Path):
    inbox = SelectInbox(Clock())
    with pytest.raises(NotImplementedError, match="why they go on"):
        OfIdle().test_stop_ends_what_jobs_have_started(Driver(Idle(), inbox), tmp_path)
    inbox.close()


def test_an_executor_that_never_answers():
    inbox = SelectInbox(Clock())
    with pytest.raises(AssertionError, match="one outcome of each job"):
        OfIdle().test_stop_ends_and_awaits_what_runs(Driver(Idle(), inbox))
    inbox.close()


def test_limits_are_told_or_denied(lazy: Bench):
    with pytest.raises(NotImplementedError, match="why it has no limits"):
        RemoteSuite().test_resources_are_what_was_asked_for(lazy)


def test_jobs_of_a_test_that_fails_may_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    killing = Killing(Bench(tmp_path, {"type": "no-such-type"}), tmp_path / "shared")
    with pytest.raises(AssertionError, match="no-such-type"):
        killing.kill_and_run_again(1)
    assert (tmp_path / "shared/go").exists()
    killing.bench.close()

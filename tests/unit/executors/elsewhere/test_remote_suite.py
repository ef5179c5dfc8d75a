"""The whole remote protocol over child processes: with a folder as scratch, and with an object store."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import Failed
from redo_py.executors.processes.system import is_alive, start_of
from redo_py.testing import RemoteSuite
from redo_py.testing.bench import Bench
from tests.parts.clouds import Cloud
from tests.parts.suites import SlowRuns

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"


PROCESSES = "they are plain processes of this machine"


class TestOverAFolder(RemoteSuite):
    without_limits = PROCESSES

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        return {"type": "subprocess"}

    @pytest.mark.parametrize("end", ["cancel", "worker killed"])
    def test_no_command_outlives_its_job(self, bench: Bench, tmp_path: Path, end: str) -> None:
        begun = tmp_path / "begun"
        text = f"trap '' TERM; echo $PPID $$ > {begun}.part; mv {begun}.part {begun}; while :; do sleep 0.1; done"
        bench.driver.executor.submit([bench.command(1, text)])
        gives_up = time.monotonic() + 60
        while not begun.exists():
            assert time.monotonic() < gives_up
            assert bench.driver.inbox.wait(0.05) == []
        worker, command = map(int, begun.read_text().split())
        start = start_of(command)
        if end == "cancel":
            bench.driver.executor.cancel([1])
        else:
            os.kill(worker, signal.SIGKILL)
        (outcome,) = bench.driver.outcomes(1)
        assert isinstance(outcome, Failed)
        assert not is_alive(command, start)


class TestThePluginOfTheExample(SlowRuns, RemoteSuite):
    finds_jobs = False
    without_limits = PROCESSES

    @pytest.fixture
    def setting(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        monkeypatch.syspath_prepend(str(EXAMPLES / "executor-plugin"))
        return {"class": "polite_executor:PoliteBackend", "job_monitor_interval": 0.2, "python": sys.executable}


@pytest.mark.slow
class TestOverAnObjectStore(RemoteSuite):
    without_limits = PROCESSES

    @pytest.fixture
    def setting(self, cloud: Cloud) -> dict[str, Any]:
        return {"type": "subprocess", "scratch": f"{cloud.top}/scratch"}

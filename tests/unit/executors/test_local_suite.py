"""What every executor must do, on this machine: in threads of redun, and in processes that it keeps."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.testing import Bench, CallSuite, RunSuite

BUDGET = "what a job asks for decides how many run at once, and is no limit to itself"


class TestThreads(CallSuite):
    in_this_process = "functions are called by threads of redun, which they cannot be ended in, nor redun without them"
    shares_processes = True
    without_limits = BUDGET

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        return {"type": "local"}

    def test_what_is_printed_comes_back(self, bench: Bench) -> None:
        """What a child process prints goes where redun itself prints."""
        assert bench.driver.success(bench.call(1, "shout", "x")).output == b"shouting x\n"

    def test_a_result_that_cannot_be_sent(self, bench: Bench) -> None:
        """It need not be sent."""
        with bench.driver.success(bench.call(1, "unsendable")).value as stream:
            assert stream.readable()


@pytest.mark.slow
class TestProcesses(CallSuite):
    without_limits = BUDGET

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        return {"type": "local", "mode": "process"}


@pytest.mark.slow
class TestRunsInThreads(RunSuite):
    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        return {"type": "local"}


@pytest.mark.slow
class TestRunsInProcesses(RunSuite):
    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        return {"type": "local", "mode": "process"}

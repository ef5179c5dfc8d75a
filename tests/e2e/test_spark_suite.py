"""What every executor elsewhere must do, in the real Spark."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.testing import Bench, RemoteSuite

pytest.importorskip("pyspark")
pytestmark = pytest.mark.slow


class TestSpark(RemoteSuite):
    patience = 120.0

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        local = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}
        return {"type": "spark", "master": "local[1]", "conf": local}

    def test_what_is_printed_comes_back(self, bench: Bench) -> None:
        assert bench.driver.success(bench.call(1, "shout", "x")).output == b"shouting x\n"

    # Files are where they are: what the engine does before and after a job is nobody's business here.

    def test_a_command_with_staged_files(self, bench: Bench) -> None:
        (bench.folder / "made").mkdir()
        super().test_a_command_with_staged_files(bench)

    def test_a_command_that_fails(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.command(1, "exit 3", outputs=["made.txt"]))
        assert "the command ended with exit status 3" in str(outcome.error)

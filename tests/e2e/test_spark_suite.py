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

"""The whole remote protocol over child processes: with a folder as scratch, and with an object store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from redo_py.testing import RemoteSuite

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


class TestOverAFolder(RemoteSuite):
    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        return {"type": "subprocess"}


class TestThePluginOfTheExample(RemoteSuite):
    finds_jobs = False

    @pytest.fixture
    def setting(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        monkeypatch.syspath_prepend(str(EXAMPLES / "executor-plugin"))
        monkeypatch.setenv("PYTHONPATH", str(EXAMPLES / "executor-plugin"))
        return {"class": "polite_executor:PoliteBackend", "job_monitor_interval": 0.2, "python": sys.executable}


@pytest.mark.slow
class TestOverAnObjectStore(RemoteSuite):
    @pytest.fixture
    def setting(self, s3_bucket: str) -> dict[str, Any]:
        return {"type": "subprocess", "scratch": f"s3://{s3_bucket}/scratch"}

"""The whole remote protocol over AWS Batch: what every executor elsewhere must do."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from redo_py.testing import Bench, RemoteSuite
from tests.aws.server import LocalAws
from tests.conftest import new_bucket
from tests.parts.podman import IMAGE, Podman
from tests.parts.reuniting import kill_and_run_again

OF_CONTAINERS = ("engine", "engine_args", "run_args", "network", "volumes", "variables")


@pytest.mark.slow
class TestBatch(RemoteSuite):
    @pytest.fixture
    def setting(self, aws: LocalAws) -> dict[str, Any]:
        return {
            "type": "aws_batch", "image": "worker:1", "queue": aws.create_queue(), "role": "none",
            "scratch": f"s3://{new_bucket(aws.url)}/scratch", "job_stale_time": 0.1, "job_monitor_interval": 0.2,
        }  # fmt: skip

    def test_a_killed_redun(self, bench: Bench, tmp_path: Path) -> None:
        assert kill_and_run_again(bench, tmp_path / "shared") == ["x", "x"]


@pytest.mark.slow
class TestDebug(RemoteSuite):
    @pytest.fixture
    def setting(self, podman: Podman) -> dict[str, Any]:
        given = podman.options()
        return {
            "type": "aws_batch", "debug": True, "image": IMAGE, "python": sys.executable, "job_stale_time": 0.1,
            "job_monitor_interval": 0.2, "debug_options": json.dumps({name: given[name] for name in OF_CONTAINERS}),
        }  # fmt: skip

    def shared_path(self, tmp_path: Path, name: str) -> str:
        (tmp_path / "project/.redun/scratch").mkdir(parents=True, exist_ok=True)
        return str(tmp_path / "project/.redun/scratch" / name)

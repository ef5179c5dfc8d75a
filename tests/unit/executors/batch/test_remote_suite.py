"""The whole remote protocol over AWS Batch: what every executor elsewhere must do."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from redo_py.testing import Bench, RemoteSuite
from tests.aws.server import LocalAws
from tests.conftest import new_bucket
from tests.parts.podman import IMAGE, Podman, limits_of

OF_CONTAINERS = ("engine", "engine_args", "run_args", "network", "volumes", "variables")


@pytest.mark.slow
class TestBatch(RemoteSuite):
    @pytest.fixture
    def setting(self, aws: LocalAws, tmp_path: Path) -> dict[str, Any]:
        return {
            "type": "aws_batch", "image": "worker:1", "queue": aws.create_queue(), "role": "none",
            "scratch": f"s3://{new_bucket(aws.url)}/scratch", "job_stale_time": 0.1, "job_monitor_interval": 0.2,
            "environments": str(tmp_path / "envs"),
        }  # fmt: skip

    def limits(self, bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
        """What the record of the job in Batch says."""
        bench.driver.success(bench.command(1, "true", options=options))
        client = boto3.client("batch", region_name="us-east-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
        (summary,) = client.list_jobs(jobQueue=bench.setting["queue"], jobStatus="SUCCEEDED")["jobSummaryList"]
        (job,) = client.describe_jobs(jobs=[summary["jobId"]])["jobs"]
        needs = {each["type"]: each["value"] for each in job["container"]["resourceRequirements"]}
        return float(needs["VCPU"]), int(needs["MEMORY"]) << 20


@pytest.mark.slow
class TestDebug(RemoteSuite):
    is_apart = "a container sees only what is sent"

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

    def limits(self, bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
        return limits_of(bench, options)

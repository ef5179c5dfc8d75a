"""The whole remote protocol over AWS Batch: what every executor elsewhere must do."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.testing import RemoteSuite
from tests.aws.server import LocalAws
from tests.conftest import new_bucket


@pytest.mark.slow
class TestBatch(RemoteSuite):
    @pytest.fixture
    def setting(self, aws: LocalAws) -> dict[str, Any]:
        return {
            "type": "aws_batch", "image": "worker:1", "queue": aws.create_queue(), "role": "none",
            "scratch": f"s3://{new_bucket(aws.url)}/scratch", "job_stale_time": 0.1, "job_monitor_interval": 0.2,
        }  # fmt: skip

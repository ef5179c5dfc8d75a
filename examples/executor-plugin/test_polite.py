"""What every executor must do, asked of this one."""

from typing import Any

import pytest

from redo_py.testing import RemoteSuite


class TestPolite(RemoteSuite):
    finds_jobs = False  # `find` gives none
    without_limits = "they are plain processes of this machine"

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        return {"class": "polite_executor:PoliteBackend", "job_monitor_interval": 0.2}

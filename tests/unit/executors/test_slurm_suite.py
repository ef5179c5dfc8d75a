"""The suite of executors elsewhere, in a real SLURM."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from redo_py.testing import Bench, RemoteSuite
from tests.parts.podman import ROOT
from tests.parts.reuniting import kill_and_run_again
from tests.parts.slurm import Slurm


class TestSlurm(RemoteSuite):
    """Jobs on the one node."""

    @pytest.fixture
    def setting(self, slurm: Slurm, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        for name, value in slurm.environment.items():
            monkeypatch.setenv(name, value)
        return {"type": "slurm", "python": sys.executable, "setup": [f"export PYTHONPATH={ROOT}"], **slurm.options()}

    def test_a_killed_redun(self, bench: Bench) -> None:
        assert kill_and_run_again(bench, bench.folder / "shared") == ["x", "x"]

    def test_gpus_are_those_that_slurm_gives(self, bench: Bench) -> None:
        spec = bench.command(1, "echo $CUDA_VISIBLE_DEVICES > gpus.txt", outputs=["gpus.txt"], options={"gpus": 2})
        bench.driver.success(spec)
        assert bench.read("gpus.txt") == "0,1\n"

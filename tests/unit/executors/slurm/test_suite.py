"""The suite of executors elsewhere, in a real SLURM."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from redo_py.testing import Bench, RemoteSuite
from tests.parts.podman import ROOT
from tests.parts.slurm import Slurm
from tests.parts.suites import SlowRuns


class TestSlurm(SlowRuns, RemoteSuite):
    """Jobs on the one node."""

    @pytest.fixture
    def setting(self, slurm: Slurm, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        for name, value in slurm.environment.items():
            monkeypatch.setenv(name, value)
        return {"type": "slurm", "python": sys.executable, "setup": [f"export PYTHONPATH={ROOT}"], **slurm.options()}

    def limits(self, bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
        """What SLURM has given the job."""
        call = bench.call(1, "variables", "SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_NODE", options=options)
        cpus, megabytes = bench.driver.success(call).value
        return int(cpus), int(megabytes) << 20

    def test_commands_are_told_of_their_job(self, bench: Bench) -> None:
        text = "srun --ntasks=1 sh -c 'echo $SLURM_JOB_ID $SLURM_STEP_ID' > step.txt; echo $SLURM_JOB_ID 0 > job.txt"
        bench.driver.success(bench.command(1, text, outputs=["step.txt", "job.txt"]))
        assert bench.read("job.txt").split()[0].isdecimal()
        assert bench.read("step.txt") == bench.read("job.txt")

    def test_gpus_are_those_that_slurm_gives(self, bench: Bench) -> None:
        spec = bench.command(1, "echo $CUDA_VISIBLE_DEVICES > gpus.txt", outputs=["gpus.txt"], options={"gpus": 2})
        bench.driver.success(spec)
        assert bench.read("gpus.txt") == "0,1\n"

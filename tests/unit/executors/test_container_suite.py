"""The suite of executors elsewhere, in containers of a real podman."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from redo_py.testing import Bench, RemoteSuite
from tests.parts.podman import Podman
from tests.parts.reuniting import kill_and_run_again

HALF = """
    from redo_py.build import rule, sh


    @rule("half.txt", executor="tried")
    def half(out):
        sh(f"echo half > {out}; exit 3")
"""


class TestStaged(RemoteSuite):
    """Jobs in folders of their own."""

    @pytest.fixture
    def setting(self, podman: Podman) -> dict[str, Any]:
        return {"type": "container", "job_monitor_interval": 0.2, **podman.options()}

    def shared_path(self, tmp_path: Path, name: str) -> str:
        (tmp_path / "project/.redun/scratch").mkdir(parents=True, exist_ok=True)
        return str(tmp_path / "project/.redun/scratch" / name)

    def test_a_killed_redun(self, bench: Bench, podman: Podman) -> None:
        assert kill_and_run_again(bench, bench.folder / ".redun/scratch/shared") == ["x", "x"]
        assert podman.names() == []


@pytest.mark.slow
class TestMounted(TestStaged):
    """Jobs in the project itself."""

    @pytest.fixture
    def setting(self, podman: Podman) -> dict[str, Any]:
        return {"type": "podman", "project": "mounted", "job_monitor_interval": 0.2, **podman.options()}

    def test_a_command_that_fails(self, bench: Bench) -> None:
        bench.write("redunfile.py", HALF)
        assert "the command ended with exit status 3" in bench.redun("build", "half.txt", status=1)
        assert not (bench.folder / "half.txt").exists()

    def test_a_killed_redun(self, bench: Bench, podman: Podman) -> None:
        """What writes into the project must not go on: the next run ends it, and runs it again."""
        assert kill_and_run_again(bench, bench.folder / "shared") == ["xx", "xx"]
        assert podman.names() == []

"""The suite of executors elsewhere, in containers of a real podman."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.testing import Bench, RemoteSuite
from tests.parts.podman import Podman, limits_of
from tests.parts.suites import SlowRuns

HALF = """
    from redo_py.build import rule, sh


    @rule("half.txt", executor="tried")
    def half(out):
        sh(f"echo half > {out}; exit 3")
"""


class TestStaged(SlowRuns, RemoteSuite):
    """Jobs in folders of their own."""

    is_apart = "a container sees only what is sent"

    @pytest.fixture
    def setting(self, podman: Podman) -> dict[str, Any]:
        return {"type": "container", "job_monitor_interval": 0.2, **podman.options()}

    def shared_path(self, tmp_path: Path, name: str) -> str:
        (tmp_path / "project/.redun/scratch").mkdir(parents=True, exist_ok=True)
        return str(tmp_path / "project/.redun/scratch" / name)

    @pytest.fixture(autouse=True)
    def nothing_is_left(self, podman: Podman) -> Iterator[None]:
        """No test leaves a container."""
        yield
        assert podman.names() == []

    def limits(self, bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
        return limits_of(bench, options)


@pytest.mark.slow
class TestMounted(TestStaged):
    """Jobs in the project itself. What writes there must not go on: the next run ends it, and runs it again."""

    finds_jobs = False
    is_apart = ""

    @pytest.fixture
    def setting(self, podman: Podman) -> dict[str, Any]:
        return {"type": "podman", "project": "mounted", "job_monitor_interval": 0.2, **podman.options()}

    def test_a_command_that_fails(self, bench: Bench) -> None:
        bench.write("redunfile.py", HALF)
        assert "the command ended with exit status 3" in bench.redun("build", "half.txt", status=1)
        assert not (bench.folder / "half.txt").exists()

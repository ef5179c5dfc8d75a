"""Suites over an executor of a project's settings: what they share."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.testing.bench import Bench

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class ProjectSuite:
    """Gives each test a project; not collected by itself."""

    patience = 60.0  # seconds that no job of these may take

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        """What `[executors.NAME]` says."""
        raise NotImplementedError

    @pytest.fixture
    def bench(self, tmp_path: Path, setting: dict[str, Any]) -> Iterator[Bench]:
        """A project with the executor."""
        folder = tmp_path / "project"
        folder.mkdir()
        made = Bench(folder, setting, self.patience)
        yield made
        made.close()

    def shared_path(self, tmp_path: Path, name: str) -> str:
        """A path that two jobs, one after the other, both see."""
        return str(tmp_path / name)

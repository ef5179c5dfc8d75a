"""What several tests of executors need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.executors.elsewhere.scripted_backend import Place
from tests.unit.executors.spark.spark_project import Sparks, lay_project


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """An executor elsewhere over a backend that does what the test says."""
    monkeypatch.chdir(tmp_path)
    made = Place(tmp_path)
    yield made
    made.close()


@pytest.fixture
def sparks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sparks]:
    """Executors for a small Spark, in a project with the module work_there."""
    lay_project(tmp_path / "project", monkeypatch)
    made = Sparks(tmp_path)
    yield made
    made.stop()

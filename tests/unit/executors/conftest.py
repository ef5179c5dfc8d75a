"""What several tests of executors need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.executors.scripted_backend import Place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """An executor elsewhere over a backend that does what the test says."""
    monkeypatch.chdir(tmp_path)
    made = Place(tmp_path)
    yield made
    made.close()

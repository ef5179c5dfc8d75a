"""The project that end-to-end tests work in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.project import Project


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all tests, so that the parser's tables are made once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where compiled modules are kept, so that not every command compiles them anew."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def project(tmp_path: Path, home: Path, bytecode: Path, redun_environment: dict[str, str]) -> Project:
    """An empty project."""
    folder = tmp_path / "project"
    folder.mkdir()
    environment = redun_environment | {"HOME": str(home), "PYTHONPYCACHEPREFIX": str(bytecode)}
    del environment["PYTHONDONTWRITEBYTECODE"]
    return Project(folder, environment)

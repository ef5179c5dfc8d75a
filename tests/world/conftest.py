"""What the tests of the world share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.world.forks import Forks


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Runs command lines in processes of their own."""
    made = Forks(tmp_path_factory.mktemp("forks") / "output")
    yield made
    made.close()


@pytest.fixture
def environment(redun_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For child processes; one home for all tests, so that the tables of the parser are made only once."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    return redun_environment | {"HOME": str(home)}

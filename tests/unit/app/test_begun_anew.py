"""Records that turn out to be damaged in the middle of a build: it begins anew, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.app import build as build_module
from redo_py.app.request import Request
from redo_py.ground.errors import StoreError


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What became of each attempt; the first finds damage, and each one as long as there is "always" in the list."""
    seen: list[str] = []

    def run(self: build_module.Build) -> int:
        seen.append("run")
        if len(seen) == 1 or "always" in seen:
            raise StoreError("store-damaged", path="state.db", reason="a page")
        return 0

    (tmp_path / "redunfile.py").write_text("")
    monkeypatch.setattr(build_module.Build, "run", run)
    return seen


def carried_out(folder: Path, said: list[str], **words: object) -> int:
    request = Request(directory=str(folder))
    for name, value in words.items():
        setattr(request, name, value)
    return build_module.build(request, {}, said.append, "1")


def test_it_begins_anew(attempts: list[str], tmp_path: Path):
    said: list[str] = []
    assert carried_out(tmp_path, said) == 0
    assert attempts == ["run", "run"]
    assert said == ["redun: state.db is damaged: a page: begun anew\n"]


def test_it_gives_up_after_the_second_time(attempts: list[str], tmp_path: Path):
    attempts.append("always")
    with pytest.raises(StoreError):
        carried_out(tmp_path, [])
    assert attempts == ["always", "run", "run"]


def test_files_that_tell_of_one_execution_are_not_written_twice(attempts: list[str], tmp_path: Path):
    with pytest.raises(StoreError):
        carried_out(tmp_path, [], junit=str(tmp_path / "junit.xml"))
    assert attempts == ["run"]

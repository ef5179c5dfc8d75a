"""What git is told to leave alone in the state folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.app.workspace import IGNORED, ignore_ours


def test_it_is_written_once(tmp_path: Path):
    path = tmp_path / ".gitignore"
    ignore_ours(str(path))
    assert path.read_text() == IGNORED
    written = path.stat()
    ignore_ours(str(path))
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    names = IGNORED.split()
    assert {"/state.db*", "/containers/", "/datasets/", "/spark/", "/scratch/"} < set(names)
    assert "/redun.ini" not in names


def test_that_of_an_earlier_redun_is_renewed(tmp_path: Path):
    path = tmp_path / ".gitignore"
    for earlier in ("/state.db*\n/artifacts/\n/.gitignore\n", "/state.db*"):
        path.write_text(earlier)
        ignore_ours(str(path))
        assert path.read_text() == IGNORED


@pytest.mark.parametrize("own", ["*\n", "/state.db*\n!/artifacts/\n", "/state.db*\n# mine\n"])
def test_what_somebody_wrote_is_left(tmp_path: Path, own: str):
    path = tmp_path / ".gitignore"
    path.write_text(own)
    ignore_ours(str(path))
    assert path.read_text() == own

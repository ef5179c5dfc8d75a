"""Old files of arguments go once there are too many."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py.app import argument_files
from redo_py.app.argument_files import trim_argument_files


@pytest.mark.parametrize(("most", "kept"), [(3, {"old", "older", "new"}), (2, {"new"})])
def test_what_this_build_did_not_write_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, kept: set[str]):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(argument_files, "MOST", most)
    trim_argument_files(1000.0)  # no folder yet
    folder = tmp_path / ".redun/args"
    folder.mkdir(parents=True)
    for name, time in (("old", 900), ("older", 800), ("new", 1000)):
        (folder / name).write_text(name)
        os.utime(folder / name, (time, time))
    trim_argument_files(1000.0)
    assert set(os.listdir(folder)) == kept

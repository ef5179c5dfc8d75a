"""Where a file system stamps each change apart, what was just written can be trusted at once."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from redo_py.files import ticks
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.ground.clock import Clock


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    (tmp_path / ".redun").mkdir()
    return LocalFiles(str(tmp_path), StatMemo(str(tmp_path / ".redun/memo")), None, Clock())


def clock_of(stamps: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file system stamp its next changes so."""
    left = iter(stamps)
    system = SimpleNamespace(utime=lambda _: None, fstat=lambda _: SimpleNamespace(st_ctime_ns=next(left)))
    monkeypatch.setattr(ticks, "os", system)


def test_a_clock_that_stands_still_is_found_out(monkeypatch: pytest.MonkeyPatch):
    clock_of([5] * ticks.TRIALS, monkeypatch)
    assert not ticks.shows_each_change(0)


def test_one_step_of_a_slow_clock_is_not_enough(monkeypatch: pytest.MonkeyPatch):
    clock_of([5, 5, 5, 9, 9, 9, 9, 9], monkeypatch)
    assert not ticks.shows_each_change(0)


def test_a_stamp_for_each_change_is_seen(monkeypatch: pytest.MonkeyPatch):
    clock_of(list(range(ticks.TRIALS)), monkeypatch)
    assert ticks.shows_each_change(0)


def test_changes_that_take_as_long_as_a_tick_prove_nothing(monkeypatch: pytest.MonkeyPatch):
    tick = 4_000_000
    clock_of([tick * count for count in range(ticks.TRIALS * ticks.ATTEMPTS)], monkeypatch)
    assert not ticks.shows_each_change(0)


def test_one_long_pause_is_no_reason_to_doubt(monkeypatch: pytest.MonkeyPatch):
    again = [ticks.SECOND + count for count in range(ticks.TRIALS)]
    clock_of([0, *(ticks.BRIEF + count for count in range(1, ticks.TRIALS)), *again], monkeypatch)
    assert ticks.shows_each_change(0)


def test_it_is_believed_of_the_device_of_the_project(
    files: LocalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ticks, "shows_each_change", lambda _: True)
    (tmp_path / "new").write_bytes(b"1")
    (stamp,) = files.observe(["new"])
    assert stamp.trusted
    other = (stamp.signature[0] + 1, *stamp.signature[1:])
    assert not files.trusts([other], files.moment())


def test_without_a_state_folder_nothing_is_believed(files: LocalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ticks, "shows_each_change", lambda _: True)
    os.rmdir(tmp_path / ".redun")
    (tmp_path / "new").write_bytes(b"1")
    assert not files.observe(["new"])[0].trusted


def test_what_is_trusted_here_shows_its_next_change(files: LocalFiles, tmp_path: Path):
    for turn in range(50):
        (tmp_path / "file").write_bytes(b"%d" % (turn % 10))
        (stamp,) = files.observe(["file"])
        (tmp_path / "file").write_bytes(b"x")
        if stamp.trusted:
            assert files.unchanged([stamp]) == [False]

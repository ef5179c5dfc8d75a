"""Files that take long to read, and files that change while they are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py import File
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.files.reading import read_regular
from redo_py.ground.clock import Clock
from redo_py.ground.hashing import FILE, digest

MIB = 1 << 20


class Hurrying(Clock):
    """A clock on which every look at the monotonic time takes a fraction of a second."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.moment = 0.0

    def monotonic(self) -> float:
        self.moment += self.step
        return self.moment


def told_of(folder: Path, step: float) -> list[str]:
    """What is told when a file of 40 MiB is looked at."""
    (folder / "large").write_bytes(bytes(40 * MIB))
    files = LocalFiles(str(folder), StatMemo(str(folder / "memo")), None, Hurrying(step))
    told: list[str] = []
    files.meter.tell = told.append
    assert files.observe(["large"])[0].digest == digest(FILE, bytes(40 * MIB))
    return told


def test_what_takes_long_is_told_now_and_then(tmp_path: Path):
    told = told_of(tmp_path, 0.3)
    assert told[0] == f"reading {tmp_path}/large: 4.0 MiB of 40.0 MiB"
    assert 2 <= len(told) <= 4


def test_what_takes_long_elsewhere_is_told_too(tmp_path: Path):
    File("memory://large").write(bytes(40 * MIB))
    files = LocalFiles(str(tmp_path), StatMemo(str(tmp_path / "memo")), None, Hurrying(0.3))
    told: list[str] = []
    files.meter.tell = told.append
    assert files.observe(["memory://large"])[0].digest == digest(FILE, bytes(40 * MIB))
    assert told[0] == "reading memory://large: 4.0 MiB of 40.0 MiB"
    File("memory://large").remove()


def test_what_is_quick_is_not_told(tmp_path: Path):
    assert told_of(tmp_path, 0.001) == []


class Changing:
    """A meter that changes the file while it is read, so many times."""

    tell = None

    def __init__(self, times: int) -> None:
        self.times = times
        self.path = ""

    def begin(self, path: str, size: int) -> Changing:
        self.path = path
        return self

    def reached(self, done: int) -> None:
        if self.times and done == MIB:
            self.times -= 1
            os.truncate(self.path, os.stat(self.path).st_size - MIB)


@pytest.mark.parametrize(("times", "is_whole"), [(1, True), (2, True), (3, False)])
def test_a_file_that_shrinks_while_it_is_read_is_read_again(tmp_path: Path, times: int, is_whole: bool):
    path = tmp_path / "shrinking"
    path.write_bytes(b"x" * 10 * MIB)
    meter: object = Changing(times)
    reading = read_regular(str(path), meter)  # type: ignore[arg-type]
    assert reading.whole == is_whole
    if is_whole:
        assert reading.digest == digest(FILE, path.read_bytes())


@pytest.mark.slow
def test_five_gibibytes(tmp_path: Path):
    path = tmp_path / "huge"
    with path.open("wb") as stream:
        stream.truncate(5 << 30)
    file = File(str(path))
    before = file.hash
    assert file.size() == 5 << 30
    with path.open("r+b") as stream:
        stream.seek((5 << 30) - 1)
        stream.write(b"x")
    assert not file.is_valid()
    assert File(str(path)).hash != before

"""The snapshot holds exactly as long as nothing that it names has changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from redo_py.files import ticks
from redo_py.files.api import FILE, Stamp
from redo_py.files.globbing import glob
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.files.signature import signature_at
from redo_py.files.snapshot import (
    MOST,
    Snapshot,
    changes,
    drop_snapshot,
    holds,
    read_snapshot,
    snapshot_of,
    write_snapshot,
)
from redo_py.ground.clock import Clock

ROOT = Path(__file__).resolve().parents[3]
STATE = ".redun"
ENVIRON = {"CC": "gcc"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one of everything that a snapshot can rest on."""
    (tmp_path / ".redun").mkdir()
    (tmp_path / "src/lib").mkdir(parents=True)
    (tmp_path / "tree/sub").mkdir(parents=True)
    (tmp_path / "src/a.c").write_bytes(b"a")
    (tmp_path / "tree/sub/file").write_bytes(b"t")
    (tmp_path / "real").write_bytes(b"r")
    (tmp_path / "other").write_bytes(b"r")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "odd \n\udcff").write_bytes(b"o")
    monkeypatch.chdir(tmp_path)
    time.sleep(0.03)
    return tmp_path


def taken(root: Path) -> Snapshot:
    files = LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), None, Clock())
    stamps = files.observe(["src/a.c", "tree", "link", "odd \n\udcff", "absent", "absent/below"])
    found = glob(str(root), "src/**/*.c")
    assert found.paths == ["src/a.c"]
    snapshot = snapshot_of(stamps, found.seen, {"CC": "gcc", "CFLAGS": None}, "all is well")
    assert snapshot is not None
    return snapshot


def kept(root: Path) -> Snapshot:
    """The snapshot after it has been on disk."""
    assert write_snapshot(STATE, "key", taken(root))
    snapshot = read_snapshot(STATE, "key")
    assert snapshot is not None
    return snapshot


def test_it_holds_while_nothing_changes(root: Path):
    snapshot = kept(root)
    assert holds(snapshot, ENVIRON)
    assert holds(snapshot, {**ENVIRON, "HOME": "/elsewhere"})
    assert snapshot.message == "all is well"


def test_writing_it_does_not_break_it(root: Path):
    snapshot = kept(root)
    write_snapshot(STATE, "key", snapshot)
    assert holds(snapshot, ENVIRON)


def rewrite(path: str, content: bytes) -> None:
    """Change a file and give it its old times again."""
    before = os.stat(path)
    Path(path).write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def turn_into_a_folder(path: str) -> None:
    os.unlink(path)
    os.mkdir(path)


def lead(link: str, text: str) -> None:
    os.unlink(link)
    os.symlink(text, link)


CHANGES = {
    "edited, same size and time": lambda: rewrite("src/a.c", b"b"),
    "touched": lambda: os.utime("src/a.c"),
    "made executable": lambda: os.chmod("src/a.c", 0o755),
    "replaced by a folder": lambda: turn_into_a_folder("real"),
    "removed": lambda: os.unlink("odd \n\udcff"),
    "absent one made": lambda: Path("absent").write_bytes(b""),
    "below a directory": lambda: rewrite("tree/sub/file", b"u"),
    "new in a directory": lambda: Path("tree/sub/new").write_bytes(b""),
    "new folder in a directory": lambda: os.mkdir("tree/new"),
    "behind a link": lambda: rewrite("real", b"s"),
    "link to another": lambda: lead("link", "other"),
    "new match": lambda: Path("src/b.c").write_bytes(b""),
    "new match deep below": lambda: Path("src/lib/b.c").write_bytes(b""),
    "new folder to look into": lambda: os.mkdir("src/new"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_does_not_hold_after(root: Path, change: str):
    snapshot = kept(root)
    assert changes(snapshot, ENVIRON) == {}
    CHANGES[change]()
    assert not holds(snapshot, ENVIRON)
    found = changes(snapshot, ENVIRON)
    assert found
    for place, signature in found.items():
        assert signature_at(snapshot.paths[place]) == signature != snapshot.signatures[place]


@pytest.mark.parametrize("environ", [{}, {"CC": "clang"}, {"CC": ""}, {"CC": "gcc", "CFLAGS": ""}])
def test_it_does_not_hold_with_another_environment(root: Path, environ: dict[str, str]):
    assert not holds(kept(root), environ)
    assert changes(kept(root), environ) is None


def test_a_folder_that_a_glob_missed_is_noticed(root: Path):
    snapshot = snapshot_of([], glob(str(root), "gen/sub/*.c").seen, {}, "")
    assert snapshot is not None
    assert holds(snapshot, {})
    (root / "gen/sub").mkdir(parents=True)
    assert not holds(snapshot, {})


def test_there_is_none_for_what_cannot_be_trusted(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ticks, "shows_each_change", lambda _: False)
    (root / "new").write_bytes(b"")
    os.utime(root / "new", (2**32, 2**32))  # of the future; now would be in the past as soon as this process pauses
    files = LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), None, Clock())
    assert snapshot_of(files.observe(["new"]), {}, {}, "") is None
    os.utime(root / "new")
    assert snapshot_of(files.settle(files.observe(["new"])), {}, {}, "") is not None


def test_there_is_none_if_a_path_was_seen_in_two_states():
    one = Stamp("a", FILE, b"1" * 16, (1, 2, 3, 4, 5, 6), True)
    two = Stamp("a", FILE, b"2" * 16, (1, 2, 3, 4, 5, 7), True)
    assert snapshot_of([one, two], {}, {}, "") is None
    assert snapshot_of([one, one], {"a": one.signature}, {}, "") is not None
    assert snapshot_of([one], {"a": ()}, {}, "") is None


def test_each_key_has_its_own(root: Path):
    write_snapshot(STATE, "one", Snapshot((), (), (), "1"))
    write_snapshot(STATE, "two", Snapshot((), (), (), "2"))
    drop_snapshot(STATE, "two")
    drop_snapshot(STATE, "three")
    one, two = read_snapshot(STATE, "one"), read_snapshot(STATE, "two")
    assert one is not None
    assert one.message == "1"
    assert two is None


def test_a_key_that_shares_a_file_is_not_mistaken(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("redo_py.files.snapshot.crc32", lambda text: 1)
    monkeypatch.setattr("redo_py.files.snapshot.adler32", lambda text: 1)
    write_snapshot(STATE, "one", Snapshot((), (), (), "1"))
    assert read_snapshot(STATE, "one") is not None
    assert read_snapshot(STATE, "two") is None


def test_the_oldest_are_dropped(root: Path):
    for number in range(MOST + 4):
        write_snapshot(STATE, f"key {number}", Snapshot((), (), (), ""))
        time.sleep(0.002)
    assert len(list((root / ".redun/snapshots").iterdir())) == MOST
    assert read_snapshot(STATE, f"key {MOST + 3}") is not None


def test_a_cut_or_damaged_one_is_none(root: Path):
    write_snapshot(STATE, "key", Snapshot(("a",), ((),), (("CC", None),), "fine", b"parts"))
    (path,) = (root / ".redun/snapshots").iterdir()
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert read_snapshot(STATE, "key") is None
        flipped = bytearray(whole)
        flipped[length] ^= 1
        path.write_bytes(flipped)
        assert read_snapshot(STATE, "key") is None


def test_one_that_cannot_be_written_is_no_error(root: Path):
    (root / "file").write_bytes(b"")
    assert not write_snapshot("file", "key", Snapshot((), (), (), ""))


def test_reading_one_imports_next_to_nothing():
    code = "import sys; import redo_py.files.snapshot; print(*sorted(set(sys.modules)))"
    alone = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found = alone.stdout
    for heavy in ("typing", "enum", "re", "dataclasses", "logging", "subprocess", "xxhash", "redo_py.ground"):
        assert heavy not in found.split()

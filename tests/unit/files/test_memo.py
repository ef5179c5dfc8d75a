"""The stat memo and the racy rule: what is believed without reading, and what never is."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.files import memo as memo_module
from redo_py.files import ticks
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.files.memory import START, MovedClock
from redo_py.files.sealed import read_sealed
from redo_py.files.signature import signature_at
from redo_py.files.ticks import COARSE, FINE, Ticks, fine_devices, is_local, mount_point
from redo_py.ground import hashing
from redo_py.ground.clock import Clock


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".redun").mkdir()
    return tmp_path


def files_at(root: Path) -> LocalFiles:
    """Files with a memo that knows what was saved before."""
    return LocalFiles(str(root), memo_at(root), None, Clock())


def memo_at(root: Path) -> StatMemo:
    return StatMemo(str(root / ".redun/memo"))


def signature(number: int) -> tuple[int, ...]:
    return (1, number, 0o100644, 3, START, START)


def content_digest(files: LocalFiles, path: str) -> bytes:
    return files.observe([path])[0].digest


def test_an_edit_of_equal_size_and_time_is_seen(root: Path):
    files = files_at(root)
    path = root / "file"
    path.write_bytes(b"one")
    time.sleep(0.03)
    before = files.observe(["file"])
    assert before[0].trusted
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(b"two")
    os.utime(path, ns=times)
    assert files.unchanged(before) == [False]
    assert content_digest(files, "file") == hashing.digest(hashing.FILE, b"two")


def test_edits_within_one_tick_are_seen(root: Path):
    files = files_at(root)
    for number in range(300):
        content = b"%03d" % number
        (root / "file").write_bytes(content)
        assert content_digest(files, "file") == hashing.digest(hashing.FILE, content)


def test_a_time_in_the_future_is_never_trusted(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ticks, "shows_each_change", lambda _: False)
    files = files_at(root)
    (root / "file").write_bytes(b"one")
    later = time.time_ns() + 3_600_000_000_000
    os.utime(root / "file", ns=(later, later))
    time.sleep(0.03)
    stamps = files.settle(files.observe(["file"]))
    assert not stamps[0].trusted


def test_touch_copy_and_rename_change_nothing(root: Path):
    files = files_at(root)
    (root / "file").write_bytes(b"one")
    before = content_digest(files, "file")
    os.utime(root / "file")
    shutil.copyfile(root / "file", root / "copy")
    os.rename(root / "file", root / "moved")
    assert content_digest(files, "copy") == content_digest(files, "moved") == before


def test_a_known_file_is_not_read(root: Path):
    path = root / "file"
    path.write_bytes(b"one")
    memo = memo_at(root)
    memo.learn(signature_at(str(path)), bytes(16))  # a lie shows that the file was not opened
    memo.save()
    assert content_digest(files_at(root), "file") == bytes(16)


def test_without_a_state_folder_nothing_is_trusted(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"one")
    time.sleep(0.03)
    assert not files_at(tmp_path).observe(["file"])[0].trusted
    assert not (tmp_path / ".redun").exists()


def test_what_is_learnt_outlives_the_process(root: Path):
    memo = memo_at(root)
    assert memo.known(signature(1)) is None
    memo.learn(signature(1), b"d" * 16)
    memo.save()
    assert memo_at(root).known(signature(1)) == b"d" * 16
    assert memo_at(root).known(signature(2)) is None


def test_nothing_new_is_not_written(root: Path):
    memo = memo_at(root)
    memo.learn(signature(1), b"d" * 16)
    memo.save()
    before = signature_at(str(root / ".redun/memo"))
    again = memo_at(root)
    again.known(signature(1))
    again.save()
    assert signature_at(str(root / ".redun/memo")) == before


def test_entries_without_use_are_dropped(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memo_module, "LONGEST", 3)
    memo = memo_at(root)
    memo.learn(signature(0), b"d" * 16)
    memo.learn(signature(1), b"d" * 16)
    memo.save()
    for number in range(2, 7):
        memo = memo_at(root)
        memo.known(signature(1))
        memo.learn(signature(number), b"d" * 16)
        memo.save()
    last = memo_at(root)
    assert [number for number in range(7) if last.known(signature(number))] == [1, 3, 4, 5, 6]


def test_the_memo_is_bounded_and_keeps_what_is_in_use(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memo_module, "LARGEST", 10)
    for number in range(20):
        memo = memo_at(root)
        memo.learn(signature(number), b"d" * 16)
        memo.save()
    last = memo_at(root)
    assert [number for number in range(20) if last.known(signature(number))] == list(range(10, 20))


def test_another_encoding_forgets_all(root: Path, monkeypatch: pytest.MonkeyPatch):
    memo = memo_at(root)
    memo.learn(signature(1), b"d" * 16)
    memo.save()
    monkeypatch.setattr(memo_module, "ENCODING_VERSION", hashing.ENCODING_VERSION + 1)
    assert memo_at(root).known(signature(1)) is None


def test_a_cut_or_damaged_memo_is_empty(root: Path):
    memo = memo_at(root)
    memo.learn(signature(1), b"d" * 16)
    memo.save()
    path = root / ".redun/memo"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert memo_at(root).known(signature(1)) is None
        flipped = bytearray(whole)
        flipped[length] ^= 0x40
        path.write_bytes(flipped)
        assert memo_at(root).known(signature(1)) is None
    path.write_bytes(whole + b"x")
    assert read_sealed(str(path), memo_module.MAGIC) is None


def test_a_memo_that_cannot_be_written_is_no_error(root: Path):
    memo = StatMemo(str(root / "no such folder/memo"))
    memo.learn(signature(1), b"d" * 16)
    memo.save()
    assert not (root / "no such folder").exists()


def test_times_beyond_64_bits_are_unknown(root: Path):
    assert memo_at(root).known((1, 1, 1, 1, 1 << 70, 1)) is None


@given(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62), st.integers(0, 2**62))
def test_trust_needs_more_than_a_tick(mtime: int, ctime: int, start: int):
    ticks = Ticks("/nowhere", MovedClock())
    found = (1, 1, 0, 0, mtime, ctime)
    assert ticks.trusted_from(found) == max(mtime, ctime) + COARSE  # device 1 is no disk of ours
    assert ticks.trusts(found, start) == (max(mtime, ctime) + COARSE < start)


def test_fractions_of_a_second_shorten_the_wait_on_local_disks(root: Path):
    ticks = Ticks(str(root / ".redun"), Clock())
    device = next(iter(fine_devices()), 0)
    assert ticks.trusted_from((device, 1, 0, 0, 5, 1)) == 5 + (FINE if device else COARSE)
    assert ticks.trusted_from((device, 1, 0, 0, 5, 2_000_000_000)) == 2_000_000_000 + COARSE
    files = LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), None, Clock())
    assert files.tick((device, 1, 0, 0, 5, 1)) == (0.02 if device else 2.0)
    assert files.tick((device, 1, 0, 0, 5, 2_000_000_000)) == 2.0


def test_waiting_is_only_for_what_comes_soon(root: Path):
    clock = MovedClock()
    ticks = Ticks(str(root / ".redun"), clock)
    assert not ticks.wait_for(ticks.now() + 3_600_000_000_000)
    assert clock.now_ns() == START
    assert ticks.wait_for(ticks.now() - 1)


def test_mount_tables_are_read_with_their_escapes(tmp_path: Path):
    line = b"36 35 98:0 / /mnt/two\\040words rw,noatime shared:1 - ext4 /dev/sda1 rw\n"
    assert is_local(line)
    assert not is_local(line.replace(b"ext4", b"nfs4"))
    assert mount_point(line) == b"/mnt/two words"
    table = tmp_path / "mountinfo"
    table.write_bytes(b"36 35 98:0 / %s rw - ext4 /dev/sda1 rw\n" % os.fsencode(tmp_path) + line)
    assert fine_devices(str(table)) == {tmp_path.stat().st_dev}
    assert fine_devices(str(tmp_path / "none")) == frozenset()

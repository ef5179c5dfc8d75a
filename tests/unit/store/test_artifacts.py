"""The local artifact folder: what is kept comes back verified, or is a miss; nothing about it ever fails a build."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from redo_py.ground import hashing
from redo_py.store import artifacts as artifacts_module
from redo_py.store import cloning
from redo_py.store.artifacts import CHUNK, LocalArtifacts

SMALL = b"small"
LARGE = bytes(range(256)) * (CHUNK // 128)  # two chunks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state/artifacts"


@pytest.fixture
def artifacts(folder: Path) -> LocalArtifacts:
    return LocalArtifacts(str(folder))


def digest_of(content: bytes) -> bytes:
    return hashing.digest(hashing.FILE, content)


def place_of(folder: Path, content: bytes) -> Path:
    name = digest_of(content).hex()
    return folder / name[0] / name[1:]


def put(artifacts: LocalArtifacts, content: bytes, way: str, tmp_path: Path) -> bool:
    if way == "bytes":
        return artifacts.put_bytes(content, digest_of(content))
    (tmp_path / "source").write_bytes(content)
    return artifacts.put_file(str(tmp_path / "source"), digest_of(content), len(content))


@pytest.mark.parametrize("way", ["bytes", "file"])
@pytest.mark.parametrize("content", [b"", SMALL, LARGE], ids=["empty", "small", "large"])
@pytest.mark.parametrize("executable", [False, True])
def test_what_is_put_comes_back(
    artifacts: LocalArtifacts, folder: Path, tmp_path: Path, content: bytes, way: str, executable: bool
):
    digest = digest_of(content)
    assert artifacts.have([digest]) == [False]
    assert put(artifacts, content, way, tmp_path)
    assert artifacts.have([digest, b"x" * 16]) == [True, False]
    assert artifacts.read_bytes(digest, hashing.FILE) == content
    assert artifacts.fetch(digest, str(tmp_path / "fetched"), executable)
    assert (tmp_path / "fetched").read_bytes() == content
    assert bool((tmp_path / "fetched").stat().st_mode & stat.S_IXUSR) == executable
    assert place_of(folder, content).stat().st_ino != (tmp_path / "fetched").stat().st_ino
    assert not list(folder.glob("new-*"))


@pytest.mark.parametrize("way", ["bytes", "file"])
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_putting_again_is_a_use_and_writes_nothing(
    artifacts: LocalArtifacts, folder: Path, tmp_path: Path, content: bytes, way: str
):
    put(artifacts, content, way, tmp_path)
    place = place_of(folder, content)
    os.utime(place, (1, 1))
    before = place.stat()
    assert put(artifacts, content, way, tmp_path)
    assert place.stat().st_ino == before.st_ino
    assert place.stat().st_mtime > 1
    assert artifacts.added == len(content)


def test_editing_what_was_fetched_does_not_reach_what_is_kept(artifacts: LocalArtifacts, tmp_path: Path):
    artifacts.put_bytes(LARGE, digest_of(LARGE))
    artifacts.fetch(digest_of(LARGE), str(tmp_path / "out"), False)
    with open(tmp_path / "out", "r+b") as file:
        file.write(b"edited")
    assert artifacts.read_bytes(digest_of(LARGE), hashing.FILE) == LARGE


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("how", ["cut", "damaged", "empty"])
def test_a_torn_artifact_is_a_miss_and_is_removed(
    artifacts: LocalArtifacts, folder: Path, tmp_path: Path, content: bytes, how: str
):
    artifacts.put_bytes(content, digest_of(content))
    place = place_of(folder, content)
    place.chmod(0o644)
    place.write_bytes({"cut": content[:-1], "damaged": b"?" + content[1:], "empty": b""}[how])
    assert not artifacts.fetch(digest_of(content), str(tmp_path / "out"), False)
    assert not (tmp_path / "out").exists()
    assert artifacts.have([digest_of(content)]) == [False]


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_putting_heals_a_torn_artifact(artifacts: LocalArtifacts, folder: Path, content: bytes):
    artifacts.put_bytes(content, digest_of(content))
    place = place_of(folder, content)
    place.chmod(0o644)
    place.write_bytes(content[:-1])
    assert artifacts.put_bytes(content, digest_of(content))
    assert artifacts.read_bytes(digest_of(content), hashing.FILE) == content


def test_reading_verifies_in_the_domain_asked_for(artifacts: LocalArtifacts):
    digest = hashing.digest(hashing.LINK, b"text")
    artifacts.put_bytes(b"text", digest)
    assert artifacts.read_bytes(digest, hashing.LINK) == b"text"
    assert artifacts.read_bytes(digest, hashing.DIRECTORY) is None
    assert artifacts.read_bytes(digest, hashing.LINK) is None


def test_what_is_too_large_is_not_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(artifacts_module, "clone", lambda source, destination: False)
    artifacts = LocalArtifacts(str(folder), max_file=CHUNK + 10)
    assert not put(artifacts, LARGE, "bytes", tmp_path)
    assert not put(artifacts, LARGE, "file", tmp_path)
    assert artifacts.trouble is None
    assert not list(folder.glob("*/*"))
    assert not list(folder.glob("new-*"))


def test_small_files_are_held_to_the_limit_too(folder: Path, tmp_path: Path):
    artifacts = LocalArtifacts(str(folder), max_file=3)
    assert not put(artifacts, SMALL, "bytes", tmp_path)


def test_a_large_file_that_costs_nothing_is_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def share(source: int, destination: int) -> bool:
        return cloning.copy(source, destination) > 0

    monkeypatch.setattr(artifacts_module, "clone", share)
    artifacts = LocalArtifacts(str(folder), max_file=1)
    assert put(artifacts, LARGE, "file", tmp_path)
    assert artifacts.read_bytes(digest_of(LARGE), hashing.FILE) == LARGE


def test_a_file_that_changed_its_length_meanwhile_is_not_kept(artifacts: LocalArtifacts, tmp_path: Path):
    (tmp_path / "source").write_bytes(SMALL)
    assert not artifacts.put_file(str(tmp_path / "source"), digest_of(LARGE), len(LARGE))
    assert not artifacts.put_file(str(tmp_path / "none"), digest_of(LARGE), len(LARGE))
    assert artifacts.have([digest_of(LARGE)]) == [False]


def test_copies_without_help_from_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "copy_file_range")
    (tmp_path / "source").write_bytes(LARGE)
    source = os.open(tmp_path / "source", os.O_RDONLY)
    destination = os.open(tmp_path / "copy", os.O_WRONLY | os.O_CREAT)
    assert cloning.copy(source, destination) == len(LARGE)
    os.close(source)
    os.close(destination)
    assert (tmp_path / "copy").read_bytes() == LARGE


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_refuses_keeps_nothing_more_and_says_so(
    artifacts: LocalArtifacts, folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, number: int
):
    artifacts.put_bytes(b"before", digest_of(b"before"))

    def refuse(descriptor: int, content: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", refuse)
    assert not artifacts.put_bytes(content, digest_of(content))
    monkeypatch.undo()
    assert artifacts.trouble is not None
    assert artifacts.trouble.errno == number
    assert not artifacts.put_bytes(content, digest_of(content))
    assert artifacts.put_bytes(b"before", digest_of(b"before"))
    assert artifacts.read_bytes(digest_of(b"before"), hashing.FILE) == b"before"
    assert len(list(folder.glob("*/*"))) == 1


def test_a_folder_that_cannot_be_made_acts_as_empty(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    artifacts = LocalArtifacts(str(tmp_path / "file/artifacts"))
    for content in (SMALL, LARGE):
        assert not put(artifacts, content, "bytes", tmp_path)
        assert not put(artifacts, content, "file", tmp_path)
        assert artifacts.read_bytes(digest_of(content), hashing.FILE) is None
        assert not artifacts.fetch(digest_of(content), str(tmp_path / "out"), False)
    assert artifacts.trouble is not None
    assert artifacts.trim(tuple) == 0


def test_fetching_never_overwrites(artifacts: LocalArtifacts, tmp_path: Path):
    (tmp_path / "out").write_bytes(b"precious")
    for content in (SMALL, LARGE):
        artifacts.put_bytes(content, digest_of(content))
        with pytest.raises(FileExistsError):
            artifacts.fetch(digest_of(content), str(tmp_path / "out"), False)
    assert (tmp_path / "out").read_bytes() == b"precious"


def test_a_full_disk_while_fetching_leaves_nothing(
    artifacts: LocalArtifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    artifacts.put_bytes(SMALL, digest_of(SMALL))

    def refuse(descriptor: int, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(OSError, match="full"):
        artifacts.fetch(digest_of(SMALL), str(tmp_path / "out"), False)
    assert not (tmp_path / "out").exists()
    assert artifacts.have([digest_of(SMALL)]) == [True]


def test_writers_at_once_do_not_disturb_each_other(folder: Path):
    contents = [b"%d" % number * 50 for number in range(60)] + [LARGE]
    failed = []

    def write() -> None:
        artifacts = LocalArtifacts(str(folder))
        for content in contents:
            artifacts.put_bytes(content, digest_of(content))
        if artifacts.trouble is not None:
            failed.append(artifacts.trouble)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    reader = LocalArtifacts(str(folder))
    assert all(reader.read_bytes(digest_of(content), hashing.FILE) == content for content in contents)


# Trimming


def filled(folder: Path, max_total: int) -> tuple[LocalArtifacts, list[bytes]]:
    """Ten artifacts of ten bytes, the first used longest ago."""
    artifacts = LocalArtifacts(str(folder), max_total=max_total)
    contents = [b"%010d" % number for number in range(10)]
    for number, content in enumerate(contents):
        artifacts.put_bytes(content, digest_of(content))
        os.utime(place_of(folder, content), (number + 1, number + 1))
    return artifacts, contents


def test_below_the_limit_nothing_goes(folder: Path):
    artifacts, contents = filled(folder, 100)
    assert artifacts.trim(tuple) == 0
    assert all(artifacts.have([digest_of(content) for content in contents]))


def test_the_oldest_use_goes_first(folder: Path, tmp_path: Path):
    artifacts, contents = filled(folder, 60)
    artifacts.fetch(digest_of(contents[0]), str(tmp_path / "out"), False)
    assert artifacts.trim(lambda: {digest_of(contents[1])}) == 5
    have = artifacts.have([digest_of(content) for content in contents])
    assert have == [True, True, False, False, False, False, False, True, True, True]


def test_what_is_to_be_kept_is_kept_even_above_the_limit(folder: Path):
    artifacts, contents = filled(folder, 20)
    assert artifacts.trim(lambda: {digest_of(content) for content in contents}) == 0
    assert all(artifacts.have([digest_of(content) for content in contents]))


def test_the_sum_is_kept_between_processes(folder: Path, monkeypatch: pytest.MonkeyPatch):
    filled(folder, 1000)[0].trim(tuple)
    later = LocalArtifacts(str(folder), max_total=105)
    later.put_bytes(b"x" * 5, digest_of(b"x" * 5))
    with monkeypatch.context() as patched:
        patched.setattr("redo_py.store.eviction.files_in", lambda folder: pytest.fail("looked through the folder"))
        assert later.trim(tuple) == 0
    later.put_bytes(b"y", digest_of(b"y"))
    assert later.trim(tuple) > 0


def test_a_lost_sum_is_found_again(folder: Path):
    artifacts, _ = filled(folder, 1000)
    artifacts.trim(tuple)
    (folder / "total").write_bytes(b"nonsense")
    assert LocalArtifacts(str(folder), max_total=50).trim(tuple) == 6


def test_what_killed_processes_left_goes_after_a_day(folder: Path):
    artifacts, _ = filled(folder, 1000)
    for name, age in (("new-1-1", 100_000), ("new-1-2", 10)):
        (folder / name).write_bytes(b"")
        now = (folder / name).stat().st_mtime
        os.utime(folder / name, (now - age, now - age))
    artifacts.trim(tuple)
    assert [path.name for path in folder.glob("new-*")] == ["new-1-2"]

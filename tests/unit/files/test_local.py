"""LocalFiles where the disk has its own mind: odd things at paths, errors, other devices, killed processes."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.files import reading
from redo_py.files.api import ABSENT, DIRECTORY, EXECUTABLE, FILE, LINK, OTHER
from redo_py.files.contents import entries_of, followed_digest, listing_of
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.files.signature import signature_at
from redo_py.ground import hashing
from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError
from redo_py.store.artifacts import LocalArtifacts


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / ".redun").mkdir(parents=True)
    return project


@pytest.fixture
def files(root: Path) -> LocalFiles:
    artifacts = LocalArtifacts(str(root / ".redun/artifacts"))
    return LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), artifacts, Clock())


def products_of(files: LocalFiles, *paths: str) -> list[tuple[str, bytes, int]]:
    return [(stamp.path, stamp.digest, stamp.kind) for stamp in files.collect(paths)]


def refusing(number: int, real, when=lambda *arguments: True):
    """`real`, but for a first call `when` it is about the right thing: that fails with errno `number`."""
    left = [1]

    def call(*arguments, **words):
        if left and when(*arguments):
            left.pop()
            raise OSError(number, os.strerror(number))
        return real(*arguments, **words)

    return call


# Reading


def test_what_has_no_content_is_never_opened(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    os.mkfifo(root / "pipe")
    (root / "to pipe").symlink_to("pipe")
    monkeypatch.chdir(root)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        opened = []
        real = os.open

        def noting(path: str, flags: int, mode: int = 0o777) -> int:
            opened.append(path)
            return real(path, flags, mode)

        monkeypatch.setattr(os, "open", noting)
        stamps = files.observe(["pipe", "socket", "/dev/null", "to pipe"])
    assert [(stamp.kind, stamp.digest) for stamp in stamps] == [(OTHER, b"")] * 4
    assert opened == [str(root / ".redun/probe")]


def test_a_pipe_in_a_directory_counts_by_being_there(root: Path, files: LocalFiles):
    (root / "dir").mkdir()
    before = files.observe(["dir"])[0].digest
    os.mkfifo(root / "dir/pipe")
    assert files.observe(["dir"])[0].digest != before


def test_a_large_file_has_the_digest_of_its_bytes(root: Path, files: LocalFiles):
    content = os.urandom(reading.SMALL + 12345)
    (root / "large").write_bytes(content)
    assert files.observe(["large"])[0].digest == hashing.digest(hashing.FILE, content)


def test_files_of_the_system_that_have_no_length_are_read(files: LocalFiles):
    stamp = files.observe(["/proc/version"])[0]
    assert stamp.digest == hashing.digest(hashing.FILE, Path("/proc/version").read_bytes())
    assert not stamp.trusted


@pytest.mark.parametrize("other", [b"longer than before", b"s", b"x" * (reading.SMALL + 1)])
def test_a_file_that_changes_its_length_is_read_again(
    root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch, other: bytes
):
    (root / "file").write_bytes(b"before")
    real = os.fstat
    writes = [other]

    def fstat(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        if status.st_size == 6 and writes:
            (root / "file").write_bytes(writes.pop())
        return status

    monkeypatch.setattr(os, "fstat", fstat)
    stamp = files.observe(["file"])[0]
    assert stamp.digest == hashing.digest(hashing.FILE, other)
    assert stamp.signature == signature_at(str(root / "file"))


def test_a_file_that_never_holds_still_is_not_trusted(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "file").write_bytes(b"before")
    time.sleep(0.03)
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, count: real(descriptor, min(count, 3)))
    monkeypatch.setattr(reading, "_read_large", lambda *given: reading.Reading((1,) * 6, b"", None, False))
    assert not files.observe(["file"])[0].trusted


def test_a_file_that_turns_into_something_else_is_looked_at_again(
    root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch
):
    (root / "file").write_bytes(b"before")
    (root / "other").write_bytes(b"other")
    real = os.open

    def swap(path: str, flags: int, mode: int = 0o777) -> int:
        if path.endswith("/file") and not os.path.islink(path):
            os.unlink(path)
            os.symlink("other", path)
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", swap)
    stamp = files.observe(["file"])[0]
    other = hashing.digest(hashing.FILE, b"other")
    assert stamp.digest == followed_digest(["other"], FILE, other)


def test_a_file_that_may_not_be_read_is_an_error(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "secret").write_bytes(b"")
    refuse = refusing(errno.EACCES, os.open, lambda path, *rest: str(path).endswith("secret"))
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UsageError) as caught:
        files.observe(["secret"])
    assert str(caught.value) == (
        "redun: secret cannot be read: permission denied\n"
        "  hint: see who may read it with `ls -l`, and allow yourself to with `chmod u+r`"
    )


def test_a_disk_that_fails_is_an_error(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "file").write_bytes(b"")
    refuse = refusing(errno.EIO, os.open, lambda path, *rest: str(path).endswith("file"))
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UsageError) as caught:
        files.observe(["file"])
    assert str(caught.value) == (
        "redun: file cannot be read: input/output error\n"
        "  hint: try `cat` on it; if that fails too, the disk or the network share is at fault"
    )


def test_names_that_no_disk_can_hold_are_absent(files: LocalFiles):
    assert [stamp.kind for stamp in files.observe(["x" * 300, "x/" * 3000 + "x"])] == [ABSENT, ABSENT]


def test_links_out_of_the_project_and_back(root: Path, files: LocalFiles):
    (root.parent / "outside").write_bytes(b"1")
    (root / "inside").write_bytes(b"2")
    (root / "out").symlink_to("../outside")
    (root.parent / "back").symlink_to("project/inside")
    (root / "round").symlink_to(str(root.parent / "back"))
    out, back = files.observe(["out", "round"])
    assert [part.path for part in out.parts] == [f"{root.parent}/outside"]
    assert [part.path for part in back.parts] == [f"{root.parent}/back", "inside"]


def test_dots_in_links_mean_what_the_system_takes_them_for(root: Path, files: LocalFiles):
    (root / "a/b").mkdir(parents=True)
    (root / "a/file").write_bytes(b"right")
    (root / "file").write_bytes(b"wrong")
    (root / "alias").symlink_to("a/b")
    (root / "alias/link").symlink_to("../file")
    (root / "dots").symlink_to("alias/..")
    link, dots = files.observe(["alias/link", "dots"])
    assert [part.path for part in link.parts] == ["a/file"]
    assert dots.parts[0].path == "a"
    assert dots.kind == DIRECTORY


def test_reading_gives_the_bytes_with_their_stamp(root: Path, files: LocalFiles):
    (root / "file").write_bytes(b"1")
    (root / "link").symlink_to("file")
    for path in ("file", "link"):
        stamp, content = files.read(path)
        assert (stamp.path, stamp.kind, content) == (path, FILE, b"1")
    assert files.read("none")[1] == b""
    assert files.read("none")[0].kind == ABSENT


def test_the_current_directory_does_not_matter(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "file").write_bytes(b"1")
    monkeypatch.chdir("/")
    assert files.observe(["file", str(root / "file")])[0].kind == FILE


# Putting in place


def test_odd_names_and_modes_come_back(root: Path, files: LocalFiles):
    names = ["with space", "q'uo\"te", "new\nline", "\udcff\udc80", "-n", "é", "*"]
    for name in names:
        (root / name).write_bytes(os.fsencode(name))
    (root / "run").write_bytes(b"x")
    (root / "run").chmod(0o755)
    products = products_of(files, *names, "run")
    files.discard([*names, "run"])
    assert files.restore(products)
    assert [(root / name).read_bytes() for name in names] == [os.fsencode(name) for name in names]
    assert files.observe_outputs(["run"])[0].kind == EXECUTABLE


def test_products_reach_other_disks(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "tree").mkdir()
    (root / "tree/file").write_bytes(b"1")
    (root / "tree/link").symlink_to("file")
    products = products_of(files, "tree")
    files.discard(["tree"])
    staged = lambda source, destination: "/staging/" in source  # noqa: E731
    monkeypatch.setattr(os, "rename", refusing(errno.EXDEV, os.rename, staged))
    assert files.restore(products)
    assert products_of(files, "tree") == products


WRITE_TROUBLE = {
    errno.ENOSPC: """\
redun: no space is left on the disk for b
  hint: make some space and build again: what is already built is kept""",
    errno.EROFS: """\
redun: b cannot be put in place: read-only file system
  hint: this folder is mounted read-only; build a copy of the project elsewhere""",
    errno.EACCES: """\
redun: b cannot be put in place: permission denied
  hint: see who may write to its folder with `ls -ld`; redun makes, moves and removes outputs there""",
}


@pytest.mark.parametrize(("number", "text"), WRITE_TROUBLE.items())
def test_if_one_cannot_be_moved_none_is_left(
    root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch, number: int, text: str
):
    (root / "a").write_bytes(b"1")
    (root / "b").write_bytes(b"2")
    products = products_of(files, "a", "b")
    files.discard(["a", "b"])
    to_b = lambda source, destination: destination.endswith("/b")  # noqa: E731
    monkeypatch.setattr(os, "rename", refusing(number, os.rename, to_b))
    with pytest.raises(UsageError) as caught:
        files.restore(products)
    assert str(caught.value) == text
    assert not (root / "a").exists()
    assert list((root / ".redun/staging").iterdir()) == []
    assert files.restore(products)


def test_a_full_disk_while_staging_leaves_nothing(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "a").write_bytes(b"1")
    products = products_of(files, "a")
    files.discard(["a"])
    monkeypatch.setattr(os, "write", refusing(errno.ENOSPC, os.write))
    with pytest.raises(UsageError) as caught:
        files.restore(products)
    assert caught.value.code == "disk-full"
    assert list((root / ".redun/staging").iterdir()) == []


def test_a_damaged_artifact_is_a_miss_and_is_dropped(root: Path, files: LocalFiles):
    (root / "a").write_bytes(b"1")
    products = products_of(files, "a")
    files.discard(["a"])
    (kept,) = (root / ".redun/artifacts").glob("?/*")
    kept.chmod(0o644)
    kept.write_bytes(b"2")
    assert files.can_restore(products)
    assert not files.restore(products)
    assert not (root / "a").exists()
    assert not files.can_restore(products)


def test_a_hostile_listing_never_leaves_its_directory(root: Path, files: LocalFiles):
    artifacts = LocalArtifacts(str(root / ".redun/artifacts"))
    content = hashing.digest(hashing.FILE, b"1")
    artifacts.put_bytes(b"1", content)
    for path in ("../evil", "/evil", "a/../../evil", "", "a//b", "."):
        listing = listing_of([(path, FILE, content)])
        digest = hashing.digest(hashing.DIRECTORY, listing)
        artifacts.put_bytes(listing, digest)
        assert not files.restore([("tree", digest, DIRECTORY)])
    assert not (root / "evil").exists()


def test_what_killed_builds_left_in_staging_goes(root: Path, files: LocalFiles):
    finished = subprocess.Popen(["true"])
    finished.wait()
    staging = root / ".redun/staging"
    staging.mkdir()
    (staging / f"{finished.pid}-1").write_bytes(b"")
    (staging / f"{os.getpid()}-7").mkdir()
    (staging / "1-1").write_bytes(b"of a process that lives")
    (root / "a").write_bytes(b"1")
    products = products_of(files, "a")
    files.discard(["a"])
    assert files.restore(products)
    assert [left.name for left in staging.iterdir()] == ["1-1"]


def test_without_artifacts_nothing_is_restored(root: Path):
    files = LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), None, Clock())
    (root / "a").write_bytes(b"1")
    products = products_of(files, "a")
    assert not files.can_restore(products)
    assert not files.restore(products)


def test_an_artifact_folder_that_cannot_be_written_fails_nothing(root: Path):
    (root / "a").write_bytes(b"1")
    artifacts = LocalArtifacts(str(root / "a/artifacts"))
    files = LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), artifacts, Clock())
    assert files.collect(["a"])[0].digest == hashing.digest(hashing.FILE, b"1")
    assert artifacts.trouble is not None
    assert not files.can_restore(products_of(files, "a"))


# Making room


def test_read_only_folders_of_a_command_are_removed(root: Path, files: LocalFiles):
    (root / "tree/sub").mkdir(parents=True)
    (root / "tree/sub/file").write_bytes(b"1")
    (root / "tree/sub").chmod(0o500)
    (root / "tree").chmod(0o500)
    files.discard(["tree"])
    assert not (root / "tree").exists()


def test_a_dangling_link_in_the_way_of_a_folder_is_moved_away(root: Path, files: LocalFiles):
    (root / "out").symlink_to("nowhere")
    ((path, place),) = files.clear(["out/a/b"], [None])
    assert path == "out"
    assert os.readlink(root / place) == "nowhere"
    assert (root / "out/a").is_dir()


def test_a_link_to_a_folder_is_a_folder_on_the_way(root: Path, files: LocalFiles):
    (root / "real").mkdir()
    (root / "out").symlink_to("real")
    assert files.clear(["out/a/b"], [None]) == []
    assert (root / "real/a").is_dir()


def test_paths_outside_are_displaced_into_the_project(root: Path, files: LocalFiles):
    outside = root.parent / "outside"
    outside.write_bytes(b"precious")
    ((_, place),) = files.clear([str(outside)], [None])
    assert place.startswith(".redun/displaced/")
    assert (root / place).read_bytes() == b"precious"


def test_an_output_that_nobody_may_read_is_moved_away(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "out").write_bytes(b"1")
    refuse = refusing(errno.EACCES, os.open, lambda path, *rest: str(path).endswith("/out"))
    monkeypatch.setattr(os, "open", refuse)
    ((path, _),) = files.clear(["out"], [(b"d" * 16, FILE)])
    assert path == "out"


def test_what_cannot_be_removed_is_an_error(root: Path, files: LocalFiles, monkeypatch: pytest.MonkeyPatch):
    (root / "out").write_bytes(b"1")
    monkeypatch.setattr(os, "unlink", refusing(errno.EACCES, os.unlink))
    with pytest.raises(UsageError) as caught:
        files.discard(["out"])
    assert caught.value.code == "path-unwritable"


def test_empty_folders_above_outputs_go(root: Path, files: LocalFiles):
    for path in ("a/b/c", "a/d", "e/f"):
        (root / path).mkdir(parents=True)
    (root / "e/kept").write_bytes(b"")
    files.remove_empty_parents(["a/b/c/out", "e/f/out", "out", "none/out"])
    assert sorted(path.name for path in root.rglob("*") if path.is_dir()) == [".redun", "a", "d", "e"]
    files.remove_empty_parents(["a/d/out"])
    assert not (root / "a").exists()
    assert root.exists()


# Listings

PATHS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text not in (".", "..")
)
ENTRIES = st.dictionaries(
    st.lists(PATHS, min_size=1, max_size=3).map("/".join),
    st.tuples(st.sampled_from([FILE, EXECUTABLE, LINK]), st.binary(min_size=16, max_size=16)),
    max_size=5,
).map(lambda entries: [(path, kind, digest) for path, (kind, digest) in entries.items()])


@given(ENTRIES)
def test_a_listing_says_exactly_what_it_was_made_from(entries: list[tuple[str, int, bytes]]):
    listing = listing_of(entries)
    assert entries_of(listing) == sorted(entries, key=lambda entry: os.fsencode(entry[0]))
    assert listing_of(entries[::-1]) == listing


@given(ENTRIES, ENTRIES)
def test_different_entries_have_different_listings(one: list, two: list):
    assert (listing_of(one) == listing_of(two)) == (sorted(one) == sorted(two))


@given(ENTRIES, st.binary(max_size=40), st.integers(0, 200))
def test_damaged_listings_are_refused_or_whole(entries: list, noise: bytes, place: int):
    damaged = listing_of(entries)[:place] + noise
    found = entries_of(damaged)
    if found is not None:
        assert all(not path.startswith("/") and ".." not in path.split("/") for path, _, _ in found)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3), st.binary(max_size=3))
def test_followed_links_are_told_apart(texts: list[str], content: bytes):
    here = followed_digest(texts, FILE, content)
    assert here != followed_digest([*texts, ""], FILE, content)
    assert here != followed_digest(texts, EXECUTABLE, content)
    assert here != followed_digest(texts, FILE, content + b"x")

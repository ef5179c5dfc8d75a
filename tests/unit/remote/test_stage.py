"""Files on their way: whole trees, their bytes once, and nothing that is not what it was said to be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py.remote.api import stage
from redo_py.remote.api.scratch import Scratch, blob_name
from redo_py.remote.api.stage import StagingError


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(str(tmp_path / "scratch"))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


def laid_out(scratch: Scratch, there: Path, entries: list[stage.Entry]) -> None:
    """Put all of these below a folder."""
    stage.lay_out(scratch, entries, lambda entry: str(there / entry.path))


def carried(scratch: Scratch, here: Path, there: Path, *paths: str, keep_links: bool = False) -> list[str]:
    """Bring `paths` from one folder to the other; the digests that are in the scratch now."""
    entries = stage.entries_at(str(here), paths, keep_links)
    stage.send(scratch, str(here), entries, set())
    laid_out(scratch, there, [stage.Entry(*entry.told()) for entry in entries])
    return sorted(os.listdir(scratch.at("blobs"))) if os.path.isdir(scratch.at("blobs")) else []


def test_files_folders_and_links(scratch: Scratch, here: Path, tmp_path: Path):
    (here / "in/deep/empty").mkdir(parents=True)
    (here / "in/deep/a b").write_text("1")
    (here / "in/run").write_text("1")
    (here / "in/run").chmod(0o755)
    (here / "in/link").symlink_to("deep/a b")
    (here / "in/.git").mkdir()
    (here / "alone").symlink_to("in/run")
    blobs = carried(scratch, here, tmp_path / "there", "in", "alone", "absent")
    there = tmp_path / "there"
    assert len(blobs) == 1
    assert (there / "in/deep/empty").is_dir()
    assert (there / "in/run").stat().st_mode & 0o100
    assert not (there / "in/deep/a b").stat().st_mode & 0o100
    assert os.readlink(there / "in/link") == "deep/a b"
    assert not (there / "alone").is_symlink()
    assert (there / "alone").read_text() == "1"
    assert not (there / "in/.git").exists()
    assert not (there / "absent").exists()


def test_what_comes_back_is_a_link_if_it_is_one(scratch: Scratch, here: Path, tmp_path: Path):
    (here / "out").symlink_to("somewhere")
    (tmp_path / "there").mkdir()
    (tmp_path / "there/out").write_text("before")
    carried(scratch, here, tmp_path / "there", "out", keep_links=True)
    assert os.readlink(tmp_path / "there/out") == "somewhere"
    carried(scratch, here, tmp_path / "there", "out", keep_links=True)


def test_bytes_that_are_there_are_not_sent_again(scratch: Scratch, here: Path):
    (here / "a").write_text("same")
    entries = stage.entries_at(str(here), ["a"])
    sent: set[str] = set()
    stage.send(scratch, str(here), entries, sent)
    (here / "a").unlink()
    stage.send(scratch, str(here), entries, sent)
    stage.send(scratch, str(here), entries, set())
    assert sent == {entries[0].text}


def test_what_is_sent_again_counts_as_used(scratch: Scratch, here: Path):
    """Who clears up by age leaves it."""
    (here / "a").write_text("same")
    entries = stage.entries_at(str(here), ["a"])
    stage.send(scratch, str(here), entries, set())
    blob = scratch.at(blob_name(entries[0].text))
    os.utime(blob, (1, 1))
    stage.send(scratch, str(here), entries, {entries[0].text})
    assert os.stat(blob).st_mtime == 1
    stage.send(scratch, str(here), entries, set())
    assert os.stat(blob).st_mtime > 1


def test_a_damaged_blob_is_not_taken(scratch: Scratch, here: Path, tmp_path: Path):
    (here / "a").write_text("right")
    entries = stage.entries_at(str(here), ["a"])
    scratch.write(blob_name(entries[0].text), b"wrong")
    with pytest.raises(StagingError) as caught:
        laid_out(scratch, tmp_path / "there", entries)
    assert (caught.value.code, caught.value.words) == ("staged-changed", {"path": "a"})
    assert list((tmp_path / "there").iterdir()) == []


def test_a_blob_that_is_gone(scratch: Scratch, here: Path, tmp_path: Path):
    (here / "a").write_text("right")
    with pytest.raises(StagingError) as caught:
        laid_out(scratch, tmp_path / "there", stage.entries_at(str(here), ["a"]))
    assert caught.value.code == "staged-gone"


def test_what_is_there_and_the_same_stays(scratch: Scratch, here: Path, tmp_path: Path):
    (here / "a").write_text("same")
    (tmp_path / "there").mkdir()
    (tmp_path / "there/a").write_text("same")
    before = (tmp_path / "there/a").stat().st_ino
    carried(scratch, here, tmp_path / "there", "a")
    assert (tmp_path / "there/a").stat().st_ino == before

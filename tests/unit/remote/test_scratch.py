"""The scratch: whole things or nothing, in a folder and in an object store."""

from __future__ import annotations

import os
from errno import EIO, ENOSPC
from pathlib import Path

import pytest

from redo_py.files.systems.registry import get_filesystem
from redo_py.ground import hashing
from redo_py.remote.api.scratch import GROUP, STORES, Changed, Scratch, Whole, fault_at, naming
from redo_py.values.filing import filing
from tests.parts.clouds import MAKERS, new_cloud


@pytest.fixture(params=["folder", *MAKERS])
def scratch(request: pytest.FixtureRequest, tmp_path: Path) -> Scratch:
    if request.param == "folder":
        return Scratch(str(tmp_path / "scratch"))
    return Scratch(f"{new_cloud(request, request.param).top}/some/prefix/")


def test_what_is_written_is_read(scratch: Scratch):
    assert scratch.read("jobs/a/job") is None
    scratch.write("jobs/a/job", b"one")
    scratch.write("jobs/a/job", b"two")
    assert scratch.read("jobs/a/job") == b"two"
    assert scratch.at("jobs/a/job").endswith("/jobs/a/job")


def test_what_is_absent(scratch: Scratch):
    scratch.write("blobs/1", b"")
    assert scratch.absent(["blobs/1", "blobs/2", "blobs/3"]) == ["blobs/2", "blobs/3"]
    assert scratch.absent([]) == []


def test_what_is_used(scratch: Scratch):
    """An object has no time that one could set."""
    scratch.write("blobs/1", b"x")
    scratch.keep(["blobs/1", "blobs/2"])
    assert scratch.absent(["blobs/1", "blobs/2"]) == ["blobs/2"]
    assert scratch.read("blobs/1") == b"x"


def test_one_that_can_be_used(scratch: Scratch):
    """It is as it was afterwards: a folder that is not there is not made."""
    scratch.check()
    assert not scratch.is_folder or not os.path.exists(scratch.url)
    scratch.write("jobs/a/job", b"one")
    scratch.check()
    assert list(filing().below(scratch.url)) == [scratch.at("jobs/a/job")]


@pytest.mark.parametrize(
    ("url", "named", "said"),
    [
        ("/dev/null/scratch", "/dev/null", "Not a directory"),
        ("/proc/scratch", "/proc", "nothing can be written there: no such file or directory"),
    ],
)
def test_folders_that_cannot_be_used(url: str, named: str, said: str):
    with pytest.raises(OSError, match=said) as caught:
        Scratch(url).check()
    assert caught.value.filename == named


def test_a_part_that_cannot_be_used(tmp_path: Path):
    (tmp_path / "jobs").write_text("in the way")
    with pytest.raises(NotADirectoryError) as caught:
        Scratch(str(tmp_path)).check()
    assert caught.value.filename == str(tmp_path / "jobs")


def test_a_bucket_that_there_is_not(s3_environment: dict[str, str]):
    with pytest.raises(OSError, match="there is no bucket `nobodys`") as caught:
        Scratch("s3://nobodys/scratch").check()
    assert caught.value.filename == "s3://nobodys/scratch"


def test_a_folder_is_relative_to_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir("/")
    assert Scratch("far/scratch/", root=str(tmp_path)).url == f"{tmp_path}/far/scratch"
    assert Scratch("/far", root=str(tmp_path)).url == "/far"
    assert Scratch("s3://far/x/", root=str(tmp_path)).url == "s3://far/x"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        *((fine, "") for fine in ("", "scratch", "../x", "/a:b/c", "a:b", "file:///x", "s3://b", "gs://b/x", "az://c/")),
        ("ftp://h/x", "`ftp://h/x`: nothing can be sent through ftp://; a scratch is a folder, or in s3://, gs://, az://"),
        ("x+y://h", "`x+y://h`: nothing can be sent through x+y://; a scratch is a folder, or in s3://, gs://, az://"),
        ("memory://x", "`memory://x`: nothing can be sent through memory://; a scratch is a folder, or in s3://, gs://, az://"),
        ("s3:/b/x", "`s3:/b/x`: did you mean s3://b/x?"),
        ("s3://", "`s3://`: s3:// has the name of a bucket behind it"),
        ("file://x/y", "`file://x/y`: a folder is a path, or file:// and an absolute one"),
        ("~/x", "`~/x`: nobody replaces `~` here; write the whole path"),
        ("a\0b", "a path has no NUL in it"),
    ],
)  # fmt: skip
def test_where_one_can_be(url: str, fault: str):
    assert fault_at(url) == fault


def test_all_stores_that_there_are_may_be_scratches():
    assert sorted(STORES) == sorted(get_filesystem(proto="s3").schemes)


def test_what_fails_at_an_open_file_names_its_path():
    class Own(OSError):
        """An error that names its path."""

    with pytest.raises(OSError, match="/place") as caught, naming("/place"):
        raise OSError(ENOSPC, "full")
    assert (caught.value.errno, caught.value.filename) == (ENOSPC, "/place")
    with pytest.raises(OSError, match="without a number") as caught, naming("/place"):
        raise OSError("without a number")
    assert (caught.value.errno, caught.value.filename) == (EIO, "/place")
    with pytest.raises(Own) as named, naming("/place"):
        raise Own(ENOSPC, "full", "/other")
    assert named.value.filename == "/other"


def test_which_end_of_a_copy_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The file of the user's that is sent, or the scratch."""
    scratch = Scratch(str(tmp_path / "scratch"))
    (tmp_path / "in").write_bytes(b"x")
    digest = hashing.digest(hashing.FILE, b"x").hex()
    real = open

    class Broken:
        """An open file that neither gives nor takes anything."""

        def __init__(self, *_: object) -> None:
            self.inner = real(os.devnull, "rb")

        def __enter__(self) -> Broken:
            return self

        def __exit__(self, *_: object) -> None:
            self.inner.close()

        close = __exit__

        def read(self, count: int) -> bytes:
            raise OSError(EIO, "broken")

        def write(self, content: bytes) -> int:
            raise OSError(EIO, "broken")

    for way, place in (("rb", str(tmp_path / "in")), ("wb", scratch.at("blobs/x"))):

        def opened(file: int | str, mode: str, way: str = way) -> object:
            if mode != way:
                return real(file, mode)
            if isinstance(file, int):
                os.close(file)
            return Broken()

        monkeypatch.setattr("redo_py.remote.api.scratch.open", opened, raising=False)
        with pytest.raises(OSError, match="broken") as caught:
            scratch.send(str(tmp_path / "in"), "blobs/x", digest)
        assert caught.value.filename == place
        assert os.listdir(scratch.at("blobs")) == []


def test_files_there_and_back(scratch: Scratch, tmp_path: Path):
    (tmp_path / "in").write_bytes(b"x" * 3_000_000)
    scratch.send(str(tmp_path / "in"), "blobs/x", hashing.digest(hashing.FILE, b"x" * 3_000_000).hex())
    digest = scratch.fetch("blobs/x", str(tmp_path / "out"))
    assert digest == hashing.digest(hashing.FILE, b"x" * 3_000_000)
    assert (tmp_path / "out").read_bytes() == b"x" * 3_000_000
    with pytest.raises(FileNotFoundError):
        scratch.fetch("blobs/y", str(tmp_path / "other"))


def test_a_file_that_has_changed_is_not_sent(scratch: Scratch, tmp_path: Path):
    (tmp_path / "in").write_bytes(b"other")
    with pytest.raises(Changed):
        scratch.send(str(tmp_path / "in"), "blobs/x", hashing.digest(hashing.FILE, b"looked at").hex())
    assert scratch.absent(["blobs/x"]) == ["blobs/x"]


def test_what_is_removed_is_gone(scratch: Scratch):
    scratch.write("jobs/a/job", b"1")
    scratch.write("jobs/a/result", b"2")
    scratch.remove(["jobs/a/job", "jobs/a/result", "jobs/b/job"])
    assert scratch.absent(["jobs/a/job", "jobs/a/result"]) == ["jobs/a/job", "jobs/a/result"]


def test_nothing_is_seen_of_what_is_not_whole(tmp_path: Path):
    whole = Whole(Scratch(str(tmp_path)), "deep/er/file")
    whole.__enter__().write(b"half")
    whole.__exit__(RuntimeError, None, None)
    assert list((tmp_path / "deep/er").iterdir()) == []


def test_a_url_of_a_folder_is_the_folder(tmp_path: Path):
    assert Scratch(f"file://{tmp_path}/x/").url == f"{tmp_path}/x"
    assert Scratch(f"file://{tmp_path}/x/").is_folder


def modes(folder: Path) -> dict[str, str]:
    """Who may do what with all that is there, relative to the folder."""
    found = {".": oct(folder.stat().st_mode & 0o7777)}
    return found | {str(each.relative_to(folder)): oct(each.stat().st_mode & 0o7777) for each in folder.rglob("*")}


def test_nobody_else_can_look_into_a_folder(tmp_path: Path):
    scratch = Scratch(str(tmp_path / "state/scratch"))
    scratch.write("jobs/a/job", b"secret")
    assert modes(tmp_path / "state/scratch") == {
        ".": "0o700", "jobs": "0o700", "jobs/a": "0o700", "jobs/a/job": "0o600",
    }  # fmt: skip
    assert (tmp_path / "state").stat().st_mode & 0o055  # what lies above is as it would be without us


def test_a_group_can_share_one(tmp_path: Path):
    scratch = Scratch(str(tmp_path / "scratch"), GROUP)
    scratch.write("jobs/a/job", b"shared")
    assert modes(tmp_path / "scratch") == {
        ".": "0o2770", "jobs": "0o2770", "jobs/a": "0o2770", "jobs/a/job": "0o660",
    }  # fmt: skip


def test_what_is_fetched_has_the_mode_of_a_new_file(tmp_path: Path):
    scratch = Scratch(str(tmp_path / "scratch"))
    scratch.write("blobs/x", b"1")
    (tmp_path / "usual").touch()
    usual = (tmp_path / "usual").stat().st_mode
    scratch.fetch("blobs/x", str(tmp_path / "plain"))
    scratch.fetch("blobs/x", str(tmp_path / "program"), 0o777)
    assert (tmp_path / "plain").stat().st_mode == usual
    assert (tmp_path / "program").stat().st_mode & 0o777 == (usual & 0o777) | (usual & 0o444) >> 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_writes_for_who_has_made_the_folder(tmp_path: Path):
    scratch = Scratch(str(tmp_path / "scratch"))
    folder = scratch.make_folder("jobs/a")
    os.chown(folder, 1234, 1235)
    scratch.write("jobs/a/result", b"1")
    made = os.stat(f"{folder}/result")
    assert (made.st_uid, made.st_gid) == (1234, 1235)

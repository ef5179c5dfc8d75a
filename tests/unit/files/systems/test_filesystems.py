"""All file systems that can be written to against the one suite: this machine, memory, and three clouds."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from redo_py import Dir, File
from redo_py.files.systems.filesystem import FileSystem, Status
from redo_py.files.systems.registry import get_filesystem, list_filesystems, register_filesystem
from redo_py.files.trouble import RedunOSError, RedunPermissionError
from redo_py.ground.errors import UsageError
from tests.conformance.filesystem_suite import FileSystemSuite
from tests.parts.clouds import Cloud


class TestLocal(FileSystemSuite):
    @pytest.fixture
    def top(self, tmp_path: Path) -> str:
        return str(tmp_path / "top")


class TestRelative(FileSystemSuite):
    @pytest.fixture
    def top(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.chdir(tmp_path)
        return "top"


class TestMemory(FileSystemSuite):
    @pytest.fixture
    def top(self) -> str:
        return f"memory://{uuid.uuid4().hex}"


class TestClouds(FileSystemSuite):
    """S3 and Google Cloud Storage as moto serves them, Azure as Azurite does."""

    @pytest.fixture
    def top(self, cloud: Cloud) -> str:
        return f"{cloud.top}/{uuid.uuid4().hex}"

    @pytest.fixture
    def keeps_marks(self, cloud: Cloud) -> bool:
        return cloud.keeps_marks

    def test_a_whole_bucket_is_a_folder(self, cloud: Cloud):
        name = uuid.uuid4().hex
        File(f"{cloud.top}/{name}").write("a")
        assert [file.path for file in Dir(f"{cloud.top}/")] == [f"{cloud.top}/{name}"]
        assert not File(cloud.top).isfile()

    def test_an_object_is_the_same_however_one_looks_at_it(self, cloud: Cloud):
        paths = [f"{cloud.top}/folder/{name}" for name in ("a", "b")]
        for path in paths:
            File(path).write(path)
        system = get_filesystem(cloud.top)
        listed = [(status.path, status.size, status.mark) for status in system.below(f"{cloud.top}/folder")]
        assert listed == [(status.path, status.size, status.mark) for status in system.statuses(paths)]
        assert listed == [(status.path, status.size, status.mark) for status in map(system.status, paths)]

    def test_what_is_left_by_an_error_is_not_put_in_place(self, cloud: Cloud):
        file = File(f"{cloud.top}/{uuid.uuid4().hex}")
        for mode, half in (("w", "half"), ("wb", b"half")):
            with pytest.raises(ZeroDivisionError):
                leave_by_an_error(file, mode, half)
        assert not file.exists()

    def test_other_modes_are_refused(self, cloud: Cloud):
        with pytest.raises(RedunOSError, match=r"mode 'r\+b'"):
            File(f"{cloud.top}/a").open("r+b")


def test_between_buckets(s3_bucket: str, other_s3_bucket: str):
    name = uuid.uuid4().hex
    File(f"s3://{s3_bucket}/{name}").write("a")
    assert File(f"s3://{s3_bucket}/{name}").copy_to(f"s3://{other_s3_bucket}/{name}").read() == "a"


def leave_by_an_error(file: File, mode: str, half: str | bytes) -> None:
    with file.open(mode) as stream:
        stream.write(half)
        raise ZeroDivisionError


def test_an_unreachable_store_names_the_path(monkeypatch: pytest.MonkeyPatch):
    from redo_py.files.systems import objects, stores

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setattr(stores, "RETRY", {"max_retries": 0})
    with pytest.raises(RedunOSError, match="s3://bucket/key"):
        objects.ObjectFileSystem().statuses(["s3://bucket/key"])
    with pytest.raises(RedunOSError, match=r"s3://bucket/(key|other)"):
        objects.ObjectFileSystem().statuses(["s3://bucket/key", "s3://bucket/other"])


def test_local_modes_and_links(tmp_path: Path):
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    File(str(script)).copy_to(str(tmp_path / "copy"))
    assert (tmp_path / "copy").stat().st_mode & 0o100
    (tmp_path / "link").symlink_to("script")
    assert File(str(tmp_path / "link")).isfile()
    File(str(tmp_path / "link")).remove()
    assert script.exists()
    with pytest.raises(OSError, match="script"):
        File(f"{script}/below").write("a")


def test_an_empty_local_folder_exists(tmp_path: Path):
    folder = Dir(str(tmp_path / "a/b"))
    folder.mkdir()
    folder.mkdir()
    assert folder.exists()
    digest = Dir(str(tmp_path / "a")).hash
    folder.rmdir()
    assert Dir(str(tmp_path / "a")).hash != digest


def test_names_that_are_no_utf8(tmp_path: Path):
    name = b"\xff\xfe.txt".decode("utf-8", "surrogateescape")
    file = File(f"{tmp_path}/{name}")
    file.write("a")
    assert [each.path for each in Dir(str(tmp_path))] == [file.path]
    assert Dir(str(tmp_path)).hash
    assert file.hash


def test_an_unknown_scheme():
    with pytest.raises(UsageError) as caught:
        File("ftp://host/file").read()
    assert str(caught.value) == (
        "redun: there is no file system for `ftp://host/file`\n"
        "  hint: known are az, file, gs, http, https, memory, s3; register_filesystem() adds another"
    )


def test_a_registered_file_system():
    class Constant(FileSystem):
        name = "constant"
        schemes = ("constant",)

        def statuses(self, paths):
            return [Status(path, 1, 3, "mark") for path in paths]

        def open(self, path, mode):
            import io

            return io.BytesIO(path[-3:].encode())

        def below(self, folder):
            return []

    register_filesystem(Constant)
    assert File("constant://abc").read() == "abc"
    assert File("constant://abc").is_valid()
    assert File("constant://abc").hash == File("constant://def").hash
    assert isinstance(get_filesystem("constant://abc"), Constant)
    assert isinstance(get_filesystem(proto="constant"), Constant)
    assert any(isinstance(each, Constant) for each in list_filesystems())
    with pytest.raises(RedunPermissionError, match="can only be read"):
        File("constant://abc").remove()

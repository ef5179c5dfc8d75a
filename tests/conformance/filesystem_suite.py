"""What every FileSystem must do, also one that is registered by a plugin. A subclass gives the fixture `top`: the path
of a place in which nothing is yet, without a slash at its end."""

from __future__ import annotations

import uuid

import pytest

from redo_py import Dir, File, FileSet
from redo_py.files.filing import copy_file, glob_file, open_file
from redo_py.files.systems.registry import get_filesystem
from redo_py.files.trouble import RedunFileNotFoundError, RedunOSError
from redo_py.values.current import CURRENT, Running

NAMES = ["plain.txt", "with blank.txt", "ü.txt", "per%cent.txt", "plus+and&.txt", "quo'te\".txt"]


class FileSystemSuite:
    """The tests."""

    @pytest.fixture
    def keeps_marks(self) -> bool:
        """Whether a file that is written with the same content again is the same: where its content is read, or where
        its mark is made of that."""
        return True

    def test_what_is_written_is_read(self, top: str):
        file = File(f"{top}/folder/a.txt")
        assert not file.exists()
        file.write("hällo\n")
        assert file.read() == "hällo\n"
        assert file.read("rb") == "hällo\n".encode()
        assert file.readlines() == ["hällo\n"]
        assert file.exists()
        assert file.isfile()
        assert not file.isdir()
        assert file.size() == 7
        file.write(b"\x00\xff")
        assert file.read("rb") == b"\x00\xff"

    @pytest.mark.parametrize("name", NAMES)
    def test_names_are_what_they_are(self, top: str, name: str):
        File(f"{top}/{name}").write(name)
        assert [file.path for file in Dir(top)] == [f"{top}/{name}"]
        assert File(f"{top}/{name}").read() == name

    def test_large_content(self, top: str):
        content = bytes(range(256)) * 25_000
        with File(f"{top}/large").open("wb") as stream:
            for start in range(0, len(content), 1_000_000):
                stream.write(content[start : start + 1_000_000])
        with File(f"{top}/large").open("rb") as stream:
            stream.seek(6_345_678)
            assert stream.read(10) == content[6_345_678:6_345_688]
            stream.seek(0)
            assert stream.read() == content

    def test_appending_and_creating(self, top: str):
        file = File(f"{top}/log")
        file.write("one\n", "a")
        file.write("two\n", "a")
        assert file.read() == "one\ntwo\n"
        with pytest.raises(OSError, match="log"):
            file.write("three\n", "x")
        assert file.read() == "one\ntwo\n"
        File(f"{top}/fresh").write("new", "x")
        assert File(f"{top}/fresh").read() == "new"

    def test_an_error_names_the_path(self, top: str):
        missing = f"{top}/not/there.txt"
        with pytest.raises(RedunFileNotFoundError, match=r"not/there\.txt"):
            File(missing).read()
        with pytest.raises(FileNotFoundError):
            File(missing).size()
        with pytest.raises(RedunFileNotFoundError):
            File(missing).copy_to(f"{top}/copy")

    def test_identity_is_content(self, top: str, keeps_marks: bool):
        file = File(f"{top}/a")
        file.write("content")
        before = file.hash
        assert file.is_valid()
        File(file.path).write("CONTENT")  # as long as it was
        assert not file.is_valid()
        assert File(file.path).hash != before
        File(file.path).write("content")
        assert file.is_valid() is keeps_marks
        assert (File(file.path).hash == before) is keeps_marks

    def test_a_missing_file_is_invalid_and_no_exception(self, top: str):
        file = File(f"{top}/a")
        absent = File(file.path).hash
        file.write("content")
        assert file.hash != absent
        file.remove()
        assert not file.is_valid()
        assert File(file.path).hash == absent
        file.remove()  # nothing to remove is fine

    def test_a_folder_is_all_that_is_below(self, top: str, keeps_marks: bool):
        folder = Dir(f"{top}/folder")
        assert not folder.exists()
        assert list(folder) == []
        folder.file("b").write("b")
        folder.file("sub/a").write("a")
        File(f"{top}/folder.txt").write("beside it")
        assert [folder.rel_path(file.path) for file in folder] == ["b", "sub/a"]
        assert folder.exists()
        assert File(folder.path).isdir()
        digest = folder.hash
        folder.file("sub/a").write("A")
        assert not folder.is_valid()
        folder.file("sub/a").write("a")
        assert (Dir(folder.path).hash == digest) is keeps_marks
        with pytest.raises(RedunOSError, match="not empty"):
            folder.rmdir()
        folder.rmdir(recursive=True)
        assert not folder.exists()
        assert File(f"{top}/folder.txt").read() == "beside it"
        folder.rmdir(recursive=True)  # nothing to remove is fine

    def test_copying(self, top: str):
        File(f"{top}/a").write("a")
        copy = File(f"{top}/a").copy_to(f"{top}/deep/b")
        assert copy == File(f"{top}/deep/b")
        assert copy.read() == "a"
        File(f"{top}/a").write("A")
        File(f"{top}/a").copy_to(copy, skip_if_exists=True)
        assert copy.read() == "a"
        File(f"{top}/a").copy_to(copy)
        assert copy.read() == "A"
        moved = Dir(f"{top}/deep").copy_to(f"{top}/other")
        assert [file.read() for file in moved] == ["A"]
        copy_file(f"{top}/deep", f"{top}/third", recursive=True)
        assert File(f"{top}/third/b").read() == "A"

    def test_between_file_systems(self, top: str):
        there = f"memory://{uuid.uuid4().hex}/x"
        File(f"{top}/a").write("a")
        File(f"{top}/a").copy_to(there)
        File(there).copy_to(f"{top}/b")
        assert File(f"{top}/b").read() == "a"

    def test_touch(self, top: str):
        File(f"{top}/deep/empty").touch()
        assert File(f"{top}/deep/empty").size() == 0
        File(f"{top}/a").write("a")
        File(f"{top}/a").touch()
        assert File(f"{top}/a").read() == "a"

    def test_patterns(self, top: str):
        for name in ("a.txt", "b.txt", "c.dat", "sub/d.txt", "sub/deep/e.txt"):
            File(f"{top}/{name}").write(name)
        assert glob_file(f"{top}/*.txt") == [f"{top}/a.txt", f"{top}/b.txt"]
        assert glob_file(f"{top}/{{a,c}}.*") == [f"{top}/a.txt", f"{top}/c.dat"]
        assert glob_file(f"{top}/sub/**/*.txt") == [f"{top}/sub/d.txt", f"{top}/sub/deep/e.txt"]
        assert len(glob_file(Dir(top).pattern)) == 5
        found = FileSet(f"{top}/*.txt")
        assert [file.read() for file in found] == ["a.txt", "b.txt"]
        assert found.hash
        File(f"{top}/c.dat").write("something else")
        assert found.is_valid()
        File(f"{top}/f.txt").write("f")
        assert not found.is_valid()

    def test_many_are_asked_about_together(self, top: str):
        for number in range(0, 20, 2):
            File(f"{top}/{number}").write(str(number))
        system = get_filesystem(top)
        kinds = [status.kind for status in system.statuses([f"{top}/{number}" for number in range(20)])]
        assert kinds == [1, 0] * 10

    def test_open_file(self, top: str):
        with open_file(f"{top}/a", "w", encoding="latin-1") as stream:
            stream.write("ä\n")
        with open_file(f"{top}/a", "rb") as stream:
            assert stream.read() == b"\xe4\n"

    def test_what_is_written_is_noted(self, top: str):
        File(f"{top}/old").write("old")
        running = Running()
        token = CURRENT.set(running)
        try:
            File(f"{top}/old").read()
            File(f"{top}/a").write("a")
            File(f"{top}/a").copy_to(f"{top}/b")
            File(f"{top}/c").touch()
        finally:
            CURRENT.reset(token)
        File(f"{top}/later").write("later")
        assert list(running.written) == [f"{top}/a", f"{top}/b", f"{top}/c"]

"""Files as values: what makes two of them the same, how they read, and what becomes of them."""

from __future__ import annotations

import pickle
import subprocess
from pathlib import Path

import pytest

from redo_py import ContentDir, ContentFile, Dir, File, FileSet, IDir, IFile, IFileSet, StagingDir, StagingFile
from redo_py.ground.nested import collect
from redo_py.values.codec import dump, load
from redo_py.values.encoding import digest_of
from redo_py.values.file import Observed, normal_path

VALUES = [File("a"), Dir("a"), FileSet("*.c"), IFile("a"), IDir("a"), IFileSet("*.c")]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_they_are_equal_to_their_like_alone(value: File):
    same = type(value)(value.pattern if isinstance(value, (FileSet, IFileSet)) else value.path)
    assert value == same
    assert hash(value) == hash(same)
    assert [other for other in VALUES if other == value] == [value]
    assert digest_of(value) == digest_of(same)
    assert len({digest_of(other) for other in VALUES}) == len(VALUES)


@pytest.mark.parametrize("value", [*VALUES, File("a", b"d" * 16, 1), Dir("b", b"e" * 16, 3)], ids=repr)
def test_they_are_kept_and_read_back(value: File):
    _, format_, data = dump([value])
    assert format_ == "plain"
    assert load(format_, data) == [value]
    assert pickle.loads(pickle.dumps(value)) == value


def test_equality_is_of_path_and_content_as_far_as_known():
    one, other = File("a", b"1" * 16, 1), File("a", b"2" * 16, 1)
    assert one != other
    assert one != File("a", b"1" * 16, 2)
    assert File("a") == one == File("./a")
    assert File("a") != File("b")
    assert File("a") != "a"


def test_texts():
    assert repr(File("prog.c", bytes.fromhex("dfa3aba7" + "00" * 12), 1)) == "File(path=prog.c, hash=dfa3aba7)"
    assert [repr(value) for value in VALUES] == [
        "File(path=a)",
        "Dir(path=a)",
        "FileSet(pattern=*.c)",
        "IFile(path=a)",
        "IDir(path=a)",
        "IFileSet(path=*.c)",
    ]
    assert f"{FileSet('*.c')} {File('a')}" == "*.c a"


def test_content_classes_are_those_of_every_file():
    assert ContentFile is File
    assert ContentDir is Dir


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("./a//b/", "a/b"),
        ("s3://bucket/a//b", "s3://bucket/a//b"),
        ("s3://bucket/a/", "s3://bucket/a"),
        ("memory://", "memory://"),
        ("http://host/a/../b?c=d/", "http://host/a/../b?c=d"),
        ("file:///tmp/a", "/tmp/a"),
        ("a/b:/" + "/c", "a/b:/c"),
        (b"\xff", "\udcff"),
        (Path("a") / "b", "a/b"),
    ],
)
def test_one_spelling(written: object, path: str):
    assert normal_path(written) == path
    assert File(written).path == path


def test_parts_of_a_path():
    file = File("s3://bucket/a/b.txt")
    assert (file.basename(), file.dirname(), file.name, file.suffix) == ("b.txt", "s3://bucket/a", "b.txt", ".txt")
    assert Dir("s3://bucket/a/").file("b.txt") == file
    assert Dir("s3://bucket/a").rel_path("s3://bucket/a/b.txt") == "b.txt"
    assert Dir(".").rel_path("a/b") == "a/b"
    with pytest.raises(ValueError, match="b is not below a"):
        Dir("a").rel_path("b")


def test_a_file_in_a_pair_is_seen_and_its_local_place_is_not():
    pair = StagingFile("local.txt", "s3://bucket/a")
    assert collect({"key": [pair]}, Observed) == [File("s3://bucket/a")]
    assert collect(StagingDir("x", "s3://bucket/d"), Observed) == [Dir("s3://bucket/d")]
    assert pair.local == File("local.txt")
    assert File("s3://bucket/a").stage() == StagingFile("a", "s3://bucket/a")
    assert Dir("s3://bucket/a").stage("here") == StagingDir("here", Dir("s3://bucket/a"))


def test_shell_texts():
    assert File("a b").shell_copy_to("c") == "cp 'a b' c"
    assert File("a").shell_copy_to(None) == "cat a"
    assert Dir("a").shell_copy_to("b") == (
        'mkdir -p b && test -z "$('
        "{ { tar -C a --exclude=.git --exclude=.redun -cf - . || echo 1 >&3; } | tar -C b -xf - || echo 1 >&3; } 3>&1"
        ')"'
    )
    assert StagingFile("a", "s3://b/c").render_stage() == "redo-py fs cp s3://b/c a"
    assert StagingFile("a", "s3://b/c").render_unstage() == "redo-py fs cp a s3://b/c"
    assert StagingDir("a", "s3://b/c").render_stage() == "redo-py fs cp --recursive s3://b/c a"


def test_a_folder_is_copied_whole_or_the_command_fails(tmp_path: Path):
    for name in ("a/file", "a/sub/deep", "a/.git/HEAD", "a/.redun/state.db"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)

    def status_of(source: str, target: str) -> int:
        command = Dir(source).shell_copy_to(target)
        return subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False, capture_output=True).returncode

    assert status_of("a", "b") == 0
    assert sorted(str(path.relative_to(tmp_path / "b")) for path in (tmp_path / "b").rglob("*")) == [
        "file", "sub", "sub/deep"
    ]  # fmt: skip
    assert status_of("absent", "c") == 1
    (tmp_path / "d/file/in the way").mkdir(parents=True)
    assert status_of("a", "d") == 1


def test_staging(tmp_path: Path):
    remote = File(str(tmp_path / "remote/a"))
    remote.write("a")
    pair = remote.stage(str(tmp_path / "local/a"))
    assert pair.stage().read() == "a"
    pair.local.write("b")
    assert pair.unstage() == File(remote.path)
    assert remote.read() == "b"
    folder = StagingDir("copy", Dir(str(tmp_path / "remote")))
    assert [file.read() for file in folder.stage(str(tmp_path))] == ["b"]
    assert (tmp_path / "copy/a").exists()


def test_what_is_immutable_is_always_valid(tmp_path: Path):
    for value in (IFile(str(tmp_path / "a")), IDir(str(tmp_path / "b")), IFileSet(str(tmp_path / "*"))):
        assert value.is_valid()
    IFile(str(tmp_path / "a")).write("a")
    assert [file.read() for file in IDir(str(tmp_path))] == ["a"]
    assert [type(file) for file in IFileSet(str(tmp_path / "*"))] == [IFile]
    assert type(IFile(str(tmp_path / "a")).copy_to(str(tmp_path / "c"))) is IFile


def test_immutable_files_have_immutable_pairs(tmp_path: Path):
    remote = IFile(str(tmp_path / "remote"))
    remote.write("a")
    pair = remote.stage(str(tmp_path / "local"))
    assert type(pair.stage()) is IFile
    assert type(pair.unstage()) is IFile
    assert type(IDir(str(tmp_path)).stage().local) is IDir


def test_what_is_written_through_a_file_is_looked_at_again(tmp_path: Path):
    file, other = File(str(tmp_path / "a")), File(str(tmp_path / "b"))
    seen = [file.hash, other.hash]
    for change in (lambda: file.write("a"), lambda: file.copy_to(other), lambda: other.write(""), file.touch):
        change()
        seen += [file.hash, other.hash]
    absent, a, empty = seen[0], seen[2], seen[7]
    assert seen == [absent, absent, a, absent, a, a, a, empty, a, empty]
    assert len({absent, a, empty}) == 3
    file.remove()
    assert (file.hash, file.is_valid()) == (a, False)  # it stands for what was there


def test_update_hash(tmp_path: Path):
    file = File(str(tmp_path / "a"))
    file.write("a")
    before = file.hash
    (tmp_path / "a").write_text("b")
    assert file.hash == before
    assert not file.is_valid()
    file.update_hash()
    assert file.is_valid()
    assert file.get_hash() == file.hash != before


def test_what_does_not_count_in_a_folder_is_not_listed_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("proj/a", "proj/.git/HEAD", "proj/sub/.redun/state", "proj/sub/b", "proj/sub/.git", "proj/.gitignore"):
        File(name).write(name)
    listed = ["proj/.gitignore", "proj/a", "proj/sub/b"]
    before = Dir("proj").hash
    assert [file.path for file in Dir("proj")] == [file.path for file in IDir("proj")] == listed
    assert [file.path for file in FileSet("proj/**")] == listed[1:]  # a `*` matches no dot at the beginning
    copy = Dir("proj").copy_to("copy")
    assert [file.path for file in copy] == ["copy/.gitignore", "copy/a", "copy/sub/b"]
    assert not File("copy/.git/HEAD").exists()
    assert copy.hash == before
    File("proj/.git/HEAD").write("another")
    assert Dir("proj").hash == before
    assert [file.path for file in Dir("proj/.git")] == ["proj/.git/HEAD"]  # named itself it is like any other

"""What globs match, in which order, and what they report to have seen."""

from __future__ import annotations

import fnmatch
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.files.globbing import glob
from redo_py.files.patterns import Part, alternatives, matches_path, parts_of
from redo_py.files.signature import signature_at
from redo_py.ground.errors import UsageError

TREE = [
    "a.c", "b.c", "b.h", ".hidden.c", "B.c", "é.c", "odd\udcff.c", "\U0001f600.c", "a b.c", "[x].c", "{y}.c", "10.c",
    "src/main.c", "src/.git/HEAD.c", "src/.redun/x.c", "src/lib/one.c", "src/lib/deep/two.c", "src/.cache/z.c",
    "src/lib/readme",
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in TREE:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"")
    (tmp_path / "empty.c").mkdir()
    (tmp_path / "src/alias").symlink_to("lib")
    (tmp_path / "src/lib/up").symlink_to("..")
    (tmp_path / "linked.h").symlink_to("a.c")
    (tmp_path / "dangling.h").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.h")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("*.c", ["10.c", "B.c", "[x].c", "a b.c", "a.c", "b.c", "{y}.c", "é.c", "\U0001f600.c", "odd\udcff.c"]),
        (".*.c", [".hidden.c"]),
        ("?.c", ["B.c", "a.c", "b.c", "é.c", "\U0001f600.c"]),
        ("[a-b].[ch]", ["a.c", "b.c", "b.h"]),
        ("[!a].c", ["B.c", "b.c", "é.c", "\U0001f600.c"]),
        ("[[]x].c", ["[x].c"]),
        ("*.h", ["b.h", "linked.h"]),
        ("b.{c,h}", ["b.c", "b.h"]),
        ("{src/main,a}.c", ["a.c", "src/main.c"]),
        ("{y}.c", ["{y}.c"]),
        ("a.c", ["a.c"]),
        ("./src//main.c", ["src/main.c"]),
        ("none.c", []),
        ("empty.c", []),
        ("empty.c/*", []),
        ("a.c/*", []),
        ("none/*/*.c", []),
        ("src/*.c", ["src/main.c"]),
        ("src/*/*.c", ["src/alias/one.c", "src/lib/one.c"]),
        ("src/.*/*.c", ["src/.cache/z.c"]),
        ("src/.git/*", []),
        ("src/.git/HEAD.c", []),
        ("src/**/*.c", ["src/lib/deep/two.c", "src/lib/one.c", "src/main.c"]),
        ("src/lib/**", ["src/lib/deep/two.c", "src/lib/one.c", "src/lib/readme"]),
        ("**/two.c", ["src/lib/deep/two.c"]),
        ("src/**/**/one.c", ["src/lib/one.c"]),
        ("**/lib/**/*.c", ["src/lib/deep/two.c", "src/lib/one.c"]),
        ("src/lib/../main.c", ["src/main.c"]),
    ],
)
def test_patterns(root: Path, pattern: str, paths: list[str]):
    assert sorted(glob(str(root), pattern).paths) == sorted(paths)


def test_the_order_is_that_of_the_bytes(root: Path):
    found = glob(str(root), "**/*").paths
    assert found == sorted(found, key=os.fsencode)
    assert found.index("é.c") < found.index("\U0001f600.c") < len(found)
    assert "odd\udcff.c" in found


def test_outside_of_the_root_paths_are_absolute(root: Path):
    assert glob(str(root / "src"), "../*.h").paths == [f"{root}/b.h", f"{root}/linked.h"]
    assert glob(str(root / "src"), f"{root}/b.*").paths == [f"{root}/b.c", f"{root}/b.h"]


@pytest.mark.parametrize(
    ("exclude", "paths"),
    [
        (["src/lib"], ["src/main.c"]),
        (["src/lib/*.c"], ["src/lib/deep/two.c", "src/main.c"]),
        (["**/two.c", "src/main.*"], ["src/lib/one.c"]),
        (["**"], []),
        (["main.c"], ["src/lib/deep/two.c", "src/lib/one.c", "src/main.c"]),
        (["src/{main,lib/one}.c"], ["src/lib/deep/two.c"]),
    ],
)
def test_excluding(root: Path, exclude: list[str], paths: list[str]):
    assert glob(str(root), "src/**/*.c", exclude).paths == paths


def test_excluded_dots_need_not_be_named(root: Path):
    assert glob(str(root), ".*.c", ["*"]).paths == []


def test_what_was_seen(root: Path):
    seen = glob(str(root), "src/*/one.c").seen
    assert set(seen) == {"src/", "src/lib/one.c", "src/alias/one.c"}
    assert seen["src/"] == signature_at(f"{root}/src")
    assert glob(str(root), "gone/*.c").seen == {"gone/": ()}
    assert glob(str(root), "*.none").seen == {"./": signature_at(str(root))}


MOVES = {
    "a match appears": lambda root: (root / "src/lib/deep/new.c").write_bytes(b""),
    "a match goes": lambda root: (root / "src/lib/one.c").unlink(),
    "a folder appears": lambda root: (root / "src/new").mkdir(),
    "a link leads elsewhere": lambda root: (
        (root / "src/alias").unlink(),
        (root / "src/alias").symlink_to("lib/deep"),
    ),
    "a link leads somewhere": lambda root: (root / "src/nowhere").mkdir(),
}


@pytest.mark.parametrize("move", MOVES)
def test_every_other_answer_shows_in_what_was_seen(root: Path, move: str):
    (root / "src/waiting").symlink_to("nowhere")
    patterns = ["src/**/*.c", "src/*/*.c"]
    time.sleep(0.03)
    before = [glob(str(root), pattern) for pattern in patterns]
    MOVES[move](root)
    for pattern, found in zip(patterns, before, strict=True):
        if glob(str(root), pattern).paths != found.paths:
            assert any(signature_at(os.path.join(root, path)) != was for path, was in found.seen.items())
    assert any(signature_at(os.path.join(root, path)) != was for found in before for path, was in found.seen.items())


def test_a_link_to_a_file_that_goes_is_noticed(root: Path):
    found = glob(str(root), "link*.h")
    assert found.paths == ["linked.h"]
    (root / "a.c").unlink()
    assert any(signature_at(os.path.join(root, path)) != was for path, was in found.seen.items())


def test_a_folder_that_may_not_be_read_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: str):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UsageError) as caught:
        glob(str(root), "src/*")
    assert str(caught.value).splitlines()[0] == "redun: src/ cannot be read: permission denied"


@given(st.text("ab.*?[]!", min_size=1, max_size=8), st.text("ab.[]!", min_size=1, max_size=6))
def test_a_part_means_what_it_means_in_the_shell(pattern: str, name: str):
    assert Part(pattern).matches(name, hidden=True) == fnmatch.fnmatchcase(name, pattern)


@given(st.text("ab{},", max_size=10))
def test_alternatives_are_few_and_end(pattern: str):
    found = alternatives(pattern)
    assert len(found) == len(set(found)) >= 1
    assert all(alternatives(each) == [each] for each in found)


@pytest.mark.parametrize(
    ("pattern", "patterns"),
    [
        ("a", ["a"]),
        ("{a,b}{c,d}", ["ac", "ad", "bc", "bd"]),
        ("x{a,{b,c}d,}", ["xa", "xbd", "xcd", "x"]),
        ("{a}", ["{a}"]),
        ("{a,b", ["{a,b"]),
        ("{{a,b}}", ["{a}", "{b}"]),
    ],
)
def test_braces(pattern: str, patterns: list[str]):
    assert alternatives(pattern) == patterns


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a", "a", True),
        ("a", "a/b/c", True),
        ("a", "b/a", False),
        ("**/a", "b/c/a", True),
        ("**/a", "a", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/c", False),
        ("*/x", "a/x", True),
        ("*/x", "a/b/x", False),
    ],
)
def test_matching_a_path(pattern: str, path: str, expected: bool):
    assert matches_path(parts_of(pattern), path) == expected


def test_of_what_redun_keeps_tables_alone_are_found(tmp_path: Path):
    kept = [".redun/datasets/a/k=1/x.parquet", ".redun/scratch/datasets/b/x.parquet", "sub/.redun/datasets/a/x.parquet"]
    for path in (*kept, ".redun/state.db", ".redun/scratch/jobs/x.parquet", ".redun/tmp/x.parquet"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"")
    for path in kept:
        assert glob(str(tmp_path), f"{path.partition('datasets/')[0]}datasets/**/*.parquet").paths == [path]
        absolute = f"{tmp_path}/{path}"
        assert glob("/", absolute.replace("x.parquet", "*.parquet")).paths == [absolute]
    for pattern in ("**/*.parquet", ".redun/**", ".redun/tmp/*.parquet", ".redun/state.db", ".redun/scratch/**"):
        assert glob(str(tmp_path), pattern).paths == []

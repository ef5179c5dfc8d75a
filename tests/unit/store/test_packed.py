"""Small artifacts in one database: kept, verified, trimmed, and never in the way."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.hashing import DIRECTORY, FILE, digest
from redo_py.store.artifacts import LocalArtifacts
from redo_py.store.packed import ROWS_AT_ONCE, SMALL, PackedArtifacts


def opened(folder: Path, max_total: int = 1 << 30) -> PackedArtifacts:
    return PackedArtifacts(str(folder), LocalArtifacts(str(folder), 1 << 20, max_total), Clock())


def key(content: bytes) -> bytes:
    return digest(FILE, content)


def put(artifacts: PackedArtifacts, content: bytes) -> bytes:
    assert artifacts.put_bytes(content, key(content))
    return key(content)


@pytest.mark.parametrize("content", [b"", b"x", b"x" * SMALL, b"x" * (SMALL + 1)])
def test_what_is_kept_comes_back_also_in_another_process(tmp_path: Path, content: bytes) -> None:
    artifacts = opened(tmp_path / "a")
    put(artifacts, content)
    assert artifacts.have([key(content), key(b"else")]) == [True, False]
    artifacts.close()
    later = opened(tmp_path / "a")
    assert later.have([key(content)]) == [True]
    assert later.read_bytes(key(content), FILE) == content
    assert later.fetch(key(content), str(tmp_path / "out"), executable=True)
    assert (tmp_path / "out").read_bytes() == content
    assert os.access(tmp_path / "out", os.X_OK)
    later.close()


def test_only_large_contents_are_files(tmp_path: Path) -> None:
    artifacts = opened(tmp_path)
    put(artifacts, b"small")
    put(artifacts, b"l" * (SMALL + 1))
    artifacts.close()
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {"small.db", key(b"l" * (SMALL + 1)).hex()[1:]}


def test_a_content_is_verified_in_its_domain(tmp_path: Path) -> None:
    artifacts = opened(tmp_path)
    artifacts.put_bytes(b"not what the digest says", key(b"other"))
    assert artifacts.read_bytes(key(b"other"), FILE) is None
    assert not artifacts.fetch(key(b"other"), str(tmp_path / "out"), executable=False)
    assert not (tmp_path / "out").exists()
    assert artifacts.have([key(b"other")]) == [False], "so that it can be kept anew"
    put(artifacts, b"other")
    artifacts.flush()
    assert artifacts.read_bytes(key(b"other"), FILE) == b"other"
    listing = digest(DIRECTORY, b"listing")
    artifacts.put_bytes(b"listing", listing)
    assert artifacts.read_bytes(listing, DIRECTORY) == b"listing"
    assert artifacts.read_bytes(listing, FILE) is None


def test_rows_are_written_when_there_are_many_and_when_it_closes(tmp_path: Path) -> None:
    artifacts = opened(tmp_path)
    keys = [put(artifacts, b"%d" % number) for number in range(ROWS_AT_ONCE)]
    assert opened(tmp_path).have(keys) == [True] * ROWS_AT_ONCE
    last = put(artifacts, b"one more")
    assert opened(tmp_path).have([last]) == [False]
    artifacts.close()
    assert opened(tmp_path).have([last]) == [True]


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + bytes(5000)])
def test_a_damaged_database_is_an_empty_one(tmp_path: Path, damage: bytes) -> None:
    artifacts = opened(tmp_path)
    kept = put(artifacts, b"x")
    artifacts.close()
    (tmp_path / "small.db").write_bytes(damage)
    damaged = opened(tmp_path)
    assert damaged.have([kept]) == [False]
    put(damaged, b"y")
    damaged.close()
    again = opened(tmp_path)
    put(again, b"z")
    again.close()
    assert opened(tmp_path).have([key(b"z")]) == [True]


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    artifacts = opened(tmp_path / "file" / "below")
    artifacts.put_bytes(b"x", key(b"x"))
    artifacts.close()
    assert opened(tmp_path / "file" / "below").have([key(b"x")]) == [False]


def test_trim_drops_what_was_not_used_for_longest(tmp_path: Path) -> None:
    contents = [bytes([number]) * 10_000 for number in range(40)]
    for content in contents[:20]:
        artifacts = opened(tmp_path)
        put(artifacts, content)
        artifacts.close()
    used = opened(tmp_path)
    assert used.read_bytes(key(contents[0]), FILE)
    for content in contents[20:]:
        put(used, content)
    used.close()
    trimmed = opened(tmp_path, max_total=800_000)  # a quarter of it is for small ones
    assert trimmed.trim(lambda: [key(contents[1])]) == 22
    assert trimmed.have([key(content) for content in contents[:20]]) == [True, True] + [False] * 18
    assert trimmed.trim(tuple) == 0


def test_damage_anywhere_in_its_schema_is_survived(tmp_path: Path) -> None:
    """SQLite quotes a damaged text in its message, which is no UTF-8 any more."""
    artifacts = opened(tmp_path)
    put(artifacts, b"kept")
    artifacts.close()
    whole = (tmp_path / "small.db").read_bytes()
    start = whole.index(b"tablesmallsmall")
    for place in range(start - 8, start + 120):
        (tmp_path / "small.db").write_bytes(whole[:place] + b"\xd8" + whole[place + 1 :])
        damaged = opened(tmp_path)
        assert damaged.read_bytes(key(b"kept"), FILE) in (None, b"kept")
        put(damaged, b"new")
        damaged.trim(set)
        damaged.entries()
        damaged.remove([key(b"new")])
        damaged.close()


def test_damaged_rows_are_entries_like_others(tmp_path: Path) -> None:
    artifacts = opened(tmp_path)
    put(artifacts, b"kept")
    put(artifacts, b"lost")
    artifacts.close()
    with closing(sqlite3.connect(tmp_path / "small.db")) as connection, connection:
        connection.execute("UPDATE small SET content = NULL, used = 'text' WHERE content = ?", (b"lost",))
        connection.execute("INSERT INTO small VALUES ('text', 1, x'00')")
    damaged = opened(tmp_path)
    assert sorted(damaged.entries())[0] == (0, 0, key(b"lost"))
    damaged.trim(set)
    damaged.remove([key(b"lost")])
    assert [digest for _, _, digest in damaged.entries()] == [key(b"kept")]
    damaged.close()


def test_a_content_of_another_type_is_no_content(tmp_path: Path) -> None:
    artifacts = opened(tmp_path)
    put(artifacts, b"kept")
    artifacts.close()
    with closing(sqlite3.connect(tmp_path / "small.db")) as connection, connection:
        connection.execute("UPDATE small SET content = 'text'")
    damaged = opened(tmp_path)
    assert damaged.have([key(b"kept")]) == [False]
    assert damaged.read_bytes(key(b"kept"), FILE) is None
    damaged.close()

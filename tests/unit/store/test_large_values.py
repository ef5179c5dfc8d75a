"""Large values are files among the artifacts; without its file a value is not kept."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from redo_py.ground import hashing
from redo_py.ground.clock import Clock
from redo_py.query.log.calls import value_text
from redo_py.records import CALL as RECORDED
from redo_py.records import EXECUTION, JOB, KEPT, TRACE, VALUE
from redo_py.store.artifacts import LocalArtifacts
from redo_py.store.large_values import BEGINNING, LargeValues
from redo_py.store.sqlite import SqliteStore
from redo_py.values.codec import dump

LIMIT = 40_000
EVALUATION, CALL, EMPTY = b"e" * 16, b"c" * 16, b"d" * 16


def opened(folder: Path) -> SqliteStore:
    artifacts = LocalArtifacts(f"{folder}/artifacts")
    return SqliteStore(f"{folder}/state.db", Clock(), large=LargeValues(artifacts, LIMIT))


def remember(store: SqliteStore, value: object) -> bytes:
    """Record `value` as the result of the evaluation; its digest."""
    digest, form, content = dump(value)
    store.write(
        [
            (VALUE, (digest, form, content, "")),
            (TRACE, (EVALUATION, EMPTY, digest, CALL, b"", b"", 1.0)),
        ]
    )
    return digest


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "artifacts").rglob("*") if path.is_file() and len(path.parent.name) == 1)


@pytest.mark.parametrize("value", [b"x" * 100_000, ["text"] * 10_000, {"a": list(range(9000))}])
def test_a_large_value_is_a_file_and_comes_back(tmp_path: Path, value: object):
    store = opened(tmp_path)
    digest = remember(store, value)
    _, form, content = dump(value)
    [file] = files_in(tmp_path)
    assert file.read_bytes() == content
    ((kept_form, kept),) = store.rows(VALUE, {"value": digest}, columns=["format", "bytes"])
    assert kept_form == KEPT + form
    assert len(kept) == 24 + BEGINNING
    store.close()
    again = opened(tmp_path)
    assert again.values([digest]) == [(form, content)]
    [[trace]] = again.lookup([EVALUATION])
    assert (trace.value_format, trace.value_bytes) == (form, content)


def test_a_small_value_is_a_row(tmp_path: Path):
    store = opened(tmp_path)
    digest = remember(store, b"x" * 30_000)
    assert files_in(tmp_path) == []
    assert store.values([digest]) == [dump(b"x" * 30_000)[1:]]


@pytest.mark.parametrize("harm", ["gone", "torn", "changed"])
def test_what_is_lost_is_a_miss(tmp_path: Path, harm: str):
    store = opened(tmp_path)
    digest = remember(store, b"x" * 100_000)
    [file] = files_in(tmp_path)
    if harm == "gone":
        file.unlink()
    elif harm == "torn":
        file.write_bytes(file.read_bytes()[:1000])
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"y")
    assert store.lookup([EVALUATION]) == [[]]
    assert store.values([digest]) == [None]
    remember(store, b"x" * 100_000)
    [[trace]] = store.lookup([EVALUATION])
    assert trace.value_bytes == dump(b"x" * 100_000)[2]


def test_a_store_without_the_folder_has_none_of_them(tmp_path: Path):
    store = opened(tmp_path)
    digest = remember(store, b"x" * 100_000)
    store.close()
    reader = SqliteStore(f"{tmp_path}/state.db", Clock(), reading=True)
    assert reader.values([digest]) == [None]
    assert reader.lookup([EVALUATION]) == [[]]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path):
    (tmp_path / "artifacts").write_text("no folder")
    store = opened(tmp_path)
    digest = remember(store, b"x" * 100_000)
    assert store.values([digest]) == [None]


def test_which_files_are_needed(tmp_path: Path):
    store = opened(tmp_path)
    digest = remember(store, b"x" * 100_000)
    execution = b"r" * 16
    store.write(
        [
            (EXECUTION, (execution, 1.0, 1.0, "failed", "", "", "1", "run", None)),
            (JOB, (execution, 0, None, CALL, "task", "task", "ran", "", 1.0, 1.0, None, None)),
            (RECORDED, (CALL, "task", EMPTY, EMPTY, digest, None)),
        ]
    )
    name = hashing.digest(hashing.FILE, dump(b"x" * 100_000)[2])
    assert store.collect(0.0, True).large == {name}
    store.write([(EXECUTION, (b"s" * 16, 2.0, 2.0, "done", "", "", "1", "run", None))])
    assert store.collect(inf, False).large == set()  # the last execution that ended well does not need it


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 100_000, "'xxxxxxxxxxxxx... (97.7 KiB)"),
        (list(range(9000)), "[0, 1, 2, 3, 4... (96.6 KiB)"),
        (b"\0" * 5_000_000, "b'\\x00\\x00\\x00... (4.8 MiB)"),
    ],
)
def test_how_it_is_shown(tmp_path: Path, value: object, text: str):
    store = opened(tmp_path)
    digest = remember(store, value)
    [row] = store.rows(VALUE, {"value": digest})
    assert value_text(row, 17) == text


def test_a_value_whose_file_is_lost_is_kept_anew_under_other_bytes(tmp_path: Path):
    store = opened(tmp_path)
    digest, form, content = dump(b"x" * 100_000)
    otherwise = content + b"."  # as a pickle of an equal value may be another one
    store.write([(VALUE, (digest, form, content, ""))])
    [file] = files_in(tmp_path)
    file.unlink()
    store.write([(VALUE, (digest, form, otherwise, ""))])
    assert store.values([digest]) == [(form, otherwise)]
    store.close()
    assert opened(tmp_path).values([digest]) == [(form, otherwise)]


def test_a_value_that_is_a_row_stays_as_it_is(tmp_path: Path):
    store = opened(tmp_path)
    digest, form, content = dump(b"small")
    store.write([(VALUE, (digest, form, content, ""))])
    store.write([(VALUE, (digest, form, content + b".", ""))])
    assert store.values([digest]) == [(form, content)]

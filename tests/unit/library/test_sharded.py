"""Tables in several files: written, read, and known by what they hold."""

from __future__ import annotations

import uuid
from pathlib import Path

import pandas as pd
import pytest

from redo_py import Dir, File, ShardedDataset, ShardedS3Dataset
from redo_py.ground.nested import collect
from redo_py.library.sharded import move_folder
from redo_py.values.encoding import digest_of
from redo_py.values.file import Observed
from redo_py.values.spelling import without_writing
from tests.parts.clouds import MAKERS, new_cloud

TABLE = pd.DataFrame({"name": ["a", "b", "c", "d", "e"], "count": [1, 2, 3, 4, 5]})


@pytest.fixture(params=["local", "memory", *MAKERS])
def top(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "local":
        return str(tmp_path / "table")
    if request.param == "memory":
        return f"memory://{uuid.uuid4().hex}"
    return f"{new_cloud(request, request.param).top}/{uuid.uuid4().hex}"


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_what_is_written_is_read(top: str, form: str):
    made = ShardedS3Dataset.from_data(TABLE, top, form, rows_per_shard=2)
    assert made.filenames == [f"{top}/part-0000{number}.{form}" for number in range(3)]
    pd.testing.assert_frame_equal(made.load_pandas(), TABLE)
    assert [len(shard) for shard in made.load_pandas_shards()] == [2, 2, 1]
    assert list(made.load_pandas()["count"]) == [1, 2, 3, 4, 5]


def test_it_is_known_by_names_and_contents(top: str):
    made = ShardedS3Dataset.from_data([TABLE, TABLE], top, "csv")
    before = made.hash
    assert made.is_valid()
    assert ShardedS3Dataset(top + "/", "csv").hash == before
    File(f"{top}/notes.txt").write("something else")
    assert made.is_valid()
    shard = made.files[1]
    text = shard.read()
    shard.write(text.replace("e,5", "e,6"))  # as long as it was
    assert not made.is_valid()
    shard.write(text)
    assert made.is_valid() is not top.startswith("az:")  # where each write counts
    shard.copy_to(f"{top}/sub/part.csv")
    assert not made.is_valid()
    assert ShardedS3Dataset(top, "csv", recurse=False).filenames == made.filenames[:2]


def test_it_replaces_what_was_there(top: str):
    ShardedS3Dataset.from_data([TABLE] * 3, top, "csv")
    File(f"{top}/notes.txt").write("stays")
    made = ShardedS3Dataset.from_data(TABLE, top, "csv")
    assert [file.basename() for file in Dir(top)] == ["notes.txt", "part-00000.csv"]
    pd.testing.assert_frame_equal(made.load_pandas(), TABLE)


def test_from_files(tmp_path: Path):
    top = str(tmp_path)
    made = ShardedS3Dataset.from_data([TABLE, TABLE], f"{top}/one", "csv")
    assert ShardedS3Dataset.from_files(made.files) == made
    with pytest.raises(ValueError, match=r"part-00001\.csv is also below"):
        ShardedS3Dataset.from_files(made.files[:1])
    with pytest.raises(ValueError, match=r"none\.csv is missing"):
        ShardedS3Dataset.from_files([*made.files, File(f"{top}/one/none.csv")])
    with pytest.raises(ValueError, match="several formats are no dataset: csv, json"):
        ShardedS3Dataset.from_files([*made.files, File(f"{top}/one/a.json")])
    with pytest.raises(ValueError, match="at least one file"):
        ShardedS3Dataset.from_files([])


def test_what_cannot_be(tmp_path: Path):
    with pytest.raises(ValueError, match="a dataset has the format parquet, csv or json, not 'xls'"):
        ShardedS3Dataset(str(tmp_path), "xls")
    with pytest.raises(FileNotFoundError, match="there are no parquet files below"):
        ShardedS3Dataset(str(tmp_path)).load_pandas()
    with pytest.raises(ValueError, match="at least one row"):
        ShardedS3Dataset.from_data(TABLE, str(tmp_path), rows_per_shard=0)


def test_the_format_counts(tmp_path: Path):
    one, other = ShardedS3Dataset(str(tmp_path), "csv"), ShardedS3Dataset(str(tmp_path), "json")
    assert one.hash
    assert other.hash
    assert digest_of(one) != digest_of(other)


def test_its_files_are_seen_inside_of_it():
    made = ShardedS3Dataset("s3://bucket/table")
    assert collect([made], Observed) == [made.shards]
    assert made.shards.pattern == "s3://bucket/table/**/*.parquet"
    assert repr(made) == "ShardedS3Dataset(path=s3://bucket/table, format=parquet)"


def test_what_spark_puts_into_names_does_not_count(top: str):
    one, other = uuid.uuid4(), uuid.uuid4()
    made = ShardedDataset(top, "csv")
    for number in range(2):
        File(f"{top}/k={number}/part-0000{number}-{one}.c000.csv").write(f"{number}\n")
    before, manifest = made.hash, made.manifest()
    assert [name for name, _, _ in manifest] == ["k=0/part-00000.c000.csv", "k=1/part-00001.c000.csv"]
    assert [size for _, size, _ in manifest] == [2, 2]
    for number in range(2):
        File(f"{top}/k={number}/part-0000{number}-{one}.c000.csv").remove()
        File(f"{top}/k={number}/part-0000{number}-{other}.c000.csv").write(f"{number}\n")
    keeps_marks = not top.startswith("az:")  # where each write counts
    assert made.is_valid() is keeps_marks
    assert (ShardedDataset(top, "csv").hash == before) is keeps_marks
    assert (made.manifest() == manifest) is keeps_marks
    File(f"{top}/k=1/part-00001-{other}.c000.csv").write("2\n")
    assert not made.is_valid()


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("t/part-00003-0b6d9b1a-5b5c-4a4e-9f0e-0123456789ab-c000.snappy.parquet", "t/part-00003-c000.snappy.parquet"),
        ("part-00003-0b6d9b1a-5b5c-4a4e-9f0e-0123456789ab.c000.csv", "part-00003.c000.csv"),
        ("part-00003.csv", "part-00003.csv"),
        ("part-0000x-0b6d9b1a-5b5c-4a4e-9f0e-0123456789ab.csv", "part-0000x-0b6d9b1a-5b5c-4a4e-9f0e-0123456789ab.csv"),
        ("0b6d9b1a-5b5c-4a4e-9f0e-0123456789ab.csv", "0b6d9b1a-5b5c-4a4e-9f0e-0123456789ab.csv"),
    ],
)
def test_names_without_it(name: str, counted: str):
    assert without_writing(name) == counted


def test_a_folder_goes_elsewhere(top: str):
    File(f"{top}/here/a/part-00000.csv").write("x")
    move_folder(f"{top}/here", f"{top}/there")
    assert [file.path for file in Dir(top)] == [f"{top}/there/a/part-00000.csv"]

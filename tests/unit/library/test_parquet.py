"""Footers of Parquet files in order: the same rows as the same bytes, whichever JVM has written them."""

from __future__ import annotations

import uuid
from pathlib import Path

import pandas as pd
import pytest

from redo_py import File
from redo_py.library.parquet import Unknown, Walk, in_order, settle_footers

TABLE = pd.DataFrame({"name": ["a", "b", None], "count": [1, 2, 3], "is": [True, False, True]})


@pytest.fixture(params=["local", "memory"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> File:
    """A file of two groups of rows."""
    top = str(tmp_path) if request.param == "local" else f"memory://{uuid.uuid4().hex}"
    made = File(f"{top}/part-00000.parquet")
    with made.open("wb") as stream:
        TABLE.to_parquet(stream, row_group_size=2)
    return made


def footer_of(content: bytes) -> tuple[int, bytes]:
    length = int.from_bytes(content[-8:-4], "little")
    return len(content) - 8 - length, content[-8 - length : -8]


def turned(content: bytes) -> bytes:
    """The same file with each list of encodings the other way round."""
    place, footer = footer_of(content)
    made = bytearray(content)
    for start, end in Walk(footer).found:
        made[place + start : place + end] = footer[start:end][::-1]
    return bytes(made)


def test_the_order_of_encodings_does_not_count(file: File):
    first = file.read("rb")
    assert len(Walk(footer_of(first)[1]).found) == 2 * 3
    settle_footers([file])
    settled = file.read("rb")
    other = turned(first)
    assert other != first
    file.write(other, "wb")
    settle_footers([file])
    assert file.read("rb") == settled
    with file.open("rb") as stream:
        pd.testing.assert_frame_equal(pd.read_parquet(stream), TABLE)


def test_sums_that_would_no_longer_fit_go(tmp_path: Path):
    file = File(str(tmp_path / "part-00000.parquet"))
    with file.open("wb") as stream:
        TABLE.to_parquet(stream)
    settle_footers([file])
    sums = tmp_path / ".part-00000.parquet.crc"
    sums.write_text("sums")
    settle_footers([file])
    assert sums.exists()
    file.write(turned(file.read("rb")), "wb")
    settle_footers([file])
    assert not sums.exists()


@pytest.mark.parametrize("content", [b"", b"PAR1", b"some text that is longer", b"\xff\xff\xff\x7fPAR1" * 2])
def test_what_is_no_parquet_stays(tmp_path: Path, content: bytes):
    file = File(str(tmp_path / "x.parquet"))
    file.write(content, "wb")
    settle_footers([file])
    assert file.read("rb") == content


def test_footers_that_are_broken():
    with pytest.raises(Unknown, match="it ends too early"):
        in_order(b"\x15")
    with pytest.raises(Unknown, match="a field has the type 14"):
        in_order(b"\x1e")

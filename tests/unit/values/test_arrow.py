"""Columns of Arrow, and tables of pandas with text in them, are told apart by content."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from redo_py.values.codec import dump, load
from redo_py.values.encoding import digest_of

WORDS = pa.array(["x", "yy", None, "zzz"])


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"name": ["x", "y", None], "n": [1, 2, 3], "kind": pd.Categorical(["u", "v", "u"])}),
        pd.DataFrame({"name": ["x", "y", None] * 3}).iloc[1:4],
        pd.Series([1, None], dtype="int64[pyarrow]"),
        pd.DataFrame({"name": ["x"]}).set_index("name"),
        pa.table({"a": [1, 2], "b": ["x", None]}),
        pa.chunked_array([["x"], ["y", None]]),
        WORDS.dictionary_encode(),
        pa.array([{"a": [1]}, None]),
        pa.py_buffer(b"abc"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_kind_comes_back(value: Any) -> None:
    digest, format_, data = dump(value)
    assert digest_of(load(format_, data)) == digest
    assert digest_of([value]) != digest


def test_what_memory_holds_around_a_part_does_not_count() -> None:
    part = WORDS.slice(1, 2)
    before = digest_of(part)
    assert part.null_count == 1  # counted when it is asked for, and kept
    assert digest_of(part) == before == digest_of(pa.array(["yy", None]))


@pytest.mark.parametrize(
    "other",
    [
        pa.array(["x", "yy", None, "zz!"]),
        pa.array(["x", "yy", "", "zzz"]),
        WORDS.cast(pa.large_string()),
        WORDS.dictionary_encode(),
        pa.chunked_array([WORDS]),
        WORDS.to_pylist(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_all_else_does(other: Any) -> None:
    assert digest_of(other) != digest_of(WORDS)


def test_a_dictionary_counts() -> None:
    assert digest_of(pa.array(["a", "b"]).dictionary_encode()) != digest_of(pa.array(["a", "c"]).dictionary_encode())


def test_names_of_columns_and_texts_of_a_table_count() -> None:
    tables = [pd.DataFrame({name: [text]}) for name in "ab" for text in "ab"]
    assert len({digest_of(table) for table in tables}) == len(tables)


@pytest.mark.parametrize("kind", ["Int64", "int64[pyarrow]"])
def test_what_pandas_keeps_of_its_properties_does_not_count(kind: str) -> None:
    table = pd.DataFrame({"a": pd.array([1, None], dtype=kind)})
    before = digest_of(table)
    assert table["a"].dtype == kind
    assert "<NA>" in repr(table)
    assert table["a"].dtype.kind == "i"
    assert digest_of(table) == before

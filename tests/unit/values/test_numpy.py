"""Arrays are told apart by content, shape and dtype, never by their layout in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from redo_py.values.codec import dump, load
from redo_py.values.encoding import digest_of, encode

GRID = np.arange(12, dtype="<i4").reshape(3, 4)


@pytest.mark.parametrize(
    "other",
    [
        GRID.copy(),
        np.asfortranarray(GRID),
        np.repeat(GRID, 2, axis=0)[::2],
        GRID[::-1][::-1],
        GRID.T.copy().T,
        np.concatenate([GRID, GRID])[:3],
    ],
)
def test_the_layout_does_not_count(other: Any) -> None:
    assert encode(other) == encode(GRID)


@pytest.mark.parametrize(
    "other",
    [
        GRID.T,
        GRID.ravel(),
        GRID.astype("<i8"),
        GRID.astype(">i4"),
        GRID.astype("<u4"),
        GRID.astype(object),
        GRID.tolist(),
        GRID.tobytes(),
        GRID + 1,
        GRID.view(np.recarray),
        np.ma.masked_array(GRID, GRID > 3),
    ],
)
def test_all_else_does(other: Any) -> None:
    assert encode(other) != encode(GRID)


def test_scalars_are_no_arrays_and_no_numbers() -> None:
    values = [np.float64(1), np.array(1.0), 1.0, np.float32(1), np.int64(1), 1, np.bool_(True), True]
    assert len({encode(value) for value in values}) == len(values)


@pytest.mark.parametrize(
    "value",
    [
        np.array(["a", "bc"]),
        np.array([b"a"]),
        np.array(["2024-01-01"], dtype="datetime64[D]"),
        np.array([(1, 2.5)], dtype=[("x", "<i4"), ("y", "<f8")]),
        np.array([{"k": [1]}, None], dtype=object),
        np.array([], dtype="<f8"),
        np.zeros((0, 3)),
        np.array(["a", "bc"], dtype=np.dtypes.StringDType()),
        np.float64("nan"),
        np.dtype("<f8"),
        np.sin,
        np.random.default_rng(7),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_kind_comes_back(value: Any) -> None:
    digest, format_, data = dump(value)
    assert format_ == "pickle"
    assert digest_of(load(format_, data)) == digest
    assert digest_of([value]) != digest


def test_content_counts_for_every_kind() -> None:
    def strings(*texts: str) -> Any:
        return np.array(texts, dtype=np.dtypes.StringDType())

    assert encode(strings("a", "b")) != encode(strings("a", "c"))
    assert encode(np.array([[1], 2], dtype=object)) != encode(np.array([[1], 3], dtype=object))
    assert encode(np.sin) != encode(np.cos)


def test_pinned() -> None:
    assert digest_of(GRID).hex() == "7af60b8d8c6d2094dcd3023d27fad45e"

"""Which tables of Spark `redun gc` drops."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from redo_py.app.care.datasets import AGE, forgotten_datasets

KEPT, LOST, AFAR = ("0123456789abcdef" * 2, "f" * 32, "e" * 32)


class Values:
    """A store with one page of values."""

    def rows(self, *_: Any, **__: Any) -> list[tuple[bytes, bytes]]:
        return [(b"1", b"...parquet.redun/datasets/%s." % KEPT.encode()), (b"2", f"a{LOST}".encode())]


def test_what_no_value_names_and_what_was_left_half_written(tmp_path: Path):
    state = str(tmp_path)
    lost = [f"datasets/{LOST}", "datasets/writing/half", f"scratch/datasets/{AFAR}", "scratch/datasets/writing/half"]
    for name in (*lost, f"datasets/{KEPT}", f"scratch/datasets/{KEPT}"):
        (tmp_path / name).mkdir(parents=True)
    store, now = Values(), time.time()
    assert forgotten_datasets(store, state, now + 2 * AGE) == [f"{state}/{name}" for name in lost]
    assert forgotten_datasets(store, state, now) == [], "a young one may be of a run that goes on"
    assert forgotten_datasets(store, str(tmp_path / "nothing"), now) == []

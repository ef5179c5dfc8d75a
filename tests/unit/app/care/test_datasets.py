"""Which tables of Spark `redun gc` drops."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from redo_py.app.care.datasets import AGE, forgotten_datasets
from redo_py.store.memory import MemoryStore
from tests.conformance.store_suite import value

NAMING = f"...parquet.redun/datasets/{'0123456789abcdef' * 2}."
KEPT, LOST, AFAR = ("0123456789abcdef" * 2, "f" * 32, "e" * 32)


class Values(MemoryStore):
    """A store with values."""

    def __init__(self, *contents: str) -> None:
        super().__init__()
        self.write([value(number, content.encode()) for number, content in enumerate(contents)])


def nobody_asks() -> list[Values]:
    raise AssertionError("there is nothing to be looked for in records")


@pytest.mark.parametrize("stores", [[Values(NAMING, f"a{LOST}")], [Values(f"a{LOST}"), Values(NAMING)]])
def test_what_no_value_names_and_what_was_left_half_written(tmp_path: Path, stores: list[Values]):
    state = str(tmp_path)
    lost = [f"datasets/{LOST}", "datasets/writing/half", f"scratch/datasets/{AFAR}", "scratch/datasets/writing/half"]
    for name in (*lost, f"datasets/{KEPT}", f"scratch/datasets/{KEPT}"):
        (tmp_path / name).mkdir(parents=True)
    now = time.time()
    assert forgotten_datasets(lambda: stores, state, now + 2 * AGE) == [f"{state}/{name}" for name in lost]
    assert forgotten_datasets(nobody_asks, state, now) == [], "a young one may be of a run that goes on"
    assert forgotten_datasets(nobody_asks, str(tmp_path / "nothing"), now) == []

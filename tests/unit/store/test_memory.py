"""The store in memory does what a store must do."""

from __future__ import annotations

import pytest

from redo_py.records import VALUE, Buffer
from redo_py.store.memory import MemoryStore
from tests.conformance.store_suite import StoreSuite, digest, value


class TestMemory(StoreSuite):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()


def test_stays_readable_after_close():
    store = MemoryStore()
    store.write([value(1)])
    store.close()
    assert store.values([digest(1)]) == [("canonical", b"content")]


def test_what_is_missing_in_one_record_and_too_much_in_the_next():
    store, buffer = MemoryStore(), Buffer()
    buffer[VALUE] += (digest(1), "canonical", b"")
    buffer[VALUE] += (digest(2), "canonical", b"", "", "")
    with pytest.raises(ValueError, match="a record of value has a bytes for its preview"):
        store.write(buffer)
    assert sum(store.counts().values()) == 0

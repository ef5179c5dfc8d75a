"""The store in memory does what a store must do."""

from __future__ import annotations

import pytest

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

"""The store in SQLite does what a store must do, with everything in mind and with nothing in mind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from redo_py.ground.clock import Clock
from redo_py.store.sqlite import SqliteStore
from tests.conformance.store_suite import FullStore, StoreSuite


class Forgetful:
    """A SqliteStore that is closed and opened again before each call."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._store = SqliteStore(path, Clock())

    def __getattr__(self, name: str) -> object:
        self._store.close()
        self._store = SqliteStore(self._path, Clock())
        return getattr(self._store, name)


class TestSqlite(StoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[FullStore]:
        store = SqliteStore(str(tmp_path / "state.db"), Clock())
        yield store
        store.close()


class TestReopened(StoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[FullStore]:
        store = Forgetful(str(tmp_path / "state.db"))
        yield store  # type: ignore[misc]
        store.close()  # type: ignore[operator]

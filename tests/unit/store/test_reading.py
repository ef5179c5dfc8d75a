"""Opening a database only to read it: nothing is made, set aside or locked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.errors import StoreError
from redo_py.records import VALUE
from redo_py.store.sqlite import SqliteStore
from tests.conformance.store_suite import digest, value
from tests.unit.store.forked import await_all, fork
from tests.unit.store.test_opening import NOBODY, TO_VERSION_1, executing, filled, overwritten, truncated

UNUSABLE = [
    (truncated(0), "it is empty"),
    (truncated(4096), "database disk image is malformed"),
    (overwritten(0, 16), "file is not a database"),
    (Path.unlink, "it is gone"),
    (executing("DROP TABLE meta"), "it is not a database of redun"),
    (executing("UPDATE meta SET value = 'md5' WHERE key = 'algorithm'"), "it was made with another way of hashing"),
]


def reading(path: Path) -> SqliteStore:
    return SqliteStore(str(path), Clock(), pytest.fail, reading=True)


def as_nobody(work: Callable[[], None]) -> None:
    """Do `work` as a user to whom permissions apply."""
    assert await_all([fork(work, NOBODY if os.geteuid() == 0 else None)]) == [0]


def values_in(store: SqliteStore) -> int:
    return len(list(store.rows(VALUE, columns=["value"])))


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users may enter, with a database that they may read: not below the one of pytest, which any
    pytest that starts closes to them."""
    with TemporaryDirectory(prefix="shared-") as folder:
        Path(folder).chmod(0o755)
        filled(Path(folder) / "state.db")
        (Path(folder) / "state.db").chmod(0o444)
        yield Path(folder)


@pytest.mark.parametrize(("damage", "reason"), UNUSABLE)
def test_what_is_unusable_is_told_and_stays(tmp_path: Path, damage: Callable[[Path], None], reason: str) -> None:
    path = tmp_path / "state.db"
    filled(path)
    damage(path)
    before = sorted(os.listdir(tmp_path))
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            reading(path)
        assert str(caught.value) == (
            f"redun: {path} cannot be read: {reason}\n"
            "  hint: the next `redun build` or `redun run` sets it aside and starts with an empty one"
        )
    assert sorted(os.listdir(tmp_path)) == before


def test_while_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    filled(path)
    writer = SqliteStore(str(path), Clock())
    reader = reading(path)
    before = values_in(reader)
    writer.write([value(number) for number in range(1000, 1010)])
    assert values_in(reader) == before + 10
    reader.close()
    writer.close()


def test_an_older_one_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    filled(path)
    for statement in TO_VERSION_1:
        executing(statement)(path)
    store = reading(path)
    assert store.values([digest(1)]) == [("canonical", b"content 1")]
    store.close()


@pytest.mark.parametrize("mode", [0o555, 0o777])
def test_one_that_cannot_be_written(shared_folder: Path, mode: int) -> None:
    shared_folder.chmod(mode)
    before = sorted(os.listdir(shared_folder))

    def read() -> None:
        store = reading(shared_folder / "state.db")
        assert store.values([digest(1)]) == [("canonical", b"content 1")]
        assert values_in(store) == 300
        assert store.beginning(digest(7).hex(), 5) == [digest(7)]
        store.close()

    as_nobody(read)
    assert sorted(os.listdir(shared_folder)) == before


def test_an_older_one_that_cannot_be_written(shared_folder: Path) -> None:
    path = shared_folder / "state.db"
    path.chmod(0o644)
    for statement in TO_VERSION_1:
        executing(statement)(path)
    path.chmod(0o444)
    shared_folder.chmod(0o555)

    def read() -> None:
        with pytest.raises(StoreError) as caught:
            reading(path)
        assert str(caught.value) == (
            f"redun: {path} was made by an older redun, and cannot be brought up to date because it cannot be written\n"
            "  hint: give yourself write permission to the file and to its folder, or read a copy of it"
        )

    as_nobody(read)


def test_one_that_cannot_be_read(shared_folder: Path) -> None:
    path = shared_folder / "state.db"
    path.chmod(0)

    def read() -> None:
        with pytest.raises(StoreError) as caught:
            reading(path)
        assert str(caught.value).startswith(f"redun: {path} cannot be opened: unable to open database file\n")

    as_nobody(read)

"""Who makes a path: the store and the disk are asked for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from redo_py.app.planner import RedunfilePlanner
from redo_py.files.memory import MemoryFiles
from redo_py.ground.errors import UsageError
from redo_py.records import LEDGER
from redo_py.store.memory import MemoryStore


class Counting(MemoryStore):
    """Knows what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def ledger(self, paths: Sequence[str]) -> list[Any]:
        self.asked.append(f"about {len(paths)}")
        return super().ledger(paths)

    def rows(self, table: Any, *rest: Any, **named: Any) -> Iterable[Any]:
        self.asked.append("for all")
        return super().rows(table, *rest, **named)


def put_there(world: SimpleNamespace, path: str, origin: str) -> None:
    """Redun has put a file at `path`."""
    world.files.write(path, path.encode())
    [stamp] = world.files.observe_outputs([path])
    world.store.write([(LEDGER, (path, stamp.digest, stamp.kind, origin))])


@pytest.fixture
def world() -> SimpleNamespace:
    """Headers that a run has made, and one of a rule that is gone."""
    files, store = MemoryFiles(), Counting()
    found = SimpleNamespace(files=files, store=store)
    rules = SimpleNamespace(
        sources={},
        owners=SimpleNamespace(is_source=lambda path: False),
        expression_of=lambda path: None,
        leftover_error=lambda path: UsageError("leftover-input", path=path),
    )
    found.planner = RedunfilePlanner(rules, "/p", files, store)  # type: ignore[arg-type]
    for number in range(20):
        put_there(found, f"gen{number}.h", "gen.headers")
    put_there(found, "old.h", "old.h")
    return found


def test_many_are_asked_about_at_once(world: SimpleNamespace) -> None:
    paths = [f"gen{number}.h" for number in range(20)]
    world.planner.look_up(["/usr/include/stdio.h", *paths])
    assert [world.planner.producer(path) for path in (*paths, "/usr/include/stdio.h")] == [None] * 21
    assert world.store.asked == ["about 20", "for all"]
    world.planner.look_up([*paths, "old.h"])
    for _ in range(2):
        with pytest.raises(UsageError, match=r"old\.h is no source"):
            world.planner.producer("old.h")
    assert world.store.asked == ["about 20", "for all", "about 1"]
    assert world.planner.producer("alone.h") is None
    assert world.store.asked[3:] == ["about 1"]

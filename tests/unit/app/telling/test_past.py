"""Which execution is meant."""

from __future__ import annotations

import pytest

from redo_py.app.telling.past import found
from redo_py.ground.errors import UsageError
from redo_py.records import EXECUTION
from redo_py.store.memory import MemoryStore

IDS = (b"\xab\xcd" * 8, b"\xab\xce" * 8, b"\x12\x34" * 8)  # by moment, the oldest first


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore()
    for number, name in enumerate(IDS):
        made.write([(EXECUTION, (name, float(number), None, "done", "redun build", "", "1", "build", None))])
    return made


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("last", 2),
        ("-", 2),
        ("~1", 2),
        ("-1", 2),
        ("~2", 1),
        ("-2", 1),
        ("-3", 0),
        ("1", 2),
        ("abcd", 0),
        ("ABCE", 1),
        (IDS[0].hex(), 0),
    ],
)
def test_found(store: MemoryStore, asked: str, place: int):
    assert found(store, asked)[1][0] == IDS[place]


@pytest.mark.parametrize("asked", ["", "-0", "~0", "-4", "0", "~", "-1.0", "first", "abcd" * 9])
def test_not_found(store: MemoryStore, asked: str):
    with pytest.raises(UsageError) as caught:
        found(store, asked)
    assert str(caught.value) == (
        f"redun: there is no execution {asked}: the last one is 12341234\n"
        "  hint: `redun log` lists them, the newest first; `-` or `last` is that one, `~2` or `-2` the one before"
    )


def test_several_begin_like_this(store: MemoryStore):
    with pytest.raises(UsageError) as caught:
        found(store, "ab")
    assert str(caught.value) == (
        "redun: several executions begin with ab: abceabceabce, abcdabcdabcd\n  hint: write more of the id"
    )


def test_nothing_was_recorded():
    with pytest.raises(UsageError) as caught:
        found(None, "last")
    assert str(caught.value).startswith("redun: there is no execution last: nothing was built or run here yet\n")

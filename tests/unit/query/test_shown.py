"""Values as text, read from their encoding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.query.log.shown import CUT, Foreign, pairs, skip, text_of
from redo_py.tasks.task import TaskReference
from redo_py.values.encoding import encode
from redo_py.values.file import File, Output
from redo_py.values.handle import Handle
from redo_py.values.thread import Thread
from redo_py.values.unknown import ABSENT_DIGEST
from redo_py.values.value import TYPES, Value

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.tuples(inner, inner)
    | st.dictionaries(st.text() | st.integers(), inner, max_size=3) | st.frozensets(st.integers(), max_size=1),
    max_leaves=8,
)  # fmt: skip


class Sample(Value):
    """A type that whoever reads the log does not know."""

    __slots__ = ("fields",)
    type_name = "somewhere.else.Sample"

    def __init__(self, *fields: Any) -> None:
        self.fields = fields

    def state(self) -> tuple[Any, ...]:
        return self.fields


@given(PLAIN)
def test_plain_values_look_as_python_shows_them(value: Any) -> None:
    data = encode(value)
    assert text_of(data, 10**6) == repr(value)
    assert skip(data, 0) == len(data)


@given(PLAIN, st.integers(3, 40))
def test_long_ones_are_cut(value: Any, limit: int) -> None:
    whole = repr(value)
    expected = whole if len(whole) <= limit else whole[: limit - len(CUT)] + CUT
    assert text_of(encode(value), limit) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (set(), "set()"),
        ({7}, "{7}"),
        (frozenset(), "frozenset()"),
        (bytearray(b"x"), "bytearray(b'x')"),
        ("\udcff", "'\\udcff'"),
        (File("a b.c", bytes(range(16)), 1), "File(path=a b.c, hash=00010203)"),
        (File("new"), "File(path=new)"),
        (File("gone", ABSENT_DIGEST), "File(path=gone, absent)"),
        ({"x": [File("a", b"\xff" * 16)]}, "{'x': [File(path=a, hash=ffffffff)]}"),
        (Output("o/"), "Output('o', False)"),
        (TaskReference("a.b", b"\xab" * 16, ((), {"memory": 1})), "Task(a.b)"),
        ([Thread(b"\xcd" * 16), 1], "[Thread(cdcdcdcd), 1]"),
        (Sample((1,), {}, b"short"), "Sample((1,), {}, b'short')"),
        (Sample((1,), [], bytes(16)), f"Sample((1,), [], {bytes(16)!r})"),
        (Sample(), "Sample"),
        ([Sample(1), 2], "[Sample(1), 2]"),
        (Sample(1, [Sample("a", None)]), "Sample(1, [Sample('a', None)])"),
    ],
)
def test_others(value: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(value)
    monkeypatch.delitem(TYPES, Sample.type_name)  # it is not imported where the log is read
    assert text_of(data, 200) == text
    assert skip(data, 0) == len(data)


class Numbered(Handle):
    def __init__(self, name: Any, *more: Any) -> None:
        """A handle whose name may be anything."""


@pytest.mark.parametrize(
    "handle",
    [
        Handle("db"), Handle(name="db"), Handle("db").fork("left"), Numbered(5), Numbered(name=5), Numbered("'"),
        Numbered(File("a", b"\xab" * 16), 1), Numbered(("x", None)), Numbered(name=None), Numbered(True),
    ],
    ids=repr,
)  # fmt: skip
def test_a_handle_looks_as_it_does_itself(handle: Handle) -> None:
    data = encode([handle, 1])
    assert text_of(data, 200) == f"[{handle!r}, 1]"
    for place in range(len(data) - 1):
        with pytest.raises(Foreign):
            text_of(data[:place], 200)


def test_arguments() -> None:
    bound = {"x": 1, "files": [File("a", b"\xab" * 16)], "more": (), "long": "y" * 50}
    short = [("x", "1"), ("files", "[File(path=a, hash=abababab)]"), ("more", "()")]
    assert pairs(encode(bound), 100) == [*short, ("long", repr("y" * 50))]
    assert pairs(encode(bound), 12)[3] == ("long", "'yyyyyyyy...")


def test_what_only_a_pickle_gives_back() -> None:
    for value in (Decimal(1), sum, pytest.Item):
        with pytest.raises(Foreign):
            text_of(encode({"a": value}), 100)
    with pytest.raises(Foreign):
        pairs(encode({"a": 1, "b": sum}), 100)
    with pytest.raises(Foreign):
        pairs(encode([1]), 100)


@given(PLAIN, st.integers(0, 30), st.integers(0, 255))
def test_damaged_bytes_are_foreign_or_something(value: Any, place: int, byte: int) -> None:
    data = bytearray(encode(value))
    data[place % len(data)] = byte
    for damaged in (bytes(data), bytes(data[: place % len(data)])):
        try:
            assert isinstance(text_of(damaged, 100), str)
        except Foreign:
            assert True


def test_a_deep_nest_and_a_long_text() -> None:
    nest: Any = 1
    for _ in range(100_000):
        nest = [nest]
    assert text_of(encode(nest), 10) == "[[[[[[[..."
    assert text_of(encode("x" * 10**6), 10) == "'xxxxxx..."
    assert text_of(encode(10**400), 10) == "1000000..."
    assert text_of(encode(2**10_000), 30) == "<1251 byte int>"

"""The canonical encoding: what comes back, what is refused, how deep it goes."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.values.codec import Unreadable, dump, load, preview
from redo_py.values.encoding import NotPlain, decode, encode, encode_checked, encode_named, join_dict
from redo_py.values.file import File, Output
from redo_py.values.foreign import NotEncodable
from redo_py.values.value import Value
from tests.unit.values.sample import SAMPLE, Names, Plain, Point, Text

DEEP = 100_000

KEYS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary()
HASHABLE = st.recursive(KEYS, lambda inner: st.frozensets(inner, max_size=4) | st.tuples(inner, inner), max_leaves=8)
FILES = st.builds(File, st.text(min_size=1, alphabet="ab/"), st.just(b"d" * 16), st.integers(0, 4))
PLAIN = st.recursive(
    HASHABLE | st.complex_numbers() | FILES | st.binary().map(bytearray),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.dictionaries(HASHABLE, inner, max_size=4)
        | st.sets(HASHABLE, max_size=4)
    ),
    max_leaves=12,
)


def strictly(value: Any) -> Any:
    """A text that differs for any two values that Python code can tell apart."""
    kind = type(value).__name__
    if isinstance(value, (list, tuple)):
        return f"{kind}({', '.join(strictly(part) for part in value)})"
    if isinstance(value, (set, frozenset)):
        return f"{kind}({', '.join(sorted(strictly(part) for part in value))})"
    if isinstance(value, dict):
        return f"{kind}({', '.join(f'{strictly(key)}: {strictly(part)}' for key, part in value.items())})"
    if isinstance(value, File):
        return f"{kind}{value.state()}"
    return f"{kind} {value!r}"


@settings(max_examples=100, deadline=None)
@given(PLAIN)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    """So no two values have one encoding."""
    encoded, plain = encode_checked(value)
    assert plain
    assert strictly(decode(encoded)) == strictly(value)
    assert encode(decode(encoded)) == encoded


@settings(max_examples=60, deadline=None)
@given(PLAIN, PLAIN)
def test_values_that_differ_have_other_encodings(one: Any, other: Any) -> None:
    assert (encode(one) == encode(other)) == (strictly(one) == strictly(other))


@settings(max_examples=100, deadline=None)
@given(PLAIN, st.data())
def test_damaged_bytes_are_refused_or_another_value(value: Any, data: st.DataObject) -> None:
    encoded = bytearray(encode(value))
    if data.draw(st.booleans()):
        del encoded[data.draw(st.integers(0, len(encoded) - 1)) :]
    else:
        encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        decode(bytes(encoded))
    except NotPlain:
        return
    except MemoryError:
        pytest.fail("a damaged size asks for memory")


DAMAGED = [b"", b"s", b"NN", b"?", b"l" + b"\xff" * 8, b"V" + bytes(8), b"z", encode([1])[:-1]]


@pytest.mark.parametrize("damaged", DAMAGED)
def test_these_are_no_encodings(damaged: bytes) -> None:
    with pytest.raises(NotPlain):
        decode(damaged)
    with pytest.raises(Unreadable):
        load("plain", damaged)


@pytest.mark.parametrize("name", [name for name in SAMPLE if name != "exception"])
def test_dumped_values_come_back(name: str) -> None:
    value = SAMPLE[name]()
    digest, format_, data = dump(value)
    again = load(format_, data)
    assert dump(again)[0] == digest
    assert type(again) is type(value)


def test_join_dict_is_the_encoding_of_the_dict() -> None:
    value = {"x": 1, "a": [2.5], "": None}
    assert join_dict(value, [encode_checked(part) for part in value.values()]) == encode(value)
    assert encode_named(value) == (encode(value), [encode_checked(part) for part in value.values()])


# ---- what has no identity


def made_here() -> Any:
    class Local:
        pass

    return Local


def looped(make: Any) -> Any:
    """`make(hole)` with itself in the hole."""
    hole: list[Any] = []
    value = make(hole)
    hole.append(value)
    return value


NAMELESS = "a function or class made inside a function cannot be told from another one"
SAMPLES = "tests.unit.values.sample"
REFUSED: dict[str, tuple[Any, str]] = {
    "lambda": (lambda: 1, f"<lambda>: {NAMELESS}"),
    "local class": (made_here(), f"made_here.<locals>.Local: {NAMELESS}"),
    "object of a local class": (made_here()(), f"made_here.<locals>.Local: {NAMELESS}"),
    "lock": (threading.Lock(), "_thread.lock: cannot pickle '_thread.lock' object"),
    "generator": ((letter for letter in "a"), "builtins.generator: cannot pickle 'generator' object"),
    "memoryview": (memoryview(b""), "builtins.memoryview: cannot pickle memoryview objects"),
    "list in itself": (looped(lambda hole: hole), "the value contains itself"),
    "dict in itself": (looped(lambda hole: {"key": (hole,)}), "the value contains itself"),
    "dataclass in itself": (looped(lambda hole: Point(1, hole)), f"{SAMPLES}.Point: the value contains itself"),
    "object in itself": (looped(lambda hole: Plain(hole=hole)), f"{SAMPLES}.Plain: the value contains itself"),
    "object and a set": (looped(lambda hole: Plain(s={1, 2}, h=[hole])), f"{SAMPLES}.Plain: the value contains itself"),
    "subclass in itself": (looped(lambda hole: Names([1, hole])), f"{SAMPLES}.Names: the value contains itself"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_told_apart_is_refused(name: str) -> None:
    value, text = REFUSED[name]
    for wrapped in (value, [value], {"deep": (1, value)}):
        with pytest.raises(NotEncodable, match="^" + re.escape(text) + "$"):
            encode(wrapped)


def test_what_is_held_twice_is_not_held_by_itself() -> None:
    shared = Plain(a=1)
    assert encode([shared, shared]) == encode([Plain(a=1), Plain(a=1)])


def test_overridden_text_does_not_change_who_it_is() -> None:
    assert encode(Text("a")) != encode(Text("b"))


def test_a_value_with_a_state_of_its_own() -> None:
    class Own(Value):
        type_name = "test.Own"
        __slots__ = ("inner",)

        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def state(self) -> tuple[Any, ...]:
            return (self.inner,)

        @classmethod
        def from_state(cls, state: tuple[Any, ...]) -> Own:
            return cls(*state)

    again = decode(encode(Own([Own(1), Output("x")])))
    assert isinstance(again, Own)
    assert again.inner[1] == Output("x")
    assert encode(again) == encode(Own([Own(1), Output("x")]))


def test_the_preview_is_short_and_never_fails() -> None:
    class Bad:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    assert preview(Bad()) == "<Bad: repr failed: no>"
    assert preview([1]) == "[1]"
    assert preview("x" * 500) == "'" + "x" * 198 + "…"


# ---- depth


def deep(kind: str) -> Any:
    value: Any = 0
    for _ in range(DEEP):
        if kind == "list":
            value = [value]
        elif kind == "tuple":
            value = (value, 1)
        elif kind == "dict":
            value = {"k": value}
        elif kind == "frozenset":
            value = frozenset((value,))
    return value


@pytest.mark.parametrize("kind", ["list", "tuple", "dict", "frozenset"])
def test_any_depth_goes_there_and_back(kind: str) -> None:
    encoded = encode(deep(kind))
    assert encode(decode(encoded)) == encoded


@dataclass
class Link:
    next: Any


def test_a_long_chain_of_dataclasses() -> None:
    value: Any = None
    for _ in range(DEEP // 2):
        value = Link(value)
    assert len(encode(value)) > DEEP


@pytest.mark.parametrize("value", ["x" * 500, b"x" * 500, bytearray(500), "é\n" * 400, "short", b""])
def test_the_preview_of_a_long_text_begins_as_its_repr(value: object) -> None:
    shown = preview(value)
    assert shown.removesuffix("…") == repr(value)[: len(shown.removesuffix("…"))]
    assert len(shown) == min(200, len(repr(value)))


def test_bytes_are_encoded_alike_alone_and_inside() -> None:
    for value in (b"", b"abc", bytes(100_000)):
        assert encode([value]) == b"l" + (1).to_bytes(8, "little") + encode(value)
        assert decode(encode(value)) == value

"""Expressions as JSON: there and back, pinned, and refused with a place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.ground.errors import UsageError
from redo_py.ir.expression import (
    Expression,
    QuotedExpression,
    SchedulerExpression,
    SimpleExpression,
    TaskExpression,
    ValueExpression,
)
from redo_py.ir.flat import flatten
from redo_py.ir.schema import from_json, to_json
from redo_py.ir.schema.nodes import Document
from redo_py.values.encoding import encode
from redo_py.values.file import File, Output, Tool

PINNED = Path(__file__).with_name("pinned.json")


@dataclass
class Point:
    x: Any


def everything() -> Any:
    """A graph with every kind of node and value."""
    shared = TaskExpression("ns.make", (1, [2.5, -0.0]), {"file": File("src/a b.c")}, {"origin": "out", "after": ()})
    command = TaskExpression(
        "redun.command",
        kwargs={
            "steps": (("cc 'a b.c'", "", "", ""),),
            "inputs": (File("a.c"), SchedulerExpression("product", (shared, "gen.h"))),
            "outputs": (Output("o"), Output("d/", directory=True)),
            "tools": (Tool("cc"), Tool("ld", b"d" * 16)),
            "env": {"CFLAGS": None},
        },
    )
    values = [
        None,
        True,
        0,
        -1,
        2**53,
        -(2**80),
        float("inf"),
        float("nan"),
        1j,
        b"\x00",
        bytearray(b"\x01"),
        "é\udcff\n",
    ]
    containers = [(), set(), {1, "a"}, frozenset({(1, frozenset())}), {}, {(1, 2): {"k": [shared]}}]
    rest = [File("x", b"d" * 16, 1), File("\udcff"), Output("\udcff", True), Tool("\udcff"), Output("/"), File("/")]
    return {
        "shared": [shared, (shared,)],
        "command": command,
        "op": SimpleExpression("getitem", (command, 0)),
        "form": SchedulerExpression("cond", (shared, 1, 2)),
        "value": ValueExpression({"k": shared}),
        "quote": QuotedExpression(shared),
        "values": values,
        "containers": containers,
        "rest": rest,
    }


def same(one: Any, other: Any) -> bool:
    return encode(flatten(one)) == encode(flatten(other))


def test_everything_comes_back() -> None:
    text = to_json(everything())
    again = from_json(text)
    assert same(again, everything())
    assert again["shared"][0] is again["shared"][1][0], "what is used twice is one node"
    assert to_json(again) == text


def test_the_text_is_pinned() -> None:
    assert to_json(everything()) + "\n" == PINNED.read_text(encoding="utf-8")


def test_others_can_read_it() -> None:
    text = to_json(everything())
    assert [line for line in text.splitlines() if "\udcff" in line] == []
    assert json.loads(text)["version"] == 1
    schema = Document.model_json_schema(by_alias=True)
    assert {"TaskNode", "SimpleNode", "FormNode", "ValueNode", "QuoteNode", "RefItem"} <= set(schema["$defs"])


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.builds(File, st.text(min_size=1))
)


def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    args = st.lists(inner, max_size=3).map(tuple)
    names = st.dictionaries(st.text(max_size=3), inner, max_size=2)
    return (
        st.lists(inner, max_size=3)
        | args
        | st.dictionaries(st.text() | st.integers(), inner, max_size=2)
        | st.builds(TaskExpression, st.text(), args, names, names)
        | st.builds(SimpleExpression, st.text(), args)
        | st.builds(SchedulerExpression, st.text(), args)
        | st.builds(ValueExpression, inner)
        | st.builds(QuotedExpression, inner)
    )


@settings(max_examples=80, deadline=None)
@given(st.recursive(LEAVES, grow, max_leaves=15))
def test_any_graph_comes_back(value: Any) -> None:
    assert same(from_json(to_json(value)), value)


def test_objects_are_pickles_and_pickles_need_trust() -> None:
    text = to_json([Point(1), SchedulerExpression("catch", (1, ValueError))])
    point, catch = from_json(text, trusted=True)
    assert (point, catch.args) == (Point(1), (1, ValueError))
    with pytest.raises(UsageError) as caught:
        from_json(text)
    assert caught.value.headline == (
        "$.nodes[0].args[1]: <class 'ValueError'> is a pickle, which is read only from where one trusts"
    )


def test_what_cannot_be_pickled_is_shown() -> None:
    text = to_json([lambda: 1])
    assert "<lambda> at" in text
    with pytest.raises(UsageError, match="was written as its text alone"):
        from_json(text, trusted=True)


def document(value: str = "null", *nodes: str) -> str:
    return f'{{"version": 1, "nodes": [{", ".join(nodes)}], "value": {value}}}'


WRONG = {
    "{": "the expressions are no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    "[]": "$: input should be a valid dictionary or instance of document",
    '{"version": 2}': "these expressions are written in version 2; this redun reads version 1",
    '{"version": 1, "nodes": []}': "$.value: field required",
    document("null", "{}"): "$.nodes[0]: no node: an object with task, op, form, value or quote was expected",
    document("null", '{"task": 1}'): "$.nodes[0].task: input should be a valid string",
    document("null", '{"op": "add", "more": 1}'): "$.nodes[0].more: extra inputs are not permitted",
    document("null", '{"op": "add", "args": [1, {"tuple": [1, {"foo": 2}]}]}'): (
        "$.nodes[0].args[1].tuple[1]: no value: an object with one of the known keys was expected"
    ),
    document("null", '{"task": "f", "kwargs": {"k": {"ref": 0}}}'): (
        "$.nodes[0].kwargs.k: node 0 does not stand before it"
    ),
    document('{"ref": 0}'): "$.value: node 0 does not stand before it",
    document('{"ref": -1}'): "$.value.ref: input should be greater than or equal to 0",
    document('{"float": "x"}'): "$.value.float: input should be 'nan', 'inf' or '-inf'",
    document('{"complex": ["1", "x"]}'): "$.value: could not convert string to float: 'x'",
    document('{"int": "12"}'): "$.value.int: string should match pattern '^-?0x[0-9a-f]+$'",
    document('{"bytes": "abc"}'): "$.value.bytes: string should match pattern '^([0-9a-f]{2})*$'",
    document('{"text": "ff"}'): (
        "$.value: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    ),
    document('{"set": [[]]}'): "$.value: unhashable type: 'list'",
    document('[{"dict": [[1]]}]'): "$.value[0].dict[0]: list should have at least 2 items after validation, not 1",
    document('{"instance": "no.Such", "state": null}'): "$.value: there is no type no.Such here",
    document('{"instance": "redun.File", "state": 1}'): None,
    document('{"encoded": "00"}'): "$.value: '\\x00' is no tag of plain data",
    document("[" * 100_000 + "]" * 100_000): None,
    document("[" * 500 + "]" * 500): None,
    document("[NaN]"): "$.value[0]: a number that is no finite float",
    document("1e999"): "$.value: a number that is no finite float",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:40])
def test_what_is_wrong_is_told_with_its_place(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        from_json(text)
    assert WRONG[text] is None or caught.value.headline == WRONG[text]
    assert caught.value.code.startswith("ir-")
    assert caught.value.hint


def test_a_deep_value_and_a_long_chain() -> None:
    deep: Any = Point(0)
    for _ in range(50):
        deep = [deep]
    assert from_json(to_json(deep), trusted=True) == deep
    value: Any = 0
    for _ in range(100_000):
        value = [value]
    assert encode(from_json(to_json(value))) == encode(value)
    chain: Expression = TaskExpression("f")
    for _ in range(5_000):
        chain = TaskExpression("f", (chain,))
    assert same(from_json(to_json(chain)), chain)

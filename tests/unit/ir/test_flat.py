"""Flat lists of nodes: order, sharing, digests."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.ir.expression import (
    Expression,
    QuotedExpression,
    SchedulerExpression,
    SimpleExpression,
    TaskExpression,
    ValueExpression,
)
from redo_py.ir.flat import (
    CALLS,
    COLUMNS,
    Refs,
    build,
    digest_of,
    fields_of,
    flatten,
    in_order,
    shortened,
    unflatten,
    uses_of,
)
from redo_py.ir.operations import OPERATIONS
from redo_py.ir.refusals import LazyError
from redo_py.values.encoding import encode


def call(name: str, *args: Any, **options: Any) -> TaskExpression:
    return TaskExpression(name, args, {}, options)


def test_what_is_used_stands_first_and_once() -> None:
    a = call("a")
    b = call("b", [a, {"k": a}])
    c = call("c", b, a, (QuotedExpression(b),))
    order = in_order([c, a])
    assert [repr(item).split("(")[0] for item in order] == ["a", "b", "quote", "c"]
    assert uses_of(b) == [a] or len(uses_of(b)) == 1
    nodes, value = flatten([c, a])
    assert [ref.of for ref in value] == [3, 0]
    again = unflatten(nodes, value)
    assert again[0].args[0].args[0][0] is again[1]
    assert digest_of(again[0]) == digest_of(c)


def test_a_graph_never_grows_into_a_tree() -> None:
    expression: Expression = call("leaf")
    for _ in range(200):
        expression = call("pair", expression, expression)
    assert len(in_order(expression)) == 201
    assert digest_of(expression)


def test_calls_side_by_side_are_one_entry() -> None:
    plain = [call("f", number, "x") for number in range(5)]
    special = [call("f", plain[0]), call("f", 1, cpus=2), TaskExpression("f", (), {"x": 1}), call("f", call("g"))]
    value = [*plain, *special, call("g", 1), call("g", 2), {"k": call("h", *plain, *special)}]
    nodes, rest = flatten(value)
    short, _ = shortened(nodes, rest)
    assert [kind for kind, _ in short].count(COLUMNS) == 1
    assert len(short) == len(nodes) - len(plain) + 1
    again = unflatten(*shortened(nodes, rest))
    assert encode(flatten(again)) == encode((nodes, rest))
    assert again[5].args[0] is again[0], "what was one call is one"
    assert encode(shortened(*flatten(plain[:2]))) == encode(flatten(plain[:2]))


UNEVEN = [call("f"), call("f", 1), call("f", 1, 2)]
EMPTY = [call("f"), call("f"), call("f")]


@pytest.mark.parametrize("calls", [UNEVEN, EMPTY], ids=["of different lengths", "without arguments"])
def test_calls_that_have_no_columns_are_one_entry_too(calls: list[TaskExpression]) -> None:
    short, rest = shortened(*flatten(calls))
    assert [kind for kind, _ in short] == [CALLS]
    assert encode(flatten(unflatten(short, rest))) == encode(flatten(calls))


def test_a_list_of_calls_side_by_side_is_one_entry() -> None:
    calls = [call("f", number) for number in range(9)]
    turned, gappy, few, mixed = calls[::-1], calls[:4] + calls[5:], calls[:2], [*calls, 1]
    value = (call("sum", calls), {"all": calls, "late": calls[4:]}, tuple(calls), turned, gappy, few, mixed, [calls])
    short, rest = shortened(*flatten(value))
    [total] = [fields for kind, fields in short if fields[0] == "sum"]
    assert total[1][0].state() == (0, 9)
    assert [rest[1][name].state() for name in ("all", "late")] == [(0, 9), (4, 5)]
    assert [type(item) for item in rest[3:]] == [list] * 5
    assert not any(isinstance(item, Refs) for item in rest[2:])
    again = unflatten(short, rest)
    assert encode(flatten(again)) == encode(flatten(value))
    assert again[0].args[0][3] is again[1]["all"][3], "what was one call is one"
    assert unflatten(*shortened(*flatten(calls)))[8].args == (8,)


def test_uses_of_what_is_not_there_are_refused() -> None:
    nodes, _ = flatten([call("f", 1)])
    with pytest.raises(IndexError):
        unflatten(nodes, Refs(0, 2))


DIGESTS = {
    "task": (call("f", 1), "f1"),
    "another task": (call("g", 1), ""),
    "another argument": (call("f", 1.0), ""),
    "an option": (call("f", 1, cpus=2), ""),
    "an operation": (SimpleExpression("add", (1, 2)), ""),
    "a form": (SchedulerExpression("add", (1, 2)), ""),
    "a value": (ValueExpression(1), ""),
    "a quote": (QuotedExpression(ValueExpression(1)), ""),
    "a keyword": (TaskExpression("f", (), {"x": 1}), ""),
    "nested": (call("f", [call("g")]), ""),
    "nested in a tuple": (call("f", (call("g"),)), ""),
}


def test_digests_tell_apart_and_do_not_depend_on_the_place() -> None:
    assert len({digest_of(expression) for expression, _ in DIGESTS.values()}) == len(DIGESTS)
    from redo_py.ground.spans import Span

    placed = TaskExpression("f", (1,), span=Span("redunfile.py", 1, 1))
    assert digest_of(placed) == digest_of(call("f", 1))


def test_a_digest_is_for_ever() -> None:
    assert digest_of(call("ns.f", 1, [call("g", "x")], cpus=2)).hex() == "6cd9d99e32a34a58c913efb39c19eddd"


def test_fields_and_build_are_inverse() -> None:
    for expression, _ in DIGESTS.values():
        assert digest_of(build(*fields_of(expression))) == digest_of(expression)
    with pytest.raises(TypeError, match="no expression: int"):
        fields_of(1)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        build("nothing", ())


LAZY = call("x")
OPERATORS = {
    "add": LAZY + 1, "sub": 1 - LAZY, "mul": LAZY * 2, "div": 1 / LAZY, "floordiv": LAZY // 2, "mod": LAZY % 2,
    "pow": 2**LAZY, "neg": -LAZY, "invert": ~LAZY, "abs": abs(LAZY), "round": round(LAZY, 1), "and": LAZY & 1,
    "or": 1 | LAZY, "eq": LAZY == 1, "ne": LAZY != 1, "lt": LAZY < 1, "le": LAZY <= 1, "gt": LAZY > 1, "ge": LAZY >= 1,
    "getattr": LAZY.name, "getitem": LAZY[0], "call": LAZY(1, k=2),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_are_lazy(name: str) -> None:
    expression: Any = OPERATORS[name]
    assert isinstance(expression, SimpleExpression)
    assert expression.op == name
    assert name in OPERATIONS


@pytest.mark.parametrize(
    "use",
    [bool, iter, len, str, lambda lazy: 1 in lazy, lambda lazy: f"{lazy}", range, open],
    ids=["bool", "iter", "len", "str", "in", "f-string", "range", "open"],
)
def test_what_cannot_be_lazy_says_what_to_do(use: Any) -> None:
    with pytest.raises(LazyError, match="yet: "):
        use(LAZY)


def test_python_s_own_protocols_are_no_attributes() -> None:
    with pytest.raises(AttributeError):
        LAZY.__array__  # noqa: B018

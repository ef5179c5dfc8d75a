"""Walks over containers."""

from __future__ import annotations

import collections
import dataclasses
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.ground.nested import children, collect, substitute


class Mark:
    """What is looked for."""


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: Any
    y: Any = dataclasses.field(default=0, init=False)


@dataclasses.dataclass(slots=True)
class Slotted:
    x: Any


class Names(list[Any]):
    pass


def test_collect_finds_each_once_in_order() -> None:
    a, b, c = Mark(), Mark(), Mark()
    value = [a, {"k": (b, a), c: 1}, Pair(1, a), Frozen([b]), Slotted(c), {a}, frozenset({b}), Names([c]), "x", 1]
    assert collect(value, Mark) == [a, c, b]
    assert collect(a, Mark) == [a]
    assert collect(1, Mark) == []


def test_substitute_keeps_kinds_and_leaves_the_rest_alone() -> None:
    a = Mark()
    untouched = [1, (2,), {"k": Frozen(3)}]
    table: Any = collections.defaultdict(list, {"k": a, "other": 1})
    value = [untouched, (a,), Pair(a, 1), Frozen(a), Slotted([a]), {a}, frozenset({a}), Names([a]), {a: 1}, table]
    fresh = substitute(value, Mark, lambda mark: 7)
    sevens = [(7,), Pair(7, 1), Frozen(7), Slotted([7]), {7}, frozenset({7}), [7], {7: 1}]
    assert fresh == [untouched, *sevens, {"k": 7, "other": 1}]
    assert fresh[0] is untouched
    assert [type(part) for part in fresh] == [type(part) for part in value]
    assert fresh[-1].default_factory is list
    assert fresh[3].y == 0
    assert value[1] == (a,), "what was given is not written to"
    assert substitute(untouched, Mark, lambda mark: 7) is untouched
    assert substitute(a, Mark, lambda mark: 7) == 7


def test_shared_containers_stay_shared() -> None:
    shared = [Mark()]
    one, other = substitute([shared, shared], Mark, lambda mark: 7)
    assert one is other


def test_containers_that_hold_themselves_end() -> None:
    loop: list[Any] = [Mark()]
    loop.append(loop)
    assert len(collect(loop, Mark)) == 1
    fresh = substitute(loop, Mark, lambda mark: 7)
    assert fresh[0] == 7
    assert fresh[1] is loop


def test_any_depth() -> None:
    value: Any = Mark()
    for number in range(100_000):
        value = [value] if number % 2 else {"k": value}
    assert len(collect(value, Mark)) == 1
    assert collect(substitute(value, Mark, lambda mark: 7), Mark) == []


def test_children_of_what_is_no_container() -> None:
    assert children(1) is children("text") is children(Mark()) is children(Frozen) is None


def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner)


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.integers(), grow))
def test_substituting_twice_gives_back_the_value(value: Any) -> None:
    marks: dict[Any, int] = {}

    def hide(number: int) -> Mark:
        mark = Mark()
        marks[mark] = number
        return mark

    assert substitute(substitute(value, int, hide), Mark, marks.__getitem__) == value

"""Walks over containers."""

from __future__ import annotations

import collections
import dataclasses
from typing import Any, NamedTuple

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.ground.nested import ALL_FIELDS, children, collect, substitute


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


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow", arbitrary_types_allowed=True, frozen=True)
    x: Any
    y: int = 0
    _private: int = pydantic.PrivateAttr(default=3)


class Base:
    __slots__ = ("__hidden", "x")

    def __init__(self, x: Any) -> None:
        self.x = x
        self.__hidden = 7

    @property
    def hidden(self) -> int:
        return self.__hidden


@dataclasses.dataclass
class Inheriting(Base):
    x: Any

    def __init__(self, x: Any) -> None:
        super().__init__(x)


class Settled(dict[str, Any]):
    """A dict that is made from something else."""

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self.name = name


class Sized(list[Any]):
    """A list that is made from something else, and holds more than its items."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


class Triple(tuple[Any, ...]):
    """A tuple that is made from three things."""

    def __new__(cls, a: Any, b: Any, c: Any) -> Triple:
        return super().__new__(cls, (a, b, c))


def test_models_and_their_extra_fields() -> None:
    mark = Mark()
    make: Any = Model
    model = make(x=[mark], y=2, extra=mark)
    assert collect(model, Mark) == [mark]
    fresh = substitute(model, Mark, lambda _: 7)
    assert (fresh.x, fresh.y, fresh.extra, fresh._private) == ([7], 2, 7, 3)
    assert fresh.model_fields_set == {"x", "y", "extra"}
    assert (model.x, model.extra) == ([mark], mark), "what was given is not written to"
    untouched = Model(x=1)
    assert substitute(untouched, Mark, lambda _: 7) is untouched


def test_classes_of_attrs() -> None:
    attrs: Any = pytest.importorskip("attrs")

    @attrs.frozen
    class FrozenPair:
        x: Any
        y: int = 0

    @attrs.define
    class Defined:
        x: Any

    pair: Any = FrozenPair
    defined: Any = Defined
    mark = Mark()
    fresh = substitute([pair([mark], 2), defined(mark)], Mark, lambda _: 7)
    assert fresh == [pair([7], 2), defined(7)]


def test_subclasses_keep_what_they_are() -> None:
    mark = Mark()
    ordered = collections.OrderedDict([("b", mark), ("a", 1)])
    ordered.move_to_end("b")
    counter = collections.Counter({"a": 2})
    settled = Settled(name="n")
    settled["k"] = mark
    sized = Sized(9)
    sized.append(mark)
    value = [ordered, counter, settled, sized, Triple(mark, 1, 2), Inheriting(mark)]
    fresh = substitute(value, Mark, lambda _: 7)
    assert list(fresh[0].items()) == [("a", 1), ("b", 7)]
    assert fresh[1] is counter
    assert (type(fresh[2]), fresh[2], fresh[2].name) == (Settled, {"k": 7}, "n")
    assert (type(fresh[3]), fresh[3], fresh[3].size) == (Sized, [7], 9)
    assert (type(fresh[4]), fresh[4]) == (Triple, (7, 1, 2))
    assert (fresh[5].x, fresh[5].hidden) == (7, 7)


def test_classes_that_say_what_they_hold() -> None:
    class Holder:
        __slots__ = ("ignored", "inside")
        nested_fields = ("inside",)

        def __init__(self, inside: Any, ignored: Any) -> None:
            self.inside = inside
            self.ignored = ignored

    class Open:
        nested_fields = ALL_FIELDS

    mark = Mark()
    fresh = substitute(Holder([mark], mark), Mark, lambda _: 7)
    assert (fresh.inside, fresh.ignored) == ([7], mark)
    opened = Open()
    opened.x = mark  # type: ignore[attr-defined]
    assert substitute(opened, Mark, lambda _: 7).x == 7

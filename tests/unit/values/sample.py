"""The values whose encodings and digests are pinned: name -> a function that makes it. Standard library only."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import ipaddress
import math
import operator
import pathlib
import re
import types
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any, NamedTuple

from redo_py.values.file import File, Output, Tool
from redo_py.values.unknown import UNKNOWN


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Level(enum.IntEnum):
    LOW = 1


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


class Wide(enum.IntFlag, boundary=enum.KEEP):
    ONE = 1


@dataclasses.dataclass
class Point:
    x: int
    y: Any = None


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    x: int


class Pair(NamedTuple):
    left: int
    right: int


class Text(str):
    """A str that prints otherwise."""

    __slots__ = ("note",)
    note: Any

    def __str__(self) -> str:
        return "something else"


class Number(int):
    pass


class Names(list[Any]):
    pass


class Table(dict[str, Any]):
    pass


class Plain:
    """Any object: its state counts, by name."""

    def __init__(self, **state: Any) -> None:
        self.__dict__.update(state)


def noted(text: str, note: Any) -> Text:
    made = Text(text)
    made.note = note
    return made


def with_attribute(item: Any, **state: Any) -> Any:
    item.__dict__.update(state)
    return item


def nested(depth: int) -> Any:
    value: Any = ()
    for number in range(depth):
        value = frozenset({value, number}) if number % 2 else (value, number)
    return [value, dict.fromkeys(range(2), value)]


MOMENT = dt.datetime(2024, 2, 29, 12, 30, 59, 999_999, fold=1)  # noqa: DTZ001 - without a zone, too

SAMPLE: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    "0": lambda: 0,
    "1": lambda: 1,
    "-1": lambda: -1,
    "127": lambda: 127,
    "128": lambda: 128,
    "-128": lambda: -128,
    "2**100": lambda: 2**100,
    "-2**100": lambda: -(2**100),
    "0.0": lambda: 0.0,
    "-0.0": lambda: -0.0,
    "1.0": lambda: 1.0,
    "nan": lambda: float("nan"),
    "-nan": lambda: -float("nan"),
    "inf": lambda: math.inf,
    "1j": lambda: 1j,
    "complex nan": lambda: complex(float("nan"), -0.0),
    "empty text": lambda: "",
    "text": lambda: "aé\U0001f600",
    "surrogate": lambda: "\udcff",
    "bytes": lambda: b"\x00\xff",
    "bytearray": lambda: bytearray(b"\x00\xff"),
    "list": lambda: [1, [2]],
    "tuple": lambda: (1, (2,)),
    "dict": lambda: {"a": 1, "b": 2},
    "dict in another order": lambda: {"b": 2, "a": 1},
    "set": lambda: {"a", "b", "c", 1, 2.5, None},
    "set of one": lambda: {"a"},
    "empty set": set,
    "frozenset": lambda: frozenset({"a", "b"}),
    "sets in sets": lambda: {frozenset({"a", "b"}), frozenset({("c", frozenset({"d", "e"}))}), frozenset()},
    "nested": lambda: nested(6),
    "file": lambda: File("a/../b", b"d" * 16, 1),
    "output": lambda: Output("out/", directory=True),
    "tool": lambda: Tool("cc", b"t" * 16),
    "unknown": lambda: UNKNOWN,
    "enum": lambda: Colour.RED,
    "int enum": lambda: Level.LOW,
    "flag": lambda: Mode.READ,
    "flags": lambda: Mode.READ | Mode.WRITE,
    "no flag": lambda: Mode(0),
    "unnamed flag": lambda: Wide(9),
    "dataclass": lambda: Point(1, [2]),
    "slotted dataclass": lambda: Slotted(1),
    "namedtuple": lambda: Pair(1, 2),
    "subclass of str": lambda: noted("a", None),
    "subclass of str with a slot": lambda: noted("a", "noted"),
    "subclass of int": lambda: Number(1),
    "subclass of list": lambda: Names([1]),
    "subclass of list with an attribute": lambda: with_attribute(Names([1]), note=1),
    "subclass of dict": lambda: Table(a=1),
    "object": lambda: Plain(a=1, b=[2]),
    "empty object": Plain,
    "date": lambda: MOMENT.date(),
    "datetime": lambda: MOMENT,
    "datetime in utc": lambda: MOMENT.replace(tzinfo=dt.UTC),
    "datetime in a zone": lambda: MOMENT.replace(tzinfo=zoneinfo.ZoneInfo("UTC")),
    "timedelta": lambda: dt.timedelta(days=-1, microseconds=1),
    "path": lambda: pathlib.PurePosixPath("a/b c"),
    "absolute path": lambda: pathlib.PurePosixPath("/a"),
    "windows path": lambda: pathlib.PureWindowsPath("a/b"),
    "decimal": lambda: decimal.Decimal("1.10"),
    "fraction": lambda: fractions.Fraction(2, 6),
    "uuid": lambda: uuid.UUID(int=7),
    "range": lambda: range(1, 9, 2),
    "slice": lambda: slice(1, None, 2),
    "ellipsis": lambda: ...,
    "counter": lambda: collections.Counter("abca"),
    "ordered dict": lambda: collections.OrderedDict(a=1),
    "default dict": lambda: collections.defaultdict(list, a=[1]),
    "deque": lambda: collections.deque([1, 2], maxlen=3),
    "namespace": lambda: types.SimpleNamespace(a=1),
    "array": lambda: array.array("i", [1, 2]),
    "pattern": lambda: re.compile("a+", re.IGNORECASE),
    "exception": lambda: ValueError("no", 1),
    "partial": lambda: functools.partial(math.pow, 2),
    "item getter": lambda: operator.itemgetter(1, 2),
    "address": lambda: ipaddress.ip_address("127.0.0.1"),
    "class": lambda: Point,
    "builtin class": lambda: dict,
    "function": lambda: nested,
    "builtin function": lambda: math.sqrt,
    "another builtin function": lambda: len,
    "bound method": lambda: Pair(1, 2).count,
}


def lines() -> list[str]:
    """What is pinned of each value: its name, its digest and its encoding."""
    from redo_py.values.encoding import digest_of, encode

    return [f"{name}\t{digest_of(make()).hex()}\t{encode(make()).hex()}" for name, make in SAMPLE.items()]

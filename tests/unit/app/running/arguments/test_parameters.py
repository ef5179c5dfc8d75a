"""Arguments of tasks on a command line, by the annotations of their parameters."""

# ruff: noqa: UP006, UP007, UP035, UP045  what users write
from __future__ import annotations

import datetime as dt
import os.path
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Dict, List, Literal, NamedTuple, NewType, Optional, Tuple, TypedDict, Union

import pytest
from pydantic import BaseModel

from redo_py import File, ProxyValue, Task
from redo_py.app.running.arguments.parameters import Reader, hints_of
from redo_py.app.running.arguments.request import RunRequest
from redo_py.app.running.help import arguments_of
from redo_py.ground.errors import UsageError


class Color(Enum):
    RED = 1
    BLUE = "b"


@dataclass
class Point:
    x: int
    y: float = 0.0
    marks: list[dt.date] = field(default_factory=list)


@dataclass
class Line:
    start: Point
    end: Point


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Options(TypedDict):
    depth: int


class Model(BaseModel):
    size: int


class Celsius:
    """A class of the user's with a parser of its own."""

    def __init__(self, degrees: float) -> None:
        self.degrees = degrees

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Celsius) and self.degrees == other.degrees

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def parse_arg(cls, raw_type: type, arg: str) -> Celsius:
        return cls(float(arg.removesuffix("C")))


class Foreign:
    """A class that knows nothing of redun."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and self.text == other.text

    __hash__ = None  # type: ignore[assignment]


class ForeignProxy(ProxyValue):
    """How it is written on a command line."""

    type = Foreign
    type_name = "tests.test_arguments.Foreign"

    @classmethod
    def parse_arg(cls, raw_type: Any, arg: str) -> Foreign:
        return Foreign(arg.upper())


UserId = NewType("UserId", int)

FITTING: list[tuple[Any, list[str], Any]] = [
    (str, ["x y"], "x y"),
    (str, [""], ""),
    (int, ["-5"], -5),
    (float, ["2"], 2.0),
    (float, ["-.5"], -0.5),
    (float, ["1e-3"], 0.001),
    (bool, [], True),
    (bool, ["false"], False),
    (bool, ["Yes"], True),
    (bytes, ["ä"], "ä".encode()),
    (Path, ["a/b"], Path("a/b")),
    (Decimal, ["1.10"], Decimal("1.10")),
    (File, ["a/./b"], File("a/b")),
    (Color, ["BLUE"], Color.BLUE),
    (Color, ["Color.RED"], Color.RED),
    (Color, ["b"], Color.BLUE),
    (dt.datetime, ["2026-01-31T10:00"], dt.datetime(2026, 1, 31, 10)),  # noqa: DTZ001
    (dt.date, ["2026-01-31"], dt.date(2026, 1, 31)),
    (dt.time, ["10:30"], dt.time(10, 30)),
    (dt.timedelta, ["2h"], dt.timedelta(hours=2)),
    (Literal["a", 2], ["2"], 2),
    (Optional[int], ["None"], None),
    (Optional[int], ["3"], 3),
    (Optional[str], ["None"], "None"),
    (Optional[bool], ["None"], None),
    (Optional[bool], [], True),
    (Optional[List[int]], ["None"], None),
    (Optional[List[str]], ["None"], ["None"]),
    (Union[int, List[str]], ["3"], 3),
    (Union[int, List[str]], ["3", "x"], ["3", "x"]),
    (int | None, ["3"], 3),
    (Union[str, int], ["3"], 3),
    (Union[str, int], ["x"], "x"),
    (int | float, ["3"], 3),
    (int | float, ["3.5"], 3.5),
    (list[int], ["1", "-2", "3"], [1, -2, 3]),
    (List[File], ["a", "b"], [File("a"), File("b")]),
    (list, ["a", "b"], ["a", "b"]),
    (list[int], [], []),
    (list[int], ["[1, 2]"], [1, 2]),
    (list[dict[str, int]], ['[{"a": 1}]'], [{"a": 1}]),
    (list[str], ["[1]"], ["[1]"]),
    (Sequence[float], ["1"], [1.0]),
    (Iterable[str], ["x"], ["x"]),
    (set[int], ["1", "1"], {1}),
    (tuple[int, ...], ["1", "2"], (1, 2)),
    (Tuple[int, str], ["1", "2"], (1, "2")),
    (Tuple[int, str], ['[1, "x"]'], (1, "x")),
    (Tuple[str], ["[1]"], ("[1]",)),
    (list[int] | None, ["1", "2"], [1, 2]),
    (dict, ['{"a": [1, null]}'], {"a": [1, None]}),
    (Dict[str, List[File]], ['{"p": ["a", "b"]}'], {"p": [File("a"), File("b")]}),
    (Dict[int, bool], ['{"1": true}'], {1: True}),
    (Point, ['{"x": 1, "marks": ["2026-01-02"]}'], Point(1, 0.0, [dt.date(2026, 1, 2)])),
    (Optional[Point], ['{"x": 1}'], Point(1)),
    (list[Point], ['{"x": 1}', '{"x": 2}'], [Point(1), Point(2)]),
    (Pair, ['{"left": 1}'], Pair(1)),
    (Options, ['{"depth": 2}'], {"depth": 2}),
    (Model, ['{"size": 4}'], Model(size=4)),
    (Callable[[str], str], ["os.path.basename"], os.path.basename),
    (Annotated[int, "a note"], ["3"], 3),
    (UserId, ["7"], 7),
    (Celsius, ["21.5C"], Celsius(21.5)),
    (Foreign, ["x"], Foreign("X")),
    (Any, ["x"], "x"),
]

MISFITS: list[tuple[Any, list[str], str]] = [
    (int, ["x"], "--value takes a whole number, and not `x`"),
    (int, ["1.5"], "--value takes a whole number, and not `1.5`"),
    (float, ["x"], "--value takes a number, and not `x`"),
    (Color, ["GREEN"], "--value takes `RED` or `BLUE`, and not `GREEN`"),
    (Literal["a", "b", "c"], ["d"], "--value takes `a`, `b` or `c`, and not `d`"),
    (dt.date, ["31.1."], "--value takes a day like 2026-01-31, and not `31.1.`"),
    (int | None, ["x"], "--value takes None or a whole number, and not `x`"),
    (list[int], ["1", "x"], "--value takes a whole number, and not `1 x`"),
    (tuple[int, str], ["1"], "--value takes a whole number, a text, and not `1`"),
    (dict[str, int], ["[1]"], '--value takes a JSON object like {"name": 1}, and not `[1]`'),
    (dict[str, int], ['{"a": "x"}'], '--value takes a JSON object like {"name": 1}, and not `{"a": "x"}`'),
    (dict[str, list[int]], ['{"a": 5}'], '--value takes a JSON object like {"name": 1}, and not `{"a": 5}`'),
    (list[list[int]], ["[5]"], "--value takes a JSON list, and not `[5]`"),
    (Decimal, ["x"], "--value takes a Decimal, and not `x`"),
]


def task_with(annotation: Any) -> Task:
    """A task with one parameter `value`."""

    def taken(value):
        return value

    taken.__annotations__["value"] = annotation
    return Task(taken, "taken", "", {})


def given(task: Task, *words: str, request: RunRequest | None = None) -> Reader:
    """What the words say for `task`."""
    reader = Reader(task, f"redun run x.py {task.name} --help", request or RunRequest())
    reader.read(words)
    reader.check_complete()
    return reader


@pytest.mark.parametrize(("annotation", "words", "value"), FITTING)
def test_fitting(annotation: Any, words: list[str], value: Any):
    found = given(task_with(annotation), "--value", *words).given["value"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("annotation", "words", "text"), MISFITS)
def test_misfits(annotation: Any, words: list[str], text: str):
    with pytest.raises(UsageError) as caught:
        given(task_with(annotation), "--value", *words)
    assert caught.value.headline == text


def test_the_reason_of_a_misfit_is_told():
    with pytest.raises(UsageError) as caught:
        given(task_with(Point), "--value", '{"z": 1}')
    assert str(caught.value) == (
        'redun: --value takes a JSON object with the fields of Point, and not `{"z": 1}`\n  hint: Point has no field z'
    )
    for written, reason in (
        ('{"x": "a"}', 'Point.x is a whole number, and not "a"'),
        ('{"x": 1.5}', "Point.x is a whole number, and not 1.5"),
    ):
        with pytest.raises(UsageError) as caught:
            given(task_with(Point), "--value", written)
        assert caught.value.hint == reason
    with pytest.raises(UsageError) as caught:
        given(task_with(list[Line]), "--value", '{"start": {"x": 1}, "end": {"x": "b"}}')
    assert caught.value.hint == 'Point.x is a whole number, and not "b"'
    with pytest.raises(UsageError) as caught:
        given(task_with(Model), "--value", '{"size": "big"}')
    assert "size" in caught.value.hint


def spread(first_part: int, *rest: int, flag: bool = True, **more: str) -> None:
    """A function with parameters of all kinds."""


def positional(a: int, b: int = 2, /, c: int = 3) -> None:
    """A function with parameters that take no keyword."""


def test_spellings():
    task = Task(spread, "spread", "", {})
    one = given(task, "--first-part=3", "--no-flag", "--rest", "1", "2", "--other", "x")
    other = given(task, "--first_part", "3", "--flag=false", "--other=x", "--rest", "1", "2")
    assert one.call() == other.call() == ((3, 1, 2), {"flag": False, "other": "x"})
    assert task.parameters.bind(*one.call())["more"] == {"other": "x"}


def capital(maxReads: int, N: int = 0) -> None:  # noqa: N803
    """A function whose parameters have capital letters."""


def other_capital(N: int = 0, **more: str) -> None:  # noqa: N803
    """A function that may be given both."""


def test_capital_letters():
    task = Task(capital, "capital", "", {})
    assert given(task, "--maxreads", "3", "--n", "2").given == given(task, "--maxReads", "3", "--N", "2").given
    assert given(Task(other_capital, "capital", "", {}), "--N", "1", "--n", "x").call() == ((), {"N": 1, "n": "x"})


def test_positional_only():
    task = Task(positional, "positional", "", {})
    assert given(task, "--a", "1", "--c", "4").call() == ((1, 2), {"c": 4})


def test_what_is_wrong():
    task = Task(spread, "spread", "", {})
    with pytest.raises(UsageError, match="spread"):
        given(task, "x", "--first-part", "1")
    with pytest.raises(UsageError) as caught:
        given(task)
    assert str(caught.value) == (
        "redun: `spread` needs --first-part INT\n  hint: `redun run x.py spread --help` shows its arguments"
    )
    with pytest.raises(UsageError) as caught:
        given(task, "--first-part")
    assert caught.value.headline == "--first-part needs a value: --first-part INT"
    with pytest.raises(UsageError) as caught:
        given(Task(positional, "positional", "", {}), "--a", "--c", "3")
    assert caught.value.headline == "--a needs a value: --a INT"
    with pytest.raises(UsageError) as caught:
        given(Task(positional, "positional", "", {}), "--aa", "3")
    assert str(caught.value) == "redun: `positional` has no argument --aa\n  hint: did you mean --a?"


def test_a_single_argument_is_shown_how_it_is_written():
    with pytest.raises(UsageError) as caught:
        given(task_with(int), "3")
    assert str(caught.value) == "redun: `taken` has no use for `3`\n  hint: write --value 3"


def test_an_argument_that_nobody_can_give_again_is_asked_for():
    reader = Reader(task_with(int), "redun run x.py taken --help", RunRequest())
    reader.lost = ["value"]
    with pytest.raises(UsageError) as caught:
        reader.check_complete()
    assert str(caught.value) == (
        "redun: what `taken` was given for `value` is not kept\n  hint: give it now: --value VALUE"
    )
    reader.read(["--value", "3"])
    reader.check_complete()


def test_options_of_redun_behind_the_task():
    request = RunRequest()
    reader = given(task_with(int), "--value", "3", "-n", "--jobs", "4", "-t", "a=b", request=request)
    assert reader.given == {"value": 3}
    assert (request.dry, request.jobs, request.tags) == (True, 4, ["a=b"])


def test_an_argument_of_the_task_goes_before_an_option_of_redun():
    def tagged(project: str, tags: list[str]) -> None:
        """Its parameters have names that redun has as well."""

    request = RunRequest()
    reader = given(Task(tagged, "tagged", "", {}), "--project", "p", "--tags", "x", request=request)
    assert reader.given == {"project": "p", "tags": ["x"]}
    assert request.project == ""


def test_annotations_that_cannot_be_evaluated_are_left_out():
    def strange(a: int, b: int) -> None:
        """One of its annotations is only for type checkers."""

    strange.__annotations__ = {"a": "int", "b": "OnlyForTypeCheckers"}
    assert hints_of(strange) == {"a": int}
    assert given(Task(strange, "strange", "", {}), "--a", "1", "--b", "x").given == {"a": 1, "b": "x"}


def test_further_arguments_are_read_and_shown():
    def taken(*words: str, flag: bool = False, deep: List[List[int]] = [], **counts: int):  # noqa: B006
        return words, flag, deep, counts

    task = Task(taken, "taken", "", {})
    reader = given(task, "--words", "a", "--one-more", "3", "--two=4", "--flag")
    assert reader.call() == (("a",), {"flag": True, "one_more": 3, "two": 4})
    with pytest.raises(UsageError, match="--one takes a whole number, and not `x`"):
        given(task, "--one", "x")
    assert list(arguments_of(task, "redun run x.py taken")) == [
        "redun run x.py taken [--words TEXT...] [--flag/--no-flag] [--deep JSON...] [--NAME INT...]",
        "",
        "  --words TEXT...   a text, any number of them; without it ()",
        "  --flag/--no-flag  true or false; without it False",
        "  --deep JSON...    a JSON list, any number of them; without it []",
        "  --NAME INT        a whole number, under any name",
    ]

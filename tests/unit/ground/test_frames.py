"""What a traceback tells, as lines."""

from __future__ import annotations

from typing import Any

from redo_py.ground.frames import LONGEST, frames_of, lines_of, said, shown_value, shown_variables


class Unshowable:
    """Its repr fails."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


def caught(function: Any, *args: Any) -> BaseException:
    """The error that `function` raises."""
    try:
        function(*args)
    except Exception as error:
        return error
    raise AssertionError("it raised nothing")


def deep(number: int) -> None:
    """Fail below so many frames."""
    if not number:
        raise ValueError("at the bottom")
    deep(number - 1)


def test_frames_with_their_variables():
    frames = frames_of(caught(deep, 1))[1:]
    assert [(frame.function, frame.text, frame.variables) for frame in frames] == [
        ("deep", "deep(number - 1)", [("number", "1")]),
        ("deep", 'raise ValueError("at the bottom")', [("number", "0")]),
    ]


def test_the_middle_of_a_deep_recursion_is_left_out():
    lines = list(lines_of(frames_of(caught(deep, 500))))
    assert sum(line.startswith("  File ") for line in lines) == 40
    assert "  ... 462 more ..." in lines


def test_values_are_short_and_on_one_line():
    assert shown_value("a\x1b[31m\n") == "'a\\x1b[31m\\n'"
    assert len(shown_value("x" * 1000)) == LONGEST
    assert shown_value(Unshowable()) == "<Unshowable, whose repr fails: RuntimeError>"


def test_only_so_many_variables():
    shown = list(shown_variables({f"v{number}": number for number in range(30)}))
    assert shown[-1] == ("...", "10 more")
    assert len(shown) == 21


def test_what_an_error_says():
    assert said(KeyError("x")) == "KeyError: 'x'"

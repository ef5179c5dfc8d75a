"""The text of a lazy value: the call, where it is printed or logged; an error anywhere else."""

# ruff: noqa: T201, UP031, UP032, SIM115  what users write
from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

import pytest

from redo_py.ir.expression import TaskExpression
from redo_py.ir.refusals import LazyError

LOG = logging.getLogger("tests.showing")
SHOWN = "f(1)"


class Tool:
    """Something of the user's own that has a logger."""

    def __init__(self) -> None:
        self.log = LOG

    def tell(self, x: Any) -> None:
        self.log.info(f"value: {x}")


class Journal:
    """Something of the user's own with a method that a logger has."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, line: str) -> None:
        self.lines.append(line)


JOURNAL = Journal()
ELSEWHERE: dict[str, Any] = {"file": io.StringIO()}


def lazy() -> Any:
    return TaskExpression("f", (1,))


def prints(x: Any) -> None:
    print(x)
    print("value:", x, sep=" ")
    print(f"value: {x}")
    print(f"{x!s:>3}" + f"{x:.2f}" + "!")
    print("value: " + str(x), ", ".join([str(each) for each in ["a"]] + [str(x)]))
    print("{} and %s".format(x) % x)
    print(*[x, x], sep=",")
    print(
        "many lines",
        f"""
        {x}
        """,
    )


def test_what_is_printed_shows_the_call(capsys: pytest.CaptureFixture[str]):
    prints(lazy())
    told = capsys.readouterr().out
    assert told.count(SHOWN) == 12
    assert "value: f(1)\nvalue: f(1)\n" in told


def test_what_is_logged_shows_the_call(caplog: pytest.LogCaptureFixture):
    x, log = lazy(), LOG
    with caplog.at_level("INFO"):
        LOG.info("value: %s", x)
        LOG.warning(x)
        log.info(f"value: {x}")
        logging.info("value: {}".format(x))
        logging.getLogger("tests.other").error(f"value: {x}")
        Tool().tell(x)
    assert [record.getMessage().removeprefix("value: ") for record in caplog.records] == [SHOWN] * 6


@pytest.mark.parametrize(
    "act",
    [
        lambda x: print(x, file=io.StringIO()),
        lambda x: print(f"{x}", file=io.StringIO()),
        lambda x: print(*[x], file=io.StringIO()),
        lambda x: print(x, **ELSEWHERE),
        lambda x: print(len(f"{x}")),
        lambda x: print(open(f"out/{x}")),
        lambda x: JOURNAL.info(f"{x}"),
        lambda x: JOURNAL.info(str(x)),
        lambda x: "out/" + str(x),
        lambda x: "%s" % x,
        lambda x: "-".join([str(x)]),
        lambda x: list(map(str, [x])),
        lambda x: [str(x), print("beside")],
    ],
)
def test_anywhere_else_it_is_an_error(act: Callable[[Any], Any]):
    with pytest.raises(LazyError, match=r"^the lazy value `f\(1\)` (has no text yet|cannot stand in an f-string yet)"):
        act(lazy())
    assert JOURNAL.lines == []


def test_a_print_of_the_users_own_is_no_reader():
    names: dict[str, Any] = {"x": lazy(), "print": list}
    with pytest.raises(LazyError):
        exec("print(str(x))", names)
    del names["print"]
    exec("def show(x, print):\n    print(str(x))\n", names)
    with pytest.raises(LazyError):
        names["show"](lazy(), list)


def test_code_that_does_not_tell_its_columns_gets_the_error():
    def show(x: Any) -> None:
        print(x)

    show.__code__ = show.__code__.replace(co_linetable=b"")
    with pytest.raises(LazyError):
        show(lazy())

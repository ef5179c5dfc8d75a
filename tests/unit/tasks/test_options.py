"""Options of tasks: units, aliases, and what is wrong with a value."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py import task
from redo_py.tasks.declaration import units
from redo_py.tasks.declaration.units import limits, processors, seconds, size
from redo_py.tasks.options import _WANTED, OPTIONS, OptionError, RepeatedOption, normal, told

GIGABYTE = 1 << 30


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("16G", 16 * GIGABYTE), ("512M", 512 << 20), ("16GB", 16 * GIGABYTE), ("2GiB", 2 * GIGABYTE),
        ("1.5G", 3 * GIGABYTE // 2), (" 4 G ", 4 * GIGABYTE), ("4g", 4 * GIGABYTE),
        (4, 4 * GIGABYTE), (0.5, GIGABYTE // 2),
        ("16", None), ("", None), ("G", None), ("-1G", None), (0, None), (-1, None), ("0G", None), (True, None),
        (None, None), (float("nan"), None), (float("inf"), None), (1e300, None), ("1e9G", None), ("4 bananas", None),
    ],
)  # fmt: skip
def test_memory(value: Any, meant: int | None):
    assert size(value) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (90, 90.0), (1.5, 1.5), ("90", 90.0), ("90s", 90.0), ("5m", 300.0), ("5min", 300.0), ("2h", 7200.0),
        ("1d", 86400.0),
        ("1w", 604800.0), (0, None), (-5, None), ("0s", None), ("soon", None), ("2 weeks", None), (True, None),
        ("", None),
    ],
)  # fmt: skip
def test_durations(value: Any, meant: float | None):
    assert seconds(value) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [(4, 4.0), (0.5, 0.5), ("1.5", 1.5), ("4G", None), ("2h", None), (0, None), (-1, None), (False, None), ("", None)],
)
def test_processors(value: Any, meant: float | None):
    assert processors(value) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ({"db": 2}, {"db": 2}), (["db", "net"], {"db": 1, "net": 1}), (("db",), {"db": 1}), ([], {}), ({}, {}),
        ("db", None), ({"db": 0}, None), ({"db": True}, None), ({"db": 1.5}, None), ({1: 1}, None), ([""], None),
        ([["db"]], None), (4, None),
    ],
)  # fmt: skip
def test_limits(value: Any, meant: dict[str, int] | None):
    assert limits(value) == meant


def test_options_have_one_unit_and_one_name():
    given = {"vcpus": 2, "memory": "1G", "timeout": "1m", "limits": ["db"], "gpus": 1, "after": [1], "cache": False}
    assert normal(given) == {
        "cpus": 2.0, "memory": GIGABYTE, "timeout": 60.0, "limits": {"db": 1}, "gpus": 1, "after": [1], "cache": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("retries", -1), ("retries", True), ("gpus", 0.5), ("cache", 1), ("executor", 3), ("memory", "lots"),
        ("timeout", 0), ("vcpus", "many"), ("limits", "db"), ("version", 2),
    ],
)  # fmt: skip
def test_what_cannot_be_is_an_error_that_says_what_can(name: str, value: Any):
    with pytest.raises(OptionError) as caught:
        normal({name: value})
    assert (caught.value.name, caught.value.value) == (name, value)
    assert str(caught.value) == f"`{name}` is {caught.value.wanted}, not {value!r}"


def test_two_names_of_one_option():
    with pytest.raises(RepeatedOption, match="`vcpus` is another name of `cpus`, which is given as well"):
        normal({"cpus": 1, "vcpus": 1})


def test_workflows_read_options_as_they_write_them():
    options = {"memory": 4, "vcpus": 2, "timeout": "1.5s", "gpus": 1, "queue": "q"}
    found = told(normal(options))
    assert found == {**options, "cpus": 2, "timeout": 1.5}
    assert (type(found["vcpus"]), str(found["memory"])) == (int, "4")
    assert told(normal({"memory": "512M"})) == {"memory": 0.5}


def test_every_kind_can_be_checked():
    checked_elsewhere = {"text", "flag", "count", "options"}
    without_units = {option.kind for option in OPTIONS.values()} & set(_WANTED) - checked_elsewhere
    assert [kind for kind in without_units if not hasattr(units, kind)] == []
    assert {option.kind for option in OPTIONS.values()} - set(_WANTED) == {"calls", "list"}


def test_the_decorator_takes_the_same_units():
    @task(memory="2G", vcpus=0.5, timeout="2h", executor=None)
    def heavy() -> None:
        """Needs much."""

    assert heavy.own_options == {"memory": 2 * GIGABYTE, "cpus": 0.5, "timeout": 7200.0}


def test_the_decorator_says_what_is_wrong():
    with pytest.raises(TypeError, match=r"^task option `memory` is an amount of memory above 0, like .*, not 'lots'$"):
        task(memory="lots")(lambda: None)
    with pytest.raises(TypeError, match=r"^task option `memry` is not known; did you mean `memory`\?$"):
        task(memry="1G")(lambda: None)

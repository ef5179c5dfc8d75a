"""The small functions that modules of redun's users import."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from redo_py import task
from redo_py.compat import install
from redo_py.compat.digests import hash_bytes, hash_stream, hash_struct, hash_tag_bytes, hash_text
from redo_py.compat.loggers import log_levels, logger
from redo_py.compat.nested import get_context_value, iter_nested_value, map_nested_value, merge_dicts
from redo_py.compat.scopes import CacheCheckValid, CacheResult, CacheScope
from redo_py.compat.tags import ANY_VALUE, format_tag_key_value, format_tag_value, parse_tag_key_value, parse_tag_value
from redo_py.compat.texts import (
    add_import_path,
    compute_namespace,
    format_timedelta,
    format_timestamp,
    get_func_source,
    get_import_paths,
    json_dumps,
    split_task_fullname,
    str2bool,
    trim_string,
)


class Pair(NamedTuple):
    one: Any
    other: Any


@dataclass(frozen=True)
class Point:
    x: Any
    y: Any


def twice(x: int) -> int:
    return x * 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("true", True),
        ("null", None),
        ("[1, 2]", [1, 2]),
        ("abc", "abc"),
        ('"1"', "1"),
        ("", None),
        ("a b", "a b"),
    ],
)
def test_values_of_tags(text: str, value: Any):
    assert parse_tag_value(text) == value
    assert parse_tag_value(format_tag_value(value)) == value


@pytest.mark.parametrize(
    ("value", "text"), [("abc", "abc"), ("a b", '"a b"'), ("1", '"1"'), ("true", '"true"'), ({"a": 1}, '{"a": 1}')]
)
def test_values_of_tags_as_texts(value: Any, text: str):
    assert format_tag_value(value) == text


def test_tags():
    assert parse_tag_key_value("a=b=c") == ("a", "b=c")
    assert parse_tag_key_value("a", value_required=False) == ("a", ANY_VALUE)
    with pytest.raises(ValueError, match="a tag is written key=value, not 'a'"):
        parse_tag_key_value("a")
    with pytest.raises(ValueError, match="a tag is written key=value, not '=1'"):
        parse_tag_key_value("=1", value_required=False)
    with pytest.raises(ValueError, match="no valid value of a tag"):
        parse_tag_value("[1")
    assert format_tag_key_value("key", "x" * 99, 10) == "key=xxxxxxx..."


def test_texts():
    assert trim_string("abcdef", 5) == "ab..."
    assert trim_string("abc", 5) == "abc"
    assert (str2bool("True"), str2bool("false")) == (True, False)
    with pytest.raises(ValueError, match="neither true nor false: 'yes'"):
        str2bool("yes")
    assert json_dumps({"b": 1, "a": [1, 2]}) == '{"a":[1,2],"b":1}'
    assert format_timedelta(timedelta(seconds=3723.456)) == "1:02:03.46"
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert format_timestamp(moment, UTC) == "2020-01-02 03:04:05"
    assert split_task_fullname("a.b.c") == ("a.b", "c")
    assert split_task_fullname("c") == ("", "c")
    assert compute_namespace(twice, "own") == "own"
    assert compute_namespace(twice) == compute_namespace(Pair) == ""
    assert get_func_source(twice) == "def twice(x: int) -> int:\n    return x * 2\n"


def test_import_paths(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.path", ["/there"])
    add_import_path("/here")
    add_import_path("/here")
    assert get_import_paths() == ["/here", "/there"]


def test_nested_values():
    value = {"a": [1, (2, Pair(3, None))], "b": {4}, "c": Point(5, [])}
    assert sorted(map(str, iter_nested_value(value))) == ["1", "2", "3", "4", "5", "None", "a", "b", "c"]
    made = map_nested_value(lambda leaf: leaf * 2 if isinstance(leaf, int) else leaf, value)
    assert made == {"a": [2, (4, Pair(6, None))], "b": {8}, "c": Point(10, [])}
    assert merge_dicts([{"a": 1, "b": {"c": 1}}, {"b": {"d": 2}}, {"a": 3}]) == {"a": 3, "b": {"c": 1, "d": 2}}
    assert get_context_value({"a": {"b": 1}}, "a.b", 0) == 1
    assert get_context_value({"a": {"b": 1}}, "a.b.c", 0) == 0


def test_hashes_as_texts():
    assert hash_text("a") == hash_bytes(b"a") == hash_stream(io.BytesIO(b"a"))
    assert hash_struct(["a", 1]) == hash_struct(["a", 1]) != hash_struct(["a", 1.0])
    assert len(hash_struct({})) == 32
    assert len({hash_tag_bytes("a", b"x"), hash_tag_bytes("b", b"x"), hash_tag_bytes("a", b"y"), hash_bytes(b"x")}) == 4


def test_scopes_are_options():
    made = task(
        cache_scope=CacheScope.CSE, check_valid=CacheCheckValid.SHALLOW, allowed_cache_results={CacheResult.CSE}
    )(twice)
    assert made.get_task_option("cache_scope") == "CSE"
    assert made.get_task_option("check_valid") == "shallow"
    assert made.get_task_option("allowed_cache_results") == {"CSE"}


def test_the_logger():
    assert logger.name == "redun"
    assert log_levels["WARN"] == 30


def test_a_program_of_the_users_own_can_ask_for_it():
    import subprocess
    import sys

    program = "from redo_py.compat import install; install(); from redun import task; print(task.__module__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "redo_py.tasks.making\n"
    assert install.__doc__

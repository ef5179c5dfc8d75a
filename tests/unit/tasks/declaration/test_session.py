"""Parameters for a Spark session: no part of a call, put in place by whoever runs it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from redo_py import task
from redo_py.ground.errors import RunError
from redo_py.tasks.declaration.session import SESSION
from redo_py.tasks.declaration.signature import Signature

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def first(spark: SparkSession, a: int, b: int = 2) -> Any:
    return spark, a, b


def second(a: int, spark: "SparkSession", *rest: int, **more: int) -> Any:  # noqa: UP037
    return a, spark, rest, more


def named(a: int, *, spark: SparkSession) -> Any:
    return a, spark


def twice(one: SparkSession, a: int, other: SparkSession, /, b: int) -> Any:
    return one, a, other, b


def given(a: int, spark: SparkSession | None = None, session: SparkSession = None) -> Any:
    return a, spark, session


def called(function: Any, *args: Any, **kwargs: Any) -> Any:
    """What the function is called with when a task of it is."""
    signature = Signature(function)
    signature.check(args, kwargs)
    args, kwargs = signature.unbind(signature.bind(args, kwargs))
    return function(*args, **kwargs)


def test_calls_leave_it_out():
    assert called(first, 1) == (SESSION, 1, 2)
    assert called(first, 1, 3) == called(first, b=3, a=1) == (SESSION, 1, 3)
    assert called(second, 1, 5, 6, x=7) == (1, SESSION, (5, 6), {"x": 7})
    assert called(named, 1) == (1, SESSION)
    assert called(twice, 1, 2) == called(twice, 1, b=2) == (SESSION, 1, SESSION, 2)


def test_one_with_a_default_is_an_argument_like_any_other():
    assert called(given, 1) == (1, None, None)


def test_wrong_calls_are_told_as_always():
    with pytest.raises(TypeError, match="misses its argument `a`"):
        called(first)
    with pytest.raises(TypeError, match="takes 2 positional arguments, 3 were given"):
        called(first, 1, 2, 3)


def test_the_class_itself_as_the_annotation():
    kind = type("SparkSession", (), {"__module__": "pyspark.sql.session"})
    other = type("SparkSession", (), {"__module__": "mine"})

    def function(a: Any, b: Any) -> Any:
        return a, b

    function.__annotations__ = {"a": kind, "b": other}
    assert Signature(function).plain == ("b",)


def test_it_is_in_no_key():
    from redo_py.engine.traits import Traits

    traits = Traits(task(namespace="test_session")(first))
    assert traits.unhashed == {"spark"}


def test_there_is_one_and_it_says_what_is_missing():
    assert pickle.loads(pickle.dumps(SESSION)) is SESSION
    assert repr(SESSION) == "<a SparkSession, where Spark runs>"
    with pytest.raises(RunError) as caught:
        SESSION.range(3)
    assert str(caught.value) == (
        "redun: `range` of its SparkSession is wanted where no Spark is\n"
        '  hint: let the task run there: `executor="spark"`, with `[executors.spark]` and `type = "spark"` in '
        "redun.toml"
    )
    with pytest.raises(AttributeError):
        _ = SESSION.__len__

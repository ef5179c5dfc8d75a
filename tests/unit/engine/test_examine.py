"""A trace that needs no examination is judged as the examination would."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.engine.examine import Hit, OpenTrace, examine, plain_hit
from redo_py.engine.job import Job
from redo_py.records import Trace
from redo_py.values.codec import dump
from redo_py.values.encoding import encode
from redo_py.values.file import File
from tests.unit.engine.memory_world import World


def trace(value: Any, discovered: Any = (), products: Any = ()) -> Trace:
    digest, form, data = dump(value)
    return Trace(b"c" * 16, digest, form, data, encode(discovered), encode(products))


PLAIN = [1, -5, 0, 2**80, True, None, "text", "", b"x", 1.5, [1, 2], (), {"a": 1}, [], (1, "x")]
OTHER = [[1, [2]], {"a": [1]}, {1, 2}, File("a", b"d" * 16, 1), [File("a", b"d" * 16, 1)], ValueError(1), 1j]


@pytest.mark.parametrize("value", [*PLAIN, *OTHER], ids=repr)
def test_it_says_what_examination_says(value: Any) -> None:
    world = World()
    execution = world.begin()
    job: Any = object.__new__(Job)
    found = plain_hit([trace(value)])
    examined = examine(execution, job, [OpenTrace(trace(value))], {})
    if value in PLAIN and not isinstance(value, File):
        assert found is not None
    if found is not None:
        assert isinstance(examined, Hit)
        assert (found.value, type(found.value)) == (examined.value, type(examined.value)) == (value, type(value))
        assert not any((found.products, found.missing, found.discovered, found.instead))


def test_what_it_does_not_judge() -> None:
    assert plain_hit([]) is None
    assert plain_hit([trace(1), trace(2)]) is None
    assert plain_hit([trace(1, discovered=(("a", b"d" * 16),))]) is None
    assert plain_hit([trace(1, products=(("a", b"d" * 16, 1),))]) is None
    torn = trace("text")
    torn.value_bytes = torn.value_bytes[:-1]
    assert plain_hit([torn]) is None

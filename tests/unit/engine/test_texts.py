"""What the engine itself has to say when a graph goes wrong, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.engine.job import JobState
from redo_py.ground.spans import Span
from redo_py.ir.expression import SimpleExpression, TaskExpression
from tests.unit.engine.memory_world import World


def test_a_task_that_calls_itself_with_the_same_arguments() -> None:
    world = World()

    def again(number: int) -> Any:
        return TaskExpression("again", (number,))

    world.task(again)
    root = world.run(TaskExpression("again", (1,)))
    assert root.state != JobState.DONE
    assert str(root.error) == (
        "redun: 2 calls wait for each other and none can go on: again, again\n"
        "  hint: a task that calls itself with the same arguments, directly or not, has no value: change what it passes"
    )
    assert root.error.exit_status == 1  # type: ignore[union-attr]


def test_an_operation_on_a_result_that_it_does_not_fit() -> None:
    world = World()

    def number() -> int:
        return 1

    world.task(number)
    call = TaskExpression("number")
    root = world.run(SimpleExpression("getitem", (call, 0), Span("redunfile.py", 3, 9)))
    assert str(root.error) == "redunfile.py:3:9: a number has no item 0\n  of  number"


@pytest.mark.parametrize(
    ("value", "key", "text"),
    [
        ([1], 3, "a list of 1 item has no item 3"),
        ("ab", "c", "a text of 2 characters has no item 'c'"),
        (None, "a", "nothing (null, None) has no item 'a'"),
        ({"name": 1}, "nam", "the value has no key 'nam'"),
    ],
)
def test_items_that_are_not_there(value: object, key: object, text: str) -> None:
    world = World()

    def read() -> object:
        return [value]

    world.task(read)
    content = SimpleExpression("getitem", (TaskExpression("read", (), {}, {"origin": "data(in.json)"}), 0))
    root = world.run(SimpleExpression("getitem", (content, key), Span("redunfile.py", 3, 9)))
    hint = "\n  hint: did you mean `name`?" if key == "nam" else ""
    assert str(root.error) == f"redunfile.py:3:9: {text}\n  of  data(in.json){hint}"

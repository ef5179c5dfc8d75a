"""What the engine itself has to say when a graph goes wrong, word for word."""

from __future__ import annotations

from typing import Any

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
    assert str(root.error) == (
        "redunfile.py:3:9: `getitem` on the result of a task failed: 'int' object is not subscriptable"
    )

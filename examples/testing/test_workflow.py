"""`pytest` runs this: tasks by themselves, and the whole workflow."""

import pytest
from workflow import heaviest, main, weigh

from redo_py import Scheduler

pytest_plugins = ["redo_py.pytest"]


def test_the_function_of_a_task() -> None:
    assert weigh.func("feather") == 7
    assert heaviest.func([1, 3, 2]) == 3


def test_the_workflow(scheduler: Scheduler) -> None:
    assert scheduler.run(main(["stone", "feather"])) == 7


def test_what_fails(scheduler: Scheduler) -> None:
    with pytest.raises(ValueError, match="empty"):
        scheduler.run(main([]))

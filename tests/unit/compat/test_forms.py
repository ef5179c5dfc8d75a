"""Forms of the user's own: as generators, and with promises as in redun."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from redo_py import Scheduler, get_current_scheduler, scheduler_task, task
from redo_py.compat.promise import Promise, wait_promises
from redo_py.ground.errors import RunError

CALLS: list[Any] = []


@task(version="1")
def number(value: int) -> int:
    CALLS.append(value)
    return value


@task(version="1")
def fails(text: str) -> int:
    raise KeyError(text)


@scheduler_task()
def either(test: Any, one: Any, other: Any = None) -> Generator[Any, Any, Any]:
    """A cond."""
    return one if (yield test) else other


@scheduler_task(name="either_promised", namespace="forms")
def promised(scheduler: Any, parent_job: Any, sexpr: Any, test: Any, one: Any, other: Any = None) -> Any:
    """The same in redun's way."""

    def then(value: Any) -> Any:
        return scheduler.evaluate(one if value else other, parent_job=parent_job)

    return scheduler.evaluate(test, parent_job=parent_job).then(then)


@scheduler_task()
def rescue(scheduler: Any, parent_job: Any, sexpr: Any, expr: Any) -> Any:
    """A catch for every error."""
    return scheduler.evaluate(expr, parent_job=parent_job).catch(lambda error: f"rescued {error}")


@scheduler_task()
def outcomes(scheduler: Any, parent_job: Any, sexpr: Any, *exprs: Any) -> Any:
    """Which of several fail."""
    promises = [scheduler.evaluate(expr, parent_job=parent_job) for expr in exprs]
    return wait_promises(promises).then(lambda settled: [promise.is_rejected for promise in settled])


@scheduler_task()
def stuck(scheduler: Any, parent_job: Any, sexpr: Any) -> Any:
    return Promise()


@scheduler_task()
def empty(scheduler: Any, parent_job: Any, sexpr: Any) -> None:
    return None


@scheduler_task()
def told(scheduler: Any, parent_job: Any, sexpr: Any, *args: Any, **kwargs: Any) -> Any:
    """What a form in redun's way can see."""
    seen = {
        "task": parent_job and parent_job.task_name,
        "args": parent_job and parent_job.args,
        "option": parent_job and parent_job.get_option("executor", "none"),
        "above": parent_job and parent_job.parent_job is None,
        "context": parent_job and parent_job.get_context(),
        "call": (sexpr.task_name, len(sexpr.args), sorted(sexpr.kwargs), sexpr.task_expr_options),
        "scheduler": scheduler.executors["default"].name == get_current_scheduler().executors["default"].name,
    }
    return scheduler.evaluate(seen)


@task(version="1")
def inside(value: int) -> Any:
    return told(number(value), key=1)


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    CALLS.clear()


@pytest.mark.parametrize("form", [either, promised])
def test_only_what_is_wanted_runs(form: Any):
    scheduler = Scheduler()
    assert scheduler.run(form(number(1), number(2), number(3))) == 2
    assert scheduler.run(form(number(0), number(2), other=number(3)) + 1) == 4
    assert CALLS == [1, 2, 0, 3]


def test_an_error_is_that_of_the_call():
    with pytest.raises(KeyError, match="broken"):
        Scheduler().run(promised(fails("broken"), 1))
    with pytest.raises(KeyError, match="broken"):
        Scheduler().run(either(fails("broken"), 1))


def test_errors_can_be_handled():
    scheduler = Scheduler()
    assert scheduler.run(rescue(fails("it"))) == "rescued 'it'"
    assert scheduler.run(outcomes(number(1), fails("it"), 3)) == [False, True, False]


def test_a_form_that_fails_itself():
    @scheduler_task()
    def wrong(scheduler: Any, parent_job: Any, sexpr: Any, expr: Any) -> Any:
        return scheduler.evaluate(expr).then(lambda value: value // 0)

    with pytest.raises(ZeroDivisionError):
        Scheduler().run(wrong(number(1)))


def test_a_promise_that_nobody_settles():
    with pytest.raises(RunError) as caught:
        Scheduler().run(stuck())
    assert ": the form `stuck` has returned a promise that nothing is going to settle\n" in str(caught.value)


def test_what_is_no_promise():
    with pytest.raises(RunError) as caught:
        Scheduler().run(empty())
    assert ": the form `empty` has returned None, and not a promise\n" in str(caught.value)


def test_what_a_form_sees():
    assert Scheduler().run(inside(5)) == {
        "task": "inside",
        "args": ((5,), {}),
        "option": "none",
        "above": True,
        "context": {},
        "call": ("told", 1, ["key"], {}),
        "scheduler": True,
    }
    assert Scheduler().run(told())["task"] is None
    assert CALLS == []


def test_a_generator_is_called_as_it_is_written():
    with pytest.raises(TypeError, match="misses its argument `one`"):
        either(number(1))


def test_forms_are_values():
    @task(version="1")
    def apply(form: Any, value: int) -> Any:
        return form(number(value), "yes", "no")

    scheduler = Scheduler()
    assert scheduler.run(apply(either, 1)) == "yes"
    assert scheduler.run(apply(promised, 0)) == "no"
    assert promised.fullname == "forms.either_promised"
    assert either.partial(number(1))("one").__class__.__name__ == "SchedulerExpression"


def test_a_dry_run_does_not_know_what_comes_of_it():
    from redo_py.compat.scheduler import DryRunResult

    with pytest.raises(DryRunResult):
        Scheduler().run(promised(number(1), number(2)), dryrun=True)
    assert CALLS == []

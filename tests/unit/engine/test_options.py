"""What is asked of a job: where it comes from, which of it wins, and what the calls below inherit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from redo_py.engine.job import JobState
from redo_py.ground.job_ids import execution_id, job_id
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression
from redo_py.records import JOB
from redo_py.tasks.job_info import JobInfo
from tests.unit.engine.memory_world import ScriptedExecutor, World


def call(name: str, *args: Any, **options: Any) -> TaskExpression:
    return TaskExpression(name, args, options=options)


def context(path: str, default: Any = None) -> SchedulerExpression:
    return SchedulerExpression("context", (path, default))


class NamedExecutors(dict[str, Any]):
    """One executor under any name; notes who was asked for by which label."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.asked: list[tuple[str, str]] = []

    def get(self, name: str, default: Any = None) -> Any:
        names = self

        class Noting(ScriptedExecutor):
            def submit(self, specs: Any) -> None:
                names.asked.extend((name, spec.label) for spec in specs)
                super().submit(specs)

        made = Noting(self.world)
        made.start(self.world.execution.doors.inbox)
        return made


class Workshop(World):
    """A World with executors of all names; `asked` says which of them ran what."""

    def begin(self, **settings: Any) -> Any:
        execution = super().begin(**settings)
        self.executors = NamedExecutors(self)
        execution.doors.executors = self.executors
        return execution

    @property
    def asked(self) -> dict[str, str]:
        return {label: name for name, label in self.executors.asked}

    def options_of(self, name: str) -> dict[str, Any]:
        [job] = [job for job in self.execution.frontier.jobs if job.name == name]
        return job.options


def leaf(x: int = 0) -> int:
    return x


def caller() -> Any:
    return [call("leaf", 1), call("leaf", 2, executor="own")]


def world_of(*functions: Callable[..., Any], **options: Any) -> Workshop:
    world = Workshop()
    for function in functions:
        world.task(function, **options)
    return world


def test_each_place_wins_over_the_ones_before_it() -> None:
    world = world_of(leaf, executor="task", memory=1, image="task")
    configured = {"task": {"memory": 7, "queue": "slow"}, "call": {"queue": "fast"}}

    def options(**given: Any) -> dict[str, Any]:
        settings = given.pop("settings", {})
        world.run(call("leaf", **given), executor_options=configured, options=settings, force_all=True)
        return world.options_of("leaf")

    assert options() == {"version": "1", "executor": "task", "memory": 1, "image": "task", "queue": "slow"}
    assert options(image="call") == {"version": "1", "executor": "task", "memory": 1, "image": "call", "queue": "slow"}
    assert options(executor="call") == {
        "version": "1",
        "executor": "call",
        "memory": 1,
        "image": "task",
        "queue": "fast",
    }
    assert options(executor="call", settings={"executor": "all"})["executor"] == "all"


def test_what_is_exported_stands_between_the_task_and_the_call() -> None:
    world = world_of(caller)
    world.task(leaf, executor="task", image="task")
    world.run(call("caller", executor="top", export_options={"executor": "above", "queue": "q"}))
    assert world.executors.asked == [("top", "caller"), ("above", "leaf"), ("own", "leaf")]
    first, second = (job.options for job in world.execution.frontier.jobs if job.name == "leaf")
    assert (first["queue"], first["image"]) == (second["queue"], second["image"]) == ("q", "task")


def test_what_is_exported_reaches_all_descendants_and_may_be_exported_anew() -> None:
    def top() -> Any:
        return call("middle", export_options={"b": 2})

    def middle() -> Any:
        return call("leaf")

    world = world_of(top, middle, leaf)
    world.run(call("top", export_options={"a": 1, "b": 1}))
    assert (world.options_of("middle")["b"], world.options_of("leaf")["a"], world.options_of("leaf")["b"]) == (1, 1, 2)
    assert "a" not in world.options_of("top")


def test_a_lazy_option_is_computed_just_before_the_job() -> None:
    def picks() -> str:
        return "picked"

    world = world_of(picks)
    world.task(leaf, executor=call("picks"))
    assert world.run([call("leaf", 1), call("leaf", 2)]).value == [1, 2]
    assert world.ran == ["picks", "leaf", "leaf"]
    assert [name for name, label in world.executors.asked if label == "leaf"] == ["picked", "picked"]
    world.run(call("leaf", 3, executor=SimpleExpression("add", (call("picks"), "!"))))
    assert world.asked["leaf"] == "picked!"


def test_a_lazy_option_that_fails_or_cannot_be_fails_the_job() -> None:
    def picks() -> str:
        raise ValueError("no idea")

    world = world_of(picks)
    world.task(leaf, executor=call("picks"))
    assert str(world.run(call("leaf", 1)).error) == "no idea"
    error = world.run(call("leaf", 1, executor="x", retries=context("tries", "many"))).error
    assert str(error) == "redun: an option of leaf cannot be: `retries` is a whole number, not 'many'"
    assert world.ran == []


def test_options_are_in_no_key() -> None:
    world = world_of(leaf)
    world.run(call("leaf", 1))
    world.run(call("leaf", 1, executor="elsewhere", memory=5, image="x"))
    assert world.ran == []


def test_parameters_that_are_in_no_key() -> None:
    def loads(path: str, password: str = "") -> str:
        return path + password

    world = World()
    world.task(loads, config_args=["password"])
    assert world.run(call("loads", "a", "first")).value == "afirst"
    assert world.run(call("loads", "a", "second")).value == "afirst"
    assert world.ran == []
    assert world.run(call("loads", "b", "second")).value == "bsecond"


def test_a_task_is_told_about_its_job() -> None:
    told: list[JobInfo] = []

    def informed(x: int, job_info: JobInfo = JobInfo()) -> int:  # noqa: B008 - that is how it is asked for
        told.append(job_info)
        return x

    world = World()
    world.task(informed, memory=3 << 30, cpus=2.0)
    world.run([call("informed", 1), call("informed", 2, image="i")])
    execution = world.execution
    first, second = told
    assert first.execution_id == execution_id(execution.id)
    assert [info.job_id for info in told] == [job_id(execution.id, seq) for seq in (0, 1)]
    assert first.eval_hash == execution.frontier.jobs[0].eval_hash.hex()
    assert first.args_hash == execution.frontier.jobs[0].args_hash.hex() != second.args_hash
    assert (first.options["memory"], first.options["vcpus"], second.options["image"]) == (3, 2, "i")
    world.run([call("informed", 1), call("informed", 2)])
    assert world.ran == [], "who is told what is in no key"


def test_lazy_defaults() -> None:
    def picks() -> int:
        return 5

    def takes(x: Any = call("picks"), *, y: Any = [context("y", 1)]) -> Any:  # noqa: B006, B008
        return (x, y)

    world = world_of(picks, takes)
    assert world.run([call("takes"), call("takes", 2), TaskExpression("takes", (), {"y": 3})]).value == [
        (5, [1]), (2, [1]), (5, 3),
    ]  # fmt: skip
    assert world.run(call("takes"), context={"y": 8}).value == (5, [8])
    assert world.ran == ["takes"]
    world.run(call("takes"), context={"y": 8, "z": 1})
    assert world.ran == []


def test_a_limit_is_free_again_whatever_becomes_of_its_job() -> None:
    def fails(n: int) -> int:
        raise ValueError("no")

    def lost(n: int) -> Any:
        return object  # cannot be told from others made elsewhere, and that is fine

    world = world_of(fails, lost, leaf, limits={"db": 1})
    tasks = [call(name, n) for n in range(3) for name in ("fails", "lost", "leaf")]
    world.run([*tasks, call("leaf", 9, limits={"db": context("n", 1)})], max_failures=None, jobs=4)
    assert world.execution.places.used() == (0, 0, 0, {})
    assert len(world.ran) == 10


def test_jobs_below_a_call_are_recorded_with_it() -> None:
    world = world_of(caller, leaf)
    world.run(call("caller", export_options={"x": 1}))
    rows = sorted(world.store.rows(JOB), key=lambda row: row[1])
    assert [(row[JOB.positions["task"]], row[JOB.positions["parent"]]) for row in rows] == [
        ("caller", None), ("leaf", 0), ("leaf", 0),
    ]  # fmt: skip
    assert all(job.state == JobState.DONE for job in world.execution.frontier.jobs)


@pytest.mark.parametrize("name", ["cache", "prov", "check_valid"])
def test_manners_may_be_lazy(name: str) -> None:
    values = {"cache": False, "prov": False, "check_valid": "shallow"}
    world = world_of(leaf)
    world.run(call("leaf", 1, **{name: context("v")}), context={"v": values[name]})
    [job] = world.execution.frontier.jobs
    assert (job.always, job.manner.recorded, job.manner.shallow) == (
        name in ("cache", "prov"), name != "prov", name == "check_valid",
    )  # fmt: skip

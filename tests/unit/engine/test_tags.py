"""Tags: of executions, jobs, tasks and values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from redo_py.engine.tags import id_of
from redo_py.ir.expression import TaskExpression
from redo_py.library.tags import apply_tags
from redo_py.records import TAG, VALUE
from redo_py.values.codec import dump
from tests.unit.engine.memory_world import World


def call(name: str, *args: Any, **options: Any) -> TaskExpression:
    return TaskExpression(name, args, options=options)


def leaf(x: Any) -> Any:
    return x


def tagged(x: Any) -> Any:
    return apply_tags(call("leaf", x), [("project", "a"), ("project", "b")], [("step", {"n": x})], {"who": [1, None]})


def tags(world: World) -> dict[str, list[tuple[bytes, str, Any]]]:
    found: dict[str, list[tuple[bytes, str, Any]]] = {}
    for entity, about, key, value in sorted(world.store.rows(TAG)):
        found.setdefault(entity, []).append((about, key, json.loads(value)))
    return found


def test_tags_of_the_execution() -> None:
    world = World()
    world.run(1, tags=[("user", "ann"), ("git_commit", "abc"), ("user", "bob")])
    told = [("git_commit", "abc"), ("user", "ann"), ("user", "bob")]
    assert tags(world) == {"execution": [(world.execution.id, *pair) for pair in told]}


def test_tags_of_tasks_and_calls_are_those_of_their_jobs() -> None:
    world = World()
    world.task(leaf, tags=[("kind", "leaf")])
    world.run([call("leaf", 1), call("leaf", 2, tags=[("kind", "special")])])
    first, second = world.execution.frontier.jobs
    ids = [id_of(world.execution, job) for job in (first, second)]
    digest = world.tasks.digest(first.task)
    assert tags(world) == {
        "task": [(digest, "kind", "leaf")],
        "job": sorted([(ids[0], "kind", "leaf"), (ids[1], "kind", "special")]),
    }  # fmt: skip
    before = tags(world)["job"]
    world.run(call("leaf", 1))
    assert len(tags(world)["job"]) == len(before) + 1, "a job that took a result has tags, too"


def test_apply_tags_reaches_value_job_and_execution() -> None:
    world = World()
    world.task(leaf)
    world.task(tagged)
    assert world.run(call("tagged", 3)).value == 3
    [job] = [job for job in world.execution.frontier.jobs if job.name == "tagged"]
    digest = dump(3)[0]
    assert tags(world) == {
        "value": [(digest, "project", "a"), (digest, "project", "b")],
        "job": [(id_of(world.execution, job), "step", {"n": 3})],
        "execution": [(world.execution.id, "who", [1, None])],
    }
    assert list(world.store.rows(VALUE, {"value": digest}))
    world.run(call("tagged", 3))
    assert world.ran == []
    assert len(tags(world)["execution"]) == 2, "tags are applied in each execution"


def test_at_the_top_the_execution_stands_for_the_job() -> None:
    world = World()
    world.run(apply_tags(1, job_tags=[("a", 1)]))
    assert tags(world) == {"execution": [(world.execution.id, "a", 1)]}


def test_no_tags_without_provenance_or_in_a_dry_run() -> None:
    world = World()
    world.task(leaf)
    world.task(tagged)
    world.run(call("tagged", 1, prov=False))
    world.run(call("tagged", 2), dry=True, tags=[("a", 1)])
    assert tags(world) == {}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (3, "redun: tags are a list of pairs, like [('project', 'x')], or a dict, not 3"),
        ([("a",)], "redun: tags are a list of pairs, like [('project', 'x')], or a dict, not [('a',)]"),
        (
            {"a": {1, 2}},
            (
                "redun: the value of the tag a is no plain data: Object of type set is not JSON serializable\n"
                "  hint: texts, numbers, lists and dicts are"
            ),
        ),
    ],
)
def test_tags_that_cannot_be(given: Any, text: str) -> None:
    assert str(World().run(apply_tags(1, given)).error) == text

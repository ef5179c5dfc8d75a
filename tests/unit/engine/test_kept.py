"""Kept calls: nothing of them is looked at, and they stand for what they made."""

from __future__ import annotations

from typing import Any

from redo_py.engine.job import Job, JobState
from redo_py.engine.loop import run
from redo_py.ground.errors import RunError
from redo_py.ir.expression import TaskExpression
from redo_py.records import ARGUMENT, JOB
from redo_py.tasks.builtin import COMMAND
from redo_py.values.file import File
from tests.unit.engine.memory_world import World


class KeptCall:
    """What a test says of a kept call."""

    def __init__(self, job: Job, *needs: Any) -> None:
        self.call = job.call_hash
        self._job = job
        self._needs = list(needs)

    def products(self) -> list[File]:
        return list(self._job.products)

    def needs(self) -> list[Any]:
        return self._needs


def compiling() -> World:
    """`o` is compiled of `a`; `mid`, on which it rests, of `gen`, and that of `g`. The compiler reads `gen`, too."""
    world = World()
    for name in "ag":
        world.files.write(name, f"{name}1 ".encode())

    def compiler(files: Any, spec: Any) -> tuple[str, ...]:
        files.write("o", files.read("a") + files.read("gen"))
        return ("gen",)

    world.scripts["cc"] = compiler
    return world


def describe(world: World) -> TaskExpression:
    world.rules.clear()
    world.rule("gen", "cat g > gen", ["g"])
    world.rule("mid", "cat gen > mid", ["gen"])
    return world.rule("o", "cc a", ["a", "mid"], depfile="o.d")


def with_kept(world: World, mid_needs_gen: bool = True) -> tuple[Any, dict[str, Job]]:
    """Build, then change `a` and build again with `gen` and `mid` kept; the end of that, and the jobs before."""
    assert world.run(describe(world)).state == JobState.DONE
    before = {job.origin: job for job in world.execution.frontier.jobs}
    gen, mid = world.rules["gen"], world.rules["mid"] = TaskExpression(COMMAND), TaskExpression(COMMAND)
    target = world.rule("o", "cc a", ["a", "mid"], depfile="o.d")
    world.files.write("a", b"a2 ")
    world.files.clock.move(10)
    execution = world.begin()
    needs = [gen] if mid_needs_gen else []
    execution.kept = {id(gen): KeptCall(before["gen"]), id(mid): KeptCall(before["mid"], *needs)}
    return run(execution, target), before


def test_only_what_is_not_kept_is_decided_and_recorded() -> None:
    world = compiling()
    end, _ = with_kept(world)
    assert end.state == JobState.DONE
    assert world.ran == ["o"]
    assert world.files.read("o") == b"a2 g1 "
    assert [job.origin for job in world.execution.frontier.jobs] == ["o"]
    rows = list(world.store.rows(JOB, {"execution": world.execution.id}))
    assert [row[JOB.positions["origin"]] for row in rows] == ["o"]


def test_arguments_come_from_kept_calls() -> None:
    world = compiling()
    _, before = with_kept(world)
    (job,) = world.execution.frontier.jobs
    rows = {row[2]: row for row in world.store.rows(ARGUMENT, {"call": job.call_hash})}
    assert rows["mid"][ARGUMENT.positions["origin"]] == before["mid"].call_hash
    assert rows["a"][ARGUMENT.positions["origin"]] is None


def test_what_a_kept_call_rests_on_counts_as_declared() -> None:
    world = compiling()
    end, _ = with_kept(world, mid_needs_gen=False)
    assert end.state == JobState.FAILED
    error = world.execution.frontier.jobs[0].error
    assert isinstance(error, RunError)
    assert error.code == "undeclared-dependency"


def test_a_kept_call_that_is_asked_for_gives_what_it_made() -> None:
    world = compiling()
    assert world.run(describe(world)).state == JobState.DONE
    (gen,) = [job for job in world.execution.frontier.jobs if job.origin == "gen"]
    call = TaskExpression(COMMAND)
    execution = world.begin()
    execution.kept = {id(call): KeptCall(gen)}
    end = run(execution, (call,))
    assert [file.path for file in end.value[0]] == ["gen"]
    assert world.ran == []
    assert execution.frontier.jobs == []
